local named_types = { bool = true, i32 = true, i64 = true, f64 = true, text = true, bytes = true, ptr = true, any = true }

local function trimmed(text)
    return (text:gsub("^%s+", ""):gsub("%s+$", ""))
end

local types = {} -- by text

-- {kind, optional, writable, element (a type), text}; the kind of an object is "handle", and of fn(...) "fn".
local function type_of(text)
    local known = types[text]
    if known then
        return known
    end
    local rest, result = trimmed(text), { text = text }
    if rest:match("^fn%(") then
        result.kind, result.text = "fn", rest:match("^(fn.*%))%?$") or rest -- the ? of a result is the result's
        types[text] = result
        return result
    end
    if rest:sub(-1) == "?" then
        rest, result.optional = rest:sub(1, -2), true
    end
    if rest:match("^mut ") then
        rest, result.writable = rest:match("^mut%s+(.*)$"), true
    end
    local element = rest:match("^%[(.*)%]$")
    if element then
        result.kind, result.element = "array", type_of(element)
    elseif rest:sub(1, 1) == "(" then
        result.kind = "tuple"
    else
        result.kind = named_types[rest] and rest or "handle"
    end
    types[text] = result
    return result
end

-- The places of the characters from `at` on that stand in no quotes, the characters, and in how many brackets they stand.
local function unquoted(text, at)
    local quoted, depth = false, 0
    return function()
        while at <= #text do
            local here, c = at, text:sub(at, at)
            at = at + (quoted and c == "\\" and 2 or 1)
            if c == '"' then
                quoted = not quoted
            elseif not quoted then
                depth = depth + (c:match("[%[(]") and 1 or c:match("[%])]") and -1 or 0)
                return here, c, depth
            end
        end
    end
end

-- The parts of a text between commas that stand in no bracket and no quotes.
local function split(list)
    local parts, begin = {}, 1
    for at, c, depth in unquoted(list, 1) do
        if c == "," and depth == 0 then
            parts[#parts + 1] = list:sub(begin, at - 1)
            begin = at + 1
        end
    end
    parts[#parts + 1] = list:sub(begin)
    return parts
end

-- Where the bracket that opens there closes.
local function closing(text, open)
    for at, _, depth in unquoted(text, open) do
        if depth == 0 then
            return at
        end
    end
end

-- A default begins at the first = behind the type, which has none.
local function parameter_of(text)
    local name, rest = text:match("^([%w_]+)%s*:%s*(.*)$")
    if not name then
        name, rest = "", text -- of fn(i64) -> i64
    end
    local type_text, fallback = rest:match("^([^=]-)%s*=%s*(.*)$")
    return { name = name, type = type_of(type_text or rest), fallback = fallback }
end

-- {name, parameters, positional (how many come before *), by_name, variadic, result (a type, or nil)}
local function parse_signature(text)
    local name, open = text:match("^%s*([%w_.:]+)%s*()")
    local close = closing(text, open)
    local inner, rest = trimmed(text:sub(open + 1, close - 1)), trimmed(text:sub(close + 1))
    local signature = { name = name, text = text, parameters = {}, by_name = {}, variadic = inner == "..." }
    if inner ~= "" and not signature.variadic then
        for _, part in ipairs(split(inner)) do
            part = trimmed(part)
            if part == "*" then
                signature.positional = #signature.parameters
            else
                local parameter = parameter_of(part)
                table.insert(signature.parameters, parameter)
                signature.by_name[parameter.name] = parameter
            end
        end
    end
    signature.positional = signature.positional or #signature.parameters
    local result = rest:match("^%->%s*(.*)$")
    signature.result = result and type_of(trimmed(result))
    return signature
end

local functions = {} -- by name, and by signature

-- Loads the plugin that has the function, and compares the signature where there is one.
local function bind(name)
    local out = ffi.new("const rt_function *[1]")
    check(core.rt_bind(name:match("^[^(]+"), name:find("(", 1, true) and name or nil, 0, out))
    local found = parse_signature(ffi.string(out[0].signature))
    found.record = out[0]
    functions[name] = found
    return found
end

-- The last argument may be a table of arguments by name.
local function options_in(signature, last)
    if type(last) ~= "table" or getmetatable(last) then
        return nil
    end
    local key = next(last)
    return type(key) == "string" and (key ~= "n" or signature.by_name.n) and last or nil
end

local no_options = {}

local function take_options(signature, given, count)
    while count > 0 and type(given[count]) == "nil" do
        count = count - 1
    end
    local options = options_in(signature, given[count])
    if options then
        given[count] = nil
        count = count - 1
    end
    if not signature.variadic and count > signature.positional then
        fail("RT_E_ARGUMENT", "argument_count", ("%s: takes %d arguments, got %d; the function is `%s`"):format(
            signature.name, signature.positional, count, signature.text))
    end
    return options or no_options, count
end

local function write_argument(call, value, name, expected)
    if not write(call.args[call.count], value, expected, call.keep) then
        fail("RT_E_TYPE", "wrong_type", ("%s: argument %d (%s): expected %s, got a %s; the function is `%s`"):format(
            call.signature.name, call.count + 1, name or "?", expected and expected.text or "any", type_name(value),
            call.signature.text))
    end
    if call.by_name then
        call.names[call.count] = name
    end
    call.count = call.count + 1
end

local function start_naming(call)
    if not call.by_name then
        call.by_name, call.names = true, ffi.new("const char *[?]", call.room)
    end
end

-- Those that are left out take their defaults, and what follows them goes by name.
local function write_parameters(call, given, options)
    local signature = call.signature
    for i, parameter in ipairs(signature.parameters) do
        local value = given[i]
        if type(value) == "nil" then
            value = options[parameter.name]
        elseif type(options[parameter.name]) ~= "nil" then
            fail("RT_E_ARGUMENT", "argument_twice", ("%s: %s is given twice"):format(signature.name, parameter.name))
        end
        local keyword_only = i > signature.positional
        if type(value) == "nil" and (parameter.fallback or keyword_only) then
            start_naming(call)
        else
            if keyword_only then
                start_naming(call)
            end
            write_argument(call, value, parameter.name, parameter.type)
        end
    end
end

local function write_arguments(call, given, count, options)
    local signature = call.signature
    if signature.variadic then
        for i = 1, count do
            write_argument(call, given[i])
        end
        for name, value in pairs(options) do
            start_naming(call)
            write_argument(call, value, name)
        end
        return
    end
    for name in pairs(options) do
        if not signature.by_name[name] then
            fail("RT_E_ARGUMENT", "unknown_parameter", ("%s: there is no parameter '%s'; the function is `%s`"):format(
                signature.name, tostring(name), signature.text))
        end
    end
    write_parameters(call, given, options)
end

local function enter(call, result)
    local record = call.signature.record
    if call.by_name then
        return core.rt_call_named(record, call.args, call.names, call.count, result)
    end
    return record.dynamic(record, call.args, call.count, result)
end
table.insert(may_call_back, enter)

-- The core's callables of this call: whoever keeps one has a share of its own.
local function free_callables(keep)
    for _, callable in ipairs(keep.callables or {}) do
        free_handle(callable)
    end
end

local function call_function(signature, given, count)
    local options
    options, count = take_options(signature, given, count)
    local room = #signature.parameters + 1
    if signature.variadic then
        room = count + 1
        for _ in pairs(options) do
            room = room + 1
        end
    end
    local call = { signature = signature, room = room, args = values_array(room), count = 0, keep = {} }
    local result = ffi.new("rt_value")
    local written, why = pcall(write_arguments, call, given, count, options)
    if written and enter(call, result) ~= 0 then
        why = last_error()
    end
    free_callables(call.keep)
    if type(why) ~= "nil" then
        error(why, 0)
    end
    local value = read(result)
    core.rt_value_clear(result)
    if signature.result and signature.result.kind == "tuple" then
        return unpack(value, 1, value.n or #value)
    end
    return value
end

local rtffi = { Error = Error }

---Calls any function by its name: `call("aten::add", x, y, { alpha = 2 })`. Its plugin is loaded where needed, but for names
---with `::`.
---@param name string
---@return any ...
function rtffi.call(name, ...)
    return call_function(functions[name] or bind(name), { ... }, select("#", ...))
end

---Opens a plugin by its name, or a library by its path, which calls do by themselves. `require_real`: take no stub for it;
---`probe`: try it in a process of its own first.
---@param name string
---@param options? { require_real?: boolean, probe?: boolean }
function rtffi.open(name, options)
    options = options or {}
    local flags = (options.probe and 2 ^ 16 or 0) + (options.require_real and 2 ^ 17 or 0)
    if core.rt_dlopen(name, flags) == 0 then
        error(last_error(), 0)
    end
end

---Puts a folder at the front of those that plugins are looked for in.
---@param folder string
function rtffi.add_search_path(folder)
    check(core.rt_search_path_add(folder))
end

---How many objects are alive in the process.
---@return integer
function rtffi.handle_count()
    return tonumber(core.rt_handle_count())
end

local function end_scope(scope)
    return core.rt_scope_end(scope)
end
table.insert(may_call_back, end_scope)

---Calls a function, frees every object made meanwhile but for those it returns, alone or in a table, and gives what it
---returned.
---Lua's collector does not know how large a tensor is: a loop that makes many of them needs this, or `free`.
---@generic R
---@param body fun(...): R
---@return R ...
function rtffi.scope(body, ...)
    local scope = core.rt_scope_begin()
    if scope == 0 then
        error(last_error(), 0)
    end
    local results = pack(pcall(body, ...))
    for i = 2, results.n do
        local kept = type(results[i]) == "table" and results[i] or { results[i] }
        for _, value in pairs(kept) do
            if is_handle(value) then
                core.rt_scope_keep(value.rt_id) -- one that was made outside is not the scope's anyway
            end
        end
    end
    check(end_scope(scope))
    if not results[1] then
        error(results[2], 0)
    end
    return unpack(results, 2, results.n)
end

---The methods of a class of objects, to which a program may add its own.
function rtffi.class(name)
    return class_named(name).methods
end

return rtffi

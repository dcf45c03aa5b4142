local NONE, BOOL, INTEGER, DOUBLE, HANDLE, POINTER, TEXT, BYTES = 0, 1, 2, 3, 4, 5, 6, 7
local I64_ARRAY, F64_ARRAY, BOOL_ARRAY, HANDLE_ARRAY, VALUES = 8, 9, 10, 11, 12
local OWNED, MUTABLE = 1, 2

local int64, uint64 = ffi.typeof("int64_t"), ffi.typeof("uint64_t")

-- A whole number as what an int64_t takes, or nil.
local function whole(value)
    if type(value) == "cdata" then
        if ffi.istype(int64, value) or (ffi.istype(uint64, value) and value <= 0x7fffffffffffffffULL) then
            return value
        end
        value = tonumber(value)
    end
    return type(value) == "number" and value % 1 == 0 and math.abs(value) < 2 ^ 63 and value or nil
end

local function number(value)
    if type(value) == "number" then
        return value
    end
    return type(value) == "cdata" and tonumber(value) or nil
end

-- Elements of arrays: their tag, C type and conversion, which gives nil for what does not fit.
local elements = {
    i64 = { tag = I64_ARRAY, ctype = "int64_t", of = whole },
    f64 = { tag = F64_ARRAY, ctype = "double", of = number },
    bool = {
        tag = BOOL_ARRAY,
        ctype = "bool",
        of = function(value)
            if type(value) == "boolean" then
                return value
            end
        end,
    },
    handle = {
        tag = HANDLE_ARRAY,
        ctype = "int64_t",
        of = function(value)
            return is_handle(value) and value.rt_id or nil
        end,
    },
}
for _, element in pairs(elements) do
    element.array = ffi.typeof(element.ctype .. "[?]")
end

local function set_memory(out, tag, pointer, count, flags)
    out.type, out.flags, out.size, out.pointer = tag, flags or 0, count, pointer
    return true
end

-- The C type of the elements of an array of the FFI's, and how many there are.
local function buffer_of(value)
    local text = tostring(ffi.typeof(value))
    local ctype = text:match("^ctype<(.-)%s*%[[%d?]+%]>$")
    if ctype then
        local item = ctype:gsub("^const ", "")
        return item, ffi.sizeof(value) / ffi.sizeof(item), item ~= ctype
    end
end

local function type_name(value)
    return type(value) == "cdata" and tostring(ffi.typeof(value)) or type(value)
end

local write -- write(out, value, type, keep): fills an rt_value; false where the value has no form that C could read

local values_array = ffi.typeof("rt_value[?]")

-- A table whose elements are all of one kind; nil where one is not.
local function write_elements(out, list, count, element, keep, optional)
    local memory = element.array(math.max(count, 1))
    for i = 1, count do
        local item = list[i]
        local converted = element.of(item)
        if type(item) == "nil" and optional then
            converted = 0
        end
        if type(converted) == "nil" then
            return nil
        end
        memory[i - 1] = converted
    end
    keep[#keep + 1] = memory
    return set_memory(out, element.tag, memory, count)
end

local function write_values(out, list, count, element_type, keep)
    local memory = values_array(math.max(count, 1))
    for i = 1, count do
        if not write(memory[i - 1], list[i], element_type, keep) then
            return false
        end
    end
    keep[#keep + 1] = memory
    return set_memory(out, VALUES, memory, count)
end

-- A table of any kinds: an array of numbers, booleans or objects where it is one.
local function write_table(out, list, keep)
    local count = list.n or #list
    if count == 0 and type(next(list)) ~= "nil" and not list.n then
        return false
    end
    for _, kind in ipairs({ "i64", "f64", "bool", "handle" }) do
        if write_elements(out, list, count, elements[kind], keep) then
            return true
        end
    end
    return write_values(out, list, count, nil, keep)
end

local function write_buffer(out, value, expected)
    local ctype, count, constant = buffer_of(value)
    if not ctype or (constant and expected and expected.writable) then
        return false
    end
    local flags = expected and expected.writable and MUTABLE or 0
    if expected and expected.kind == "bytes" then
        return set_memory(out, BYTES, value, ffi.sizeof(value), flags)
    end
    for _, kind in ipairs({ "i64", "f64", "bool" }) do
        if elements[kind].ctype == ctype then
            return set_memory(out, elements[kind].tag, value, count, flags)
        end
    end
    return false
end

local function write_any(out, value, keep)
    local kind = type(value)
    out.flags, out.size = 0, 0
    if kind == "nil" then
        out.type = NONE
    elseif kind == "boolean" then
        out.type, out.integer = BOOL, value and 1 or 0
    elseif kind == "string" then
        return set_memory(out, TEXT, ffi.cast("const char *", value), #value)
    elseif is_handle(value) then
        out.type, out.integer = HANDLE, value.rt_id
    elseif kind == "table" then
        return write_table(out, value, keep)
    elseif kind == "cdata" and write_buffer(out, value) then
        return true
    elseif whole(value) and not (kind == "cdata" and ffi.istype("double", value)) then
        out.type, out.integer = INTEGER, whole(value)
    elseif number(value) then
        out.type, out.number = DOUBLE, number(value)
    else
        return false
    end
    return true
end

local make_callable

-- What does not fit a type is written as what it is, and the function it is for says what it expected.
local write_as = {
    f64 = function(out, value)
        if number(value) then
            out.type, out.flags, out.size, out.number = DOUBLE, 0, 0, number(value)
            return true
        end
    end,
    bytes = function(out, value, expected)
        if type(value) == "string" then
            return set_memory(out, BYTES, ffi.cast("const char *", value), #value)
        end
        return type(value) == "cdata" and write_buffer(out, value, expected)
    end,
    ptr = function(out, value)
        if type(value) == "cdata" and pcall(ffi.cast, "const void *", value) then
            out.type, out.flags, out.size, out.pointer = POINTER, 0, 0, ffi.cast("const void *", value)
            return true
        end
    end,
    fn = function(out, value, expected, keep)
        if type(value) == "function" then
            local callable = make_callable(expected, value)
            keep.callables = keep.callables or {}
            table.insert(keep.callables, callable)
            out.type, out.flags, out.size, out.integer = HANDLE, 0, 0, callable
            return true
        end
    end,
    array = function(out, value, expected, keep)
        if type(value) == "cdata" then
            return write_buffer(out, value, expected)
        elseif type(value) ~= "table" then
            return false
        end
        local count = value.n or #value
        local element = elements[expected.element.kind]
        if element and not expected.writable and (element == elements.handle or not expected.element.optional) then
            return write_elements(out, value, count, element, keep, expected.element.optional)
        end
        return not element and write_values(out, value, count, expected.element, keep)
    end,
}

function write(out, value, expected, keep)
    local writer = expected and write_as[expected.kind]
    if writer and type(value) ~= "nil" and writer(out, value, expected, keep) then
        return true
    end
    return not (expected and expected.writable) and write_any(out, value, keep)
end

local largest = 2 ^ 53 -- to which a Lua number tells whole numbers apart

local function integer_of(value)
    return value >= -largest and value <= largest and tonumber(value) or value
end

local read_item = {
    [I64_ARRAY] = { "const int64_t *", integer_of },
    [F64_ARRAY] = { "const double *", tonumber },
    [BOOL_ARRAY] = {
        "const bool *",
        function(value)
            return value
        end,
    },
    [HANDLE_ARRAY] = { "const int64_t *", wrap },
    [VALUES] = { "const rt_value *" }, -- and read, below
}

-- The Lua value of an rt_value whose handles are taken over. An array is a table; where elements may be none it says in n how
-- many there are.
local function read(value)
    local tag = value.type
    if tag == BOOL then
        return value.integer ~= 0
    elseif tag == INTEGER then
        return integer_of(value.integer)
    elseif tag == DOUBLE then
        return value.number
    elseif tag == HANDLE then
        return wrap(value.integer)
    elseif tag == POINTER then
        return ffi.cast("void *", value.pointer)
    elseif tag == TEXT or tag == BYTES then
        return ffi.string(value.pointer, tonumber(value.size))
    elseif tag >= I64_ARRAY then
        local items, list, count = ffi.cast(read_item[tag][1], value.pointer), {}, tonumber(value.size)
        for i = 1, count do
            local item = read_item[tag][2](items[i - 1])
            list[i] = item
            if type(item) == "nil" then
                list.n = count
            end
        end
        return list
    end
end
read_item[VALUES][2] = read

-- The core calls one C function for all of them, which finds the Lua function by the callable's context: the FFI has
-- room for few callbacks, and never gives one back by itself.

local callables, callable_count, next_callable, sweep_at = {}, 0, 1, 64

local function each_handle(value, visit)
    local tag = value.type
    if tag == HANDLE then
        visit(value.integer)
    elseif tag == HANDLE_ARRAY or tag == VALUES then
        local items = ffi.cast(read_item[tag][1], value.pointer)
        for i = 0, tonumber(value.size) - 1 do
            if tag == VALUES then
                each_handle(items[i], visit)
            else
                visit(items[i])
            end
        end
    end
end

-- Adds an owner to each object in a value; where one is no more, all is as before.
local function share(value)
    local shared = {}
    each_handle(value, function(id)
        if id ~= 0 and core.rt_handle_clone(id) == 0 then
            local why = last_error()
            for _, other in ipairs(shared) do
                free_handle(other)
            end
            error(why, 0)
        end
        shared[#shared + 1] = id
    end)
end

-- Has a value own a copy of its memory, as a result must.
local function copy_memory(value)
    local tag = value.type
    if tag < TEXT then
        return
    end
    local item = ({ [VALUES] = 24, [TEXT] = 1, [BYTES] = 1, [BOOL_ARRAY] = 1 })[tag] or 8
    local length = tonumber(value.size) * item
    local memory = ffi.cast("char *", ffi.C.malloc(length + 1))
    if memory == nil then
        error("out of memory", 0)
    end
    ffi.copy(memory, value.pointer, length)
    memory[length] = 0
    value.pointer, value.flags = memory, OWNED
    for i = 0, tag == VALUES and tonumber(value.size) - 1 or -1 do
        copy_memory(ffi.cast("rt_value *", memory)[i])
    end
end

local function pack(...)
    return { n = select("#", ...), ... }
end

-- A list that a function is to give may be a table or its results.
local function result_of(expected, results)
    local first = results[1]
    if expected.kind == "array" and type(first) ~= "table" and not (type(first) == "cdata" and not is_handle(first)) then
        return results
    end
    return first
end

local function run_callable(context, args, count, result)
    local callable, given = callables[tonumber(ffi.cast("intptr_t", context))], {}
    for i = 1, tonumber(count) do
        share(args[i - 1]) -- the caller keeps its own
        given[i] = read(args[i - 1])
    end
    local results = pack(callable.body(unpack(given, 1, tonumber(count))))
    local expected, keep = callable.signature.result, {}
    if expected then
        if not write(result, result_of(expected, results), expected, keep) then
            fail("RT_E_TYPE", "wrong_type", ("a Lua function for `%s` gave a %s"):format(
                callable.signature.text, type_name(results[1])))
        end
        copy_memory(result)
        share(result)
    end
    return keep -- so that it lives until here
end

-- Nothing may be thrown through C.
local function entry(self, args, count, result)
    result.type, result.flags = NONE, 0
    local succeeded, why = pcall(run_callable, self.context, args, count, result)
    if succeeded then
        return 0
    end
    core.rt_value_clear(result)
    callback_error = why
    local known = getmetatable(why) == Error
    local described, message = pcall(tostring, why)
    local status = known and status_of[why.code] or status_of.RT_E_CALLEE
    return core.rt_fail(status, "lua_error", described and message or "an error")
end

-- Functions whose callable is gone. The core would say so on any thread, and Lua runs on one.
local function sweep()
    for key, callable in pairs(callables) do
        if core.rt_handle_class(callable.id) == nil then
            callables[key] = nil
            callable_count = callable_count - 1
        end
    end
    sweep_at = math.max(64, 2 * callable_count)
end

-- LuaJIT ends the program where compiled code calls a C function that calls back into Lua: from the first callable on, those
-- that may are called by the interpreter.
local function make_entry()
    for _, body in ipairs(may_call_back) do
        jit.off(body)
    end
    jit.flush()
    return ffi.cast("rt_dynamic_entry", entry)
end

local entry_pointer

function make_callable(expected, body)
    if callable_count >= sweep_at then
        sweep()
    end
    entry_pointer = entry_pointer or make_entry()
    local key = next_callable
    local id = core.rt_callable(expected.text, entry_pointer, ffi.cast("void *", key), nil, 0)
    if id == 0 then
        error(last_error(), 0)
    end
    callables[key] = { id = id, body = body, signature = parse_signature(expected.text) }
    next_callable, callable_count = key + 1, callable_count + 1
    return id
end

#include "lua_runtime.hpp"

namespace rt::tools::bind {

const char *const lua_callables = R"lua(
-- The core calls one C function for all of them, which finds the Lua function by the callable's context: the FFI has
-- room for few callbacks, and never gives one back by itself.

local callables, callable_count, next_callable, sweep_at = {}, 0, 1, 64

-- Makes everything behind a value the receiver's. `taken` lists the handles that it gives away.
local function give(value, taken)
    local function give_handle(id)
        if id ~= 0 and core.rt_handle_clone(id) == 0 then
            error(last_error(), 0)
        end
        taken[#taken + 1] = id
    end
    local tag = value.type
    if tag == HANDLE then
        give_handle(value.integer)
    elseif tag >= TEXT then
        local item = ({ [VALUES] = 24, [TEXT] = 1, [BYTES] = 1, [BOOL_ARRAY] = 1 })[tag] or 8
        local size, memory = tonumber(value.size), ffi.C.malloc(value.size * item + 1)
        if memory == nil then
            error("out of memory", 0)
        end
        ffi.copy(memory, value.pointer, size * item)
        ffi.cast("char *", memory)[size * item] = 0
        value.pointer, value.flags = memory, OWNED
        for i = 0, (tag == HANDLE_ARRAY or tag == VALUES) and size - 1 or -1 do
            if tag == VALUES then
                give(ffi.cast("rt_value *", memory)[i], taken)
            else
                give_handle(ffi.cast("int64_t *", memory)[i])
            end
        end
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

local function run_callable(context, args, count, result, taken)
    local callable, given = callables[tonumber(ffi.cast("intptr_t", context))], {}
    for i = 1, tonumber(count) do
        -- The caller keeps its handles: a share of each is what Lua gets.
        local value = args[i - 1]
        if value.type == HANDLE then
            core.rt_handle_clone(value.integer)
        elseif value.type == HANDLE_ARRAY then
            for k = 0, tonumber(value.size) - 1 do
                core.rt_handle_clone(ffi.cast("const int64_t *", value.pointer)[k])
            end
        end
        given[i] = read(value)
    end
    local results = pack(callable.body(unpack(given, 1, tonumber(count))))
    local expected = callable.signature.result
    if expected then
        local keep = {}
        if not write(result, result_of(expected, results), expected, keep) then
            fail("RT_E_TYPE", "wrong_type", ("a Lua function for `%s` gave a %s"):format(callable.signature.text, type_name(results[1])))
        end
        give(result, taken)
    end
end

-- Nothing may be thrown through C.
local function entry(self, args, count, result)
    result.type, result.flags = NONE, 0
    local taken = {}
    local succeeded, why = pcall(run_callable, self.context, args, count, result, taken)
    if succeeded then
        return 0
    end
    for _, id in ipairs(taken) do
        free_handle(id)
    end
    core.rt_value_clear(result)
    callback_error = why
    local known = getmetatable(why) == Error
    local described, message = pcall(tostring, why)
    return core.rt_fail(known and status_of[why.code] or status_of.RT_E_CALLEE, "lua_error", described and message or "an error")
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
)lua";

} // namespace rt::tools::bind

#include "lua_runtime.hpp"

namespace rt::tools::bind {

const char *const lua_calls = R"lua(
-- Callables. The core calls one C function for all of them, which finds the Lua function by the callable's context: the FFI has
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
            fail("RT_E_TYPE", "wrong_type", ("a Lua function for `%s` gave a %s"):format(callable.signature.text, type(results[1])))
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
    for number, callable in pairs(callables) do
        if core.rt_handle_class(callable.id) == nil then
            callables[number] = nil
            callable_count = callable_count - 1
        end
    end
    sweep_at = math.max(64, 2 * callable_count)
end

local entry_pointer

function make_callable(expected, body)
    if callable_count >= sweep_at then
        sweep()
    end
    entry_pointer = entry_pointer or ffi.cast("rt_dynamic_entry", entry)
    local number = next_callable
    local id = core.rt_callable(expected.text, entry_pointer, ffi.cast("void *", number), nil, 0)
    if id == 0 then
        error(last_error(), 0)
    end
    callables[number] = { id = id, body = body, signature = parse_signature(expected.text) }
    next_callable, callable_count = number + 1, callable_count + 1
    return id
end

-- Calls.

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
        fail("RT_E_ARGUMENT", "argument_count",
            ("%s: takes %d arguments, got %d; the function is `%s`"):format(signature.name, signature.positional, count, signature.text))
    end
    return options or {}, count
end

local function write_argument(call, value, name, expected)
    if not write(call.args[call.count], value, expected, call.keep) then
        fail("RT_E_TYPE", "wrong_type", ("%s: argument %d (%s): a %s cannot be passed; the function is `%s`"):format(
            call.signature.name, call.count + 1, name or "?", type(value), call.signature.text))
    end
    call.names[call.count] = call.by_name and name or nil
    call.count = call.count + 1
end

-- Those that are left out take their defaults, and what follows them goes by name.
local function write_parameters(call, given, options)
    for i, parameter in ipairs(call.signature.parameters) do
        local value = given[i]
        if type(value) == "nil" then
            value = options[parameter.name]
        elseif type(options[parameter.name]) ~= "nil" then
            fail("RT_E_ARGUMENT", "argument_twice", ("%s: %s is given twice"):format(call.signature.name, parameter.name))
        end
        local keyword_only = i > call.signature.positional
        if type(value) == "nil" and (parameter.fallback or keyword_only) then
            call.by_name = true
        else
            call.by_name = call.by_name or keyword_only
            write_argument(call, value, parameter.name, parameter.type)
        end
    end
end

-- Whatever may call back into Lua must not be called from compiled code.
local function enter(call, result)
    if call.by_name then
        return core.rt_call_named(call.signature.record, call.args, call.names, call.count, result)
    end
    return call.signature.record.dynamic(call.signature.record, call.args, call.count, result)
end
jit.off(enter)

local function write_arguments(call, given, count, options)
    if call.signature.variadic then
        for i = 1, count do
            write_argument(call, given[i])
        end
        call.by_name = next(options) ~= nil
        for name, value in pairs(options) do
            write_argument(call, value, name)
        end
        return
    end
    for name in pairs(options) do
        if not call.signature.by_name[name] then
            fail("RT_E_ARGUMENT", "unknown_parameter",
                ("%s: there is no parameter '%s'; the function is `%s`"):format(call.signature.name, tostring(name), call.signature.text))
        end
    end
    write_parameters(call, given, options)
end

local function call_function(signature, given, count)
    local options
    options, count = take_options(signature, given, count)
    local room = signature.variadic and count or #signature.parameters
    for _ in pairs(options) do
        room = room + 1
    end
    local call = { signature = signature, args = values_array(room + 1), names = ffi.new("const char *[?]", room + 1), count = 0, keep = {} }
    local result = ffi.new("rt_value")
    local written, why = pcall(write_arguments, call, given, count, options)
    local status = written and enter(call, result)
    if written and status ~= 0 then
        why = last_error()
    end
    for _, callable in ipairs(call.keep.callables or {}) do
        free_handle(callable) -- whoever keeps it has a share of its own
    end
    if why then
        error(why, 0)
    end
    local value = read(result)
    core.rt_value_clear(result)
    if signature.result and signature.result.kind == "tuple" then
        return unpack(value, 1, value.n or #value)
    end
    return value
end

local runtime = { Error = Error }

---Calls any function by its name: `call("aten::add", x, y, { alpha = 2 })`. Its plugin is loaded where needed, but for names with `::`.
---@param name string
---@return any ...
function runtime.call(name, ...)
    return call_function(functions[name] or bind(name), { ... }, select("#", ...))
end

---Opens a plugin by its name, or a library by its path, which calls do by themselves. `require_real`: take no stub for it;
---`probe`: try it in a process of its own first.
---@param name string
---@param options? { require_real?: boolean, probe?: boolean }
function runtime.open(name, options)
    options = options or {}
    local flags = (options.probe and 2 ^ 16 or 0) + (options.require_real and 2 ^ 17 or 0)
    if core.rt_dlopen(name, flags) == 0 then
        error(last_error(), 0)
    end
end

---Puts a folder at the front of those that plugins are looked for in.
---@param folder string
function runtime.add_search_path(folder)
    check(core.rt_search_path_add(folder))
end

---How many objects are alive in the process.
---@return integer
function runtime.handle_count()
    return tonumber(core.rt_handle_count())
end

local function end_scope(scope)
    return core.rt_scope_end(scope)
end
jit.off(end_scope)

---Calls a function, frees every object made meanwhile but for those it returns, alone or in a table, and gives what it returned.
---Lua's collector does not know how large a tensor is: a loop that makes many of them needs this, or `free`.
---@generic R
---@param body fun(...): R
---@return R ...
function runtime.scope(body, ...)
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
function runtime.class(name)
    return class_named(name).methods
end

return runtime
)lua";

} // namespace rt::tools::bind

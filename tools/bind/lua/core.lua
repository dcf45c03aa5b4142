local ffi = require("ffi")

ffi.cdef [[
typedef struct rt_value {
    uint32_t type;
    uint32_t flags;
    uint64_t size;
    union { int64_t integer; double number; const void *pointer; };
} rt_value;
typedef struct rt_function rt_function;
typedef int32_t (*rt_dynamic_entry)(const rt_function *self, const rt_value *args, size_t count, rt_value *result);
struct rt_function {
    void *native;
    rt_dynamic_entry dynamic;
    void *context;
    const char *name;
    const char *signature;
};
typedef struct rt_error {
    size_t struct_size;
    int32_t code;
    const char *message, *function, *plugin, *cause;
    void *storage;
} rt_error;
typedef struct { int64_t rt_id; int32_t rt_class; } rt_lua_handle;

int64_t rt_dlopen(const char *path_or_name, int64_t flags);
int32_t rt_search_path_add(const char *folder);
int32_t rt_bind(const char *name, const char *signature, int64_t flags, const rt_function **out);
int32_t rt_call_named(const rt_function *function, const rt_value *args, const char *const *names, size_t count,
                      rt_value *result);
void rt_value_clear(rt_value *value);
int32_t rt_last_error(rt_error *error);
const char *rt_status_name(int32_t status);
int64_t rt_callable(const char *signature, rt_dynamic_entry dynamic, void *context, void (*release)(void *),
                    uint64_t flags);
int32_t rt_fail(int32_t code, const char *cause, const char *message);
int64_t rt_handle_clone(int64_t handle);
int32_t rt_handle_free(int64_t handle);
const char *rt_handle_class(int64_t handle);
int64_t rt_handle_count(void);
int64_t rt_scope_begin(void);
int32_t rt_scope_keep(int64_t handle);
int32_t rt_scope_end(int64_t scope);
void *malloc(size_t size);
]]

-- Where only the runtime package is installed there is no librtffi.so.
local function load_library()
    local why
    for _, name in ipairs({ "rtffi", "librtffi.so.0" }) do
        local found, library = pcall(ffi.load, name)
        if found then
            return library
        end
        why = why or library
    end
    error("librtffi.so cannot be loaded: " .. why .. "; install rtffi, or add its folder to LD_LIBRARY_PATH", 0)
end
local core = load_library()

---What a call that failed raises. `tostring` gives the message.
---@class rtffi.Error
---@field code string "RT_E_TYPE", ...
---@field message string
---@field cause string a word for programs, finer than the code; may be ""
---@field func string the function that failed, or ""
---@field plugin string its plugin, or ""
---@field origin any the error of a Lua function that was called back, where that is what failed
local Error = {}
Error.__index = Error
Error.__tostring = function(self)
    return self.message
end

local status_of = {}
for status = 1, 11 do
    status_of[ffi.string(core.rt_status_name(status))] = status
end

local function fail(code, cause, message)
    error(setmetatable({ code = code, message = message, cause = cause, func = "", plugin = "" }, Error), 0)
end

local failure = ffi.new("rt_error", { struct_size = ffi.sizeof("rt_error") })
local callback_error -- what a Lua function that was called back failed with, until it comes out of the call

-- The thread's last error, as an object. A finaliser that ran meanwhile could put its own in that one's place.
local function last_error()
    local collecting = collectgarbage("isrunning")
    collectgarbage("stop")
    core.rt_last_error(failure)
    local result = setmetatable({
        code = ffi.string(core.rt_status_name(failure.code)),
        message = ffi.string(failure.message),
        cause = ffi.string(failure.cause),
        func = ffi.string(failure["function"]),
        plugin = ffi.string(failure.plugin),
    }, Error)
    if collecting then
        collectgarbage("restart")
    end
    if result.cause == "lua_error" then
        result.origin, callback_error = callback_error, nil
    end
    return result
end

local function check(status)
    if status ~= 0 then
        error(last_error(), 0)
    end
end

---An object of a plugin: freed when Lua collects it, or by `free`. `==` tells whether two are the same object.
---@class rtffi.Handle
local Handle = {}

local handle_type
local classes = {} -- by name, and by the number that a handle has: {name, methods}

local function class_named(name)
    local class = classes[name]
    if not class then
        class = { name = name, number = #classes + 1, methods = setmetatable({}, { __index = Handle }) }
        classes[name], classes[class.number] = class, class
    end
    return class
end

local function is_handle(value)
    return type(value) == "cdata" and ffi.istype(handle_type, value)
end

-- An object may hold a Lua function that is called when it dies.
local function free_handle(id)
    return core.rt_handle_free(id)
end
local may_call_back = { free_handle }

local function release(handle)
    return free_handle(handle.rt_id)
end

---Frees the object now. Using it afterwards is an error.
function Handle:free()
    ffi.gc(self, nil)
    check(release(self))
end

local operators = { __add = "add", __sub = "sub", __mul = "mul", __div = "div", __pow = "pow" }
local handle_methods = {
    __gc = release,
    __index = function(self, key)
        return classes[self.rt_class].methods[key]
    end,
    __eq = function(a, b)
        return is_handle(a) and is_handle(b) and a.rt_id == b.rt_id
    end,
    __tostring = function(self)
        local class = classes[self.rt_class]
        local described, text = pcall(class.methods.to_text or error, self)
        return described and text or ("%s 0x%x"):format(class.name, tonumber(self.rt_id))
    end,
    __unm = function(self)
        return self:neg()
    end,
}

-- a + b is a:add(b); with a number it is a:add_scalar(b), where the class has that, and 2 * a is a * 2.
for event, name in pairs(operators) do
    handle_methods[event] = function(a, b)
        local object, other = a, b
        if not is_handle(a) and (name == "add" or name == "mul") then
            object, other = b, a
        end
        local methods = is_handle(object) and classes[object.rt_class].methods or {}
        local method = is_handle(other) and methods[name] or methods[name .. "_scalar"] or methods[name]
        if not method then
            fail("RT_E_TYPE", "no_operator", ("no operator for %s: %s, %s"):format(name, tostring(a), tostring(b)))
        end
        return method(object, other)
    end
end
handle_type = ffi.metatype("rt_lua_handle", handle_methods)

local class_numbers = {} -- by the address of the name, which lives for ever

-- Owns the handle; nil for none.
local function wrap(id)
    if id == 0 then
        return nil
    end
    local name = core.rt_handle_class(id)
    if name == nil then
        error(last_error(), 0)
    end
    local address = tonumber(ffi.cast("intptr_t", name))
    local number = class_numbers[address]
    if not number then
        number = class_named(ffi.string(name)).number
        class_numbers[address] = number
    end
    return handle_type(id, number)
end

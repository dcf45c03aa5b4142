-- The binding of the torch plugin: functions whose gradient is written in Lua, hooks, memory that is Lua's.
local cases, torch, ffi = require("cases"), require("torch"), require("ffi")
local case, equal, raises = cases.case, cases.equal, cases.raises
local rtffi = torch.rtffi

-- The first of all, while nothing has called back yet: LuaJIT ends the program where compiled code calls a function that does.
case("a loop that was compiled frees an object that calls back", function()
    local memory, released = ffi.new("float[1]"), 0
    local function free_all(list)
        for _, tensor in ipairs(list) do
            tensor:free()
        end
    end
    local function list_of(plain, tied)
        local list = {}
        for i = 1, plain + tied do
            list[i] = i <= plain and torch.tensor_ones({ 1 })
                or torch.tensor_from_blob(memory, { 1 }, {}, "float32", function()
                    released = released + 1
                end)
        end
        return list
    end
    free_all(list_of(400, 0))
    free_all(list_of(400, 3))
    equal(released, 3)
end)

local function doubles(list)
    local tensor = torch.tensor_from_memory(ffi.new("double[?]", #list, list), { #list }, "float64")
    torch.autograd_set_requires_grad(tensor, true)
    return tensor
end

local function numbers(tensor)
    local memory = ffi.new("double[?]", tensor:numel())
    tensor:to_memory(memory)
    local list = {}
    for i = 1, tonumber(tensor:numel()) do
        list[i] = memory[i - 1]
    end
    return list
end

-- x^3, whose gradient is 3 x^2.
local function cube(x)
    return torch.autograd_apply({ x }, function(context, inputs)
        context:save_for_backward(inputs)
        return inputs[1]:pow(3)
    end, function(context, gradients)
        local saved = context:saved_tensors()[1]
        return gradients[1] * (saved:pow(2) * 3)
    end)[1]
end

case("a gradient written in Lua agrees with finite differences", function()
    local at, h = { -2, 0.5, 3 }, 1e-5
    local x = doubles(at)
    torch.autograd_backward(cube(x):sum_all())
    local gradient = numbers(torch.autograd_grad(x))
    for i, value in ipairs(at) do
        local difference = ((value + h) ^ 3 - (value - h) ^ 3) / (2 * h)
        equal(math.abs(gradient[i] - difference) < 1e-6, true)
    end
end)

case("two inputs, one of which needs no gradient", function()
    local a, b = doubles({ 2, 3 }), doubles({ 5, 7 })
    local product = torch.autograd_apply({ a, b }, function(_, inputs)
        return inputs[1] * inputs[2]
    end, function(_, gradients)
        return gradients[1] * 10, nil
    end)[1]
    torch.autograd_backward(product:sum_all())
    equal(numbers(torch.autograd_grad(a)), { 10, 10 })
    equal(torch.autograd_grad(b), nil)
end)

case("what a callback was given and what it gave stay Lua's, too", function()
    local given, gave
    local result = torch.autograd_apply({ doubles({ 1, 2 }) }, function(_, inputs)
        given, gave = inputs[1], inputs[1] * 2
        return gave
    end, function(_, gradients)
        return gradients[1]
    end)[1]
    equal({ given:sum(), gave:sum(), result:sum() }, { 3, 6, 6 })
end)

case("an error in backward is that of the backward pass", function()
    local y = torch.autograd_apply({ doubles({ 1 }) }, function(_, inputs)
        return inputs[1] * 2
    end, function()
        error("no gradient today")
    end)[1]
    local why = raises("RT_E_CALLEE", "no gradient today", torch.autograd_backward, y:sum_all())
    equal({ why.func, why.plugin }, { "rt_torch_autograd_backward", "torch" })
    equal(why.origin:find("autograd.lua:%d+: no gradient today$") ~= nil, true)
end)

case("a backward pass a hundred times, in a compiled loop, leaves nothing", function()
    cases.leaves_nothing(rtffi, function()
        local x = doubles({ 1, 2 })
        for _ = 1, 100 do
            torch.autograd_zero_grad(x)
            torch.autograd_backward(cube(x):sum_all())
        end
        equal(numbers(torch.autograd_grad(x)), { 3, 12 })
    end)
end)

case("a hook sees a module's outputs and replaces them", function()
    local module = torch.module_tanh()
    local seen
    local number = module:register_forward_hook(function(_, inputs, outputs)
        seen = { #inputs, outputs[1]:shape() }
        return outputs[1] * 0
    end)
    equal(module:forward(torch.tensor_ones({ 2, 3 })):sum(), 0)
    equal(seen, { 1, { 2, 3 } })
    module:remove_hook(number)
    equal(module:forward(torch.tensor_zeros({ 1 }) + 1):item() > 0.76, true)
end)

case("a tensor over an array of the FFI's, which is let go when the tensor dies", function()
    local memory, released = ffi.new("float[4]", 1, 2, 3, 4), 0
    local tensor = torch.tensor_from_blob(memory, { 2, 2 }, {}, "float32", function()
        released = released + 1
    end)
    memory[3] = 10
    equal(tensor:sum(), 16)
    tensor:fill_(5)
    equal(memory[0], 5)
    tensor:free()
    equal(released, 1)
end)

case("operators are those of the methods", function()
    local a, b = torch.tensor_full({ 2 }, 6), torch.tensor_full({ 2 }, 2)
    local results = { a + b, a - b, a * b, a / b, a + 1, 2 * a, -a, b ^ 3 }
    for i, expected in ipairs({ 8, 4, 12, 3, 7, 12, -6, 8 }) do
        equal(results[i]:sum(), 2 * expected)
    end
    raises("RT_E_TYPE", "no operator for div: 1", function()
        return 1 / a
    end)
end)

case("LibTorch's own operators, with keyword arguments", function()
    local x = torch.tensor_arange(0, 4, 1)
    equal(rtffi.call("aten::add", x, x, { alpha = 2 }):sum(), 18)
    local smallest, where = rtffi.call("aten::topk.default", x, 1, { largest = false })
    equal({ smallest:item(), where:item() }, { 0, 0 })
    raises("RT_E_ARGUMENT", "beta", rtffi.call, "aten::add", x, x, { beta = 2 })
end)

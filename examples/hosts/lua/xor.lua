-- xor.lua - the exclusive or, trained from Lua.
--
--     rtffi bind --lang lua --plugin torch -o torch.lua
--     luajit xor.lua
local torch = require("torch")

local function train()
    torch.manual_seed(1)
    local x = torch.tensor_from_data({ 0, 0, 0, 1, 1, 0, 1, 1 }, { 4, 2 })
    local y = torch.tensor_from_data({ 0, 1, 1, 0 }, { 4, 1 })
    local model = torch.module_sequential({
        torch.module_linear(2, 8),
        torch.module_tanh(),
        torch.module_linear(8, 1),
        torch.module_sigmoid(),
    })
    local optimizer = torch.optim_adam(model:parameters(), { lr = 0.03 })

    local function step()
        local loss = torch.loss_mse(model:forward(x), y)
        optimizer:zero_grad()
        torch.autograd_backward(loss)
        optimizer:step()
        return loss:item()
    end
    for i = 1, 300 do
        local loss = torch.rtffi.scope(step) -- which frees the tensors of this step
        if i % 50 == 0 then
            print(("step %4d: loss %.6f"):format(i, loss))
        end
    end

    local output = model:forward(x)
    local right = 0
    for i = 0, 3 do
        local a, b = math.floor(i / 2), i % 2
        local answer = output:index({ i, 0 }):item()
        print(("%d xor %d = %.4f"):format(a, b, answer))
        right = right + ((answer > 0.5) == (a ~= b) and 1 or 0)
    end
    local loss = torch.loss_mse(output, y):item()
    print(("xor: accuracy %.1f %%, loss %.4f"):format(25 * right, loss))
    return right == 4 and loss < 0.01
end

if #arg > 0 then
    io.stderr:write(("xor: unknown option '%s': it takes none\n"):format(arg[1]))
    os.exit(2)
end
local _, missing = pcall(torch.why_unavailable)
if missing ~= "" then
    io.stderr:write("LibTorch is not available: ", tostring(missing), "\n")
    os.exit(1)
end
os.exit(train() and 0 or 1)

-- The same step by a LuaJIT that knows nothing of rtffi: see step.py.
local ffi = require("ffi")
ffi.cdef([[
int64_t rt_torch_tensor_from_data(const double *data, size_t count, const int64_t *dims, size_t dims_count);
int64_t rt_torch_torchtensor_matmul(int64_t handle, int64_t other);
int64_t rt_torch_loss_mse(int64_t input, int64_t target);
void rt_torch_autograd_set_requires_grad(int64_t handle, bool requires_grad);
void rt_torch_autograd_backward(int64_t handle);
int64_t rt_torch_autograd_grad(int64_t handle);
double rt_torch_torchtensor_sum(int64_t handle);
int32_t *rt_error_location(void);
const char *rt_dlerror(void);
]])
local rt = ffi.C

local function tensor(values)
    return rt.rt_torch_tensor_from_data(ffi.new("double[?]", #values, values), #values, ffi.new("int64_t[2]", #values, 1), 2)
end

local x, y, w = tensor({ 1, 2 }), tensor({ 2, 4 }), tensor({ 0 })
rt.rt_torch_autograd_set_requires_grad(w, true)
local loss = rt.rt_torch_loss_mse(rt.rt_torch_torchtensor_matmul(x, w), y)
rt.rt_error_location()[0] = 0
rt.rt_torch_autograd_backward(loss)
local slope = rt.rt_torch_torchtensor_sum(rt.rt_torch_autograd_grad(w))
if rt.rt_error_location()[0] ~= 0 then
    io.stderr:write(ffi.string(rt.rt_dlerror()), "\n")
    os.exit(1)
end
print(string.format("w = %.6f", 0 - 0.1 * slope))

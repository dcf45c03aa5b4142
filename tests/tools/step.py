"""A step of gradient descent by a Python that knows nothing of rtffi, with the functions that are in its process.

loss = mean((x w - y)^2) for x = (1, 2), w = (0), y = (2, 4): the gradient is 2 mean(x (x w - y)) = -10, and w - 0.1 gradient = 1.
"""

import ctypes
import sys

process = ctypes.CDLL(None)
handle, number, size = ctypes.c_int64, ctypes.c_double, ctypes.c_size_t
integers, numbers = ctypes.POINTER(ctypes.c_int64), ctypes.POINTER(ctypes.c_double)


def extern(name, result, *parameters):
    function = getattr(process, name)
    function.restype, function.argtypes = result, parameters
    return function


from_data = extern("rt_torch_tensor_from_data", handle, numbers, size, integers, size)
matmul = extern("rt_torch_torchtensor_matmul", handle, handle, handle)
mse = extern("rt_torch_loss_mse", handle, handle, handle)
set_requires_grad = extern("rt_torch_autograd_set_requires_grad", None, handle, ctypes.c_bool)
backward = extern("rt_torch_autograd_backward", None, handle)
grad = extern("rt_torch_autograd_grad", handle, handle)
total = extern("rt_torch_torchtensor_sum", number, handle)
ndim = extern("rt_torch_torchtensor_ndim", ctypes.c_int64, handle)
error_location = extern("rt_error_location", ctypes.POINTER(ctypes.c_int32))
error = extern("rt_dlerror", ctypes.c_char_p)


def tensor(*values):
    return from_data((number * len(values))(*values), len(values), (handle * 2)(len(values), 1), 2)


x, y, w = tensor(1, 2), tensor(2, 4), tensor(0)
set_requires_grad(w, True)
loss = mse(matmul(x, w), y)
assert loss and ndim(loss) == 0, error()
error_location()[0] = 0
backward(loss)
slope = total(grad(w))
if error_location()[0]:
    sys.exit(error().decode())
print(f"w = {0 - 0.1 * slope:.6f}")

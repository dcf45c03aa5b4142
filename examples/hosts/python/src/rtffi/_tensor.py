"""What Python expects of tensors and modules beside their plugin's functions: operators, indexing, NumPy."""

from __future__ import annotations

import ctypes
import operator
from array import array
from collections.abc import Callable, Iterator
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

from ._buffers import Buffer, Memory, buffer_of
from ._classes import register_base
from ._object import Object
from ._plugin import call

if TYPE_CHECKING:
    from numpy import ndarray

    NDArray = ndarray[Any, Any]

# The dtypes that Python's memory can hold: the formats of buffers, and NumPy's letters.
_dtypes: dict[str, tuple[frozenset[str], str]] = {
    "float32": (frozenset({"f"}), "f4"),
    "float64": (frozenset({"d"}), "f8"),
    "float16": (frozenset({"e"}), "f2"),
    "int64": (frozenset({"l", "q"}), "i8"),
    "int32": (frozenset({"i"}), "i4"),
    "int16": (frozenset({"h"}), "i2"),
    "int8": (frozenset({"b"}), "i1"),
    "uint8": (frozenset({"B"}), "u1"),
    "bool": (frozenset({"?"}), "b1"),
    "complex64": (frozenset({"Zf"}), "c8"),
    "complex128": (frozenset({"Zd"}), "c16"),
}


def _dtype_of(format_: str) -> str:
    for dtype, (formats, _) in _dtypes.items():
        if format_ in formats:
            return dtype
    raise TypeError(f"no dtype of tensors has elements of the format '{format_}'; those that have: {', '.join(_dtypes)}")


def tensor(data: Any, *, copy: bool = False) -> Any:
    """A tensor over the memory of an array (NumPy's, array.array, anything with the buffer protocol), which is not copied:
    what one side writes, the other sees, and the array lives as long as the tensor needs it.

    Read-only memory is copied, and so is any with copy=True. Lists of numbers, nested or not, become float32; of bools,
    bool. Elements of a tensor lie forward in memory: an array with negative strides is a TypeError.
    """
    buffer = buffer_of(data)
    if not isinstance(buffer, Buffer):
        return _from_list(data)
    dtype = _dtype_of(buffer.format)
    if copy or buffer.readonly:
        return call("rt_torch_tensor_from_memory", memoryview(data).tobytes(), buffer.shape, dtype)
    return _shared(buffer, dtype)


def _elements_of(data: Any) -> tuple[list[Any], list[int]]:
    """What nested lists hold, in one, and their lengths."""
    shape = []
    level = data
    while isinstance(level, (list, tuple)):
        shape.append(len(level))
        level = level[0] if level else None
    flat: list[Any] = [data]
    for count in shape:
        if any(not isinstance(item, (list, tuple)) or len(item) != count for item in flat):
            raise ValueError("the rows of a tensor must have the same length")
        flat = [item for row in flat for item in row]
    return flat, shape


def _from_list(data: Any) -> Any:
    flat, shape = _elements_of(data)
    made = call("rt_torch_tensor_from_data", flat, shape)
    return made.to_dtype("bool") if flat and all(isinstance(item, bool) for item in flat) else made


def _shared(buffer: Buffer, dtype: str) -> Any:
    if any(stride < 0 or stride % buffer.itemsize for stride in buffer.strides):
        raise TypeError("the elements must lie forward in memory, at multiples of their size: give a copy of the array")
    steps = zip(buffer.shape, buffer.strides, strict=True)
    extent = 0 if 0 in buffer.shape else sum((count - 1) * stride for count, stride in steps) + buffer.itemsize
    strides = [stride // buffer.itemsize for stride in buffer.strides]
    # The release holds the buffer, and with it the array, until the last tensor over the memory goes.
    memory = Memory(buffer.address, extent)
    return call("rt_torch_tensor_from_blob", memory, buffer.shape, strides, dtype, buffer.release)


# Where no elements lie: NumPy takes a null address for "no address given".
_nowhere = ctypes.c_int64()


class _Share:
    """What NumPy keeps as the base of an array over a tensor's memory."""

    def __init__(self, tensor: TensorObject) -> None:
        # The memory outlives the tensor's close(), and stays this one's where the tensor is given another.
        self._tensor = call("aten::detach", tensor).share()
        dtype = call("rt_torch_torchtensor_dtype", tensor)
        if dtype not in _dtypes:
            raise TypeError(f"NumPy has no {dtype}: convert the tensor first, as in to_dtype('float32')")
        letters = _dtypes[dtype][1]
        strides = call("rt_torch_torchtensor_strides", tensor)
        self.__array_interface__ = {
            "version": 3,
            "typestr": ("|" if letters.endswith("1") else "<") + letters,
            "shape": tuple(call("rt_torch_torchtensor_shape", tensor)),
            "strides": tuple(stride * int(letters[1:]) for stride in strides),
            # What is recorded for gradients is not to be changed behind the record's back.
            "data": (
                call("rt_torch_torchtensor_data_ptr", tensor) or ctypes.addressof(_nowhere),
                call("rt_torch_autograd_requires_grad", tensor),
            ),
        }


def _index(item: Any) -> Any:
    """One index as rt_torch_torchtensor_index takes it."""
    if item is Ellipsis:
        return "..."
    if isinstance(item, slice):
        parts = (item.start, item.stop, 1 if item.step is None else item.step)
        return ":".join("" if part is None else str(operator.index(part)) for part in parts)
    return _index_list(item) if isinstance(item, (list, tuple)) else item


def _index_list(items: Any) -> Any:
    flat, shape = _elements_of(items)
    if flat and all(isinstance(item, bool) for item in flat):
        return _from_list(items)
    numbers = array("q", map(operator.index, flat))
    return call("rt_torch_tensor_from_memory", numbers.tobytes(), shape, "int64")


def _operand(value: Any) -> Any:
    """What stands beside a tensor in an operation: a tensor, which arrays become, or a number; of anything else, None."""
    if isinstance(value, Object):
        return value
    if isinstance(value, Real):
        return int(value) if isinstance(value, Integral) else float(value)
    return tensor(value) if hasattr(value, "__array_interface__") else None


def _operator(of_tensors: str, of_number: str) -> Any:
    def operate(self: TensorObject, other: Any) -> Any:
        operand = _operand(other)
        if operand is None:
            return NotImplemented
        return call(f"rt_torch_torchtensor_{of_tensors}" if isinstance(operand, Object) else of_number, self, operand)

    return operate


def _comparison(name: str) -> Any:
    def compare(self: TensorObject, other: Any) -> Any:
        operand = _operand(other)
        if operand is None or (isinstance(operand, Object) and not isinstance(operand, TensorObject)):
            return NotImplemented
        return call(f"aten::{name}", self, operand)

    return compare


def _reversed(of_tensors: str, of_number: Callable[[TensorObject, float], Any]) -> Any:
    def operate(self: TensorObject, other: Any) -> Any:
        operand = _operand(other)
        if operand is None:
            return NotImplemented
        if isinstance(operand, Object):
            return call(f"rt_torch_torchtensor_{of_tensors}", operand, self)
        return of_number(self, operand)

    return operate


@register_base
class TensorObject(Object):
    """The base of the class of tensors: arithmetic, indexing, and NumPy's arrays over the same memory."""

    __slots__ = ()
    class_name = "TorchTensor"
    # Of an operation with a NumPy array on the left, too, the result is a tensor, and gradients are recorded.
    __array_priority__ = 1000

    __add__ = __radd__ = _operator("add", "aten::add")
    __sub__ = _operator("sub", "aten::sub")
    __mul__ = __rmul__ = _operator("mul", "aten::mul")
    __truediv__ = _operator("div", "aten::div")

    __rsub__ = _reversed("sub", lambda self, number: call("aten::rsub", self, number))
    __rtruediv__ = _reversed("div", lambda self, number: call("aten::mul", call("aten::reciprocal", self), number))

    # Element by element, as NumPy's arrays and Python's torch compare; `is` asks for the same object.
    __eq__ = _comparison("eq")
    __ne__ = _comparison("ne")
    __lt__ = _comparison("lt")
    __le__ = _comparison("le")
    __gt__ = _comparison("gt")
    __ge__ = _comparison("ge")
    __hash__ = Object.__hash__

    def __pow__(self, exponent: float) -> Any:
        return call("rt_torch_torchtensor_pow", self, exponent)

    def __neg__(self) -> Any:
        return call("rt_torch_torchtensor_neg", self)

    def __matmul__(self, other: Any) -> Any:
        return call("rt_torch_torchtensor_matmul", self, _operand(other))

    def __rmatmul__(self, other: Any) -> Any:
        return call("rt_torch_torchtensor_matmul", _operand(other), self)

    def __getitem__(self, index: Any) -> Any:
        return call("rt_torch_torchtensor_index", self, [_index(i) for i in (index if isinstance(index, tuple) else (index,))])

    def __setitem__(self, index: Any, value: Any) -> None:
        indices = [_index(i) for i in (index if isinstance(index, tuple) else (index,))]
        call("rt_torch_torchtensor_index_put_", self, indices, value)

    def __len__(self) -> int:
        shape: list[int] = call("rt_torch_torchtensor_shape", self)
        if not shape:
            raise TypeError("a tensor without dimensions has no length")
        return shape[0]

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))

    def __float__(self) -> float:
        return float(call("rt_torch_torchtensor_item", self))

    def __int__(self) -> int:
        return int(call("aten::item", self))

    def __bool__(self) -> bool:
        return float(self) != 0

    def __repr__(self) -> str:
        return super().__repr__() if self.closed else str(call("rt_torch_torchtensor_to_text", self))

    def backward(self) -> None:
        """Adds the gradients of this one number to every leaf that it was computed from."""
        call("rt_torch_autograd_backward", self)

    def numpy(self) -> NDArray:
        """An array over the tensor's own memory, which lives as long as the array; read-only where gradients are recorded."""
        return self.__array__(copy=False)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray:
        import numpy  # noqa: PLC0415 - the package does without it elsewhere

        on_cpu = call("rt_torch_torchtensor_cpu", self)
        if copy is False and call("rt_torch_torchtensor_is_cuda", self):
            raise ValueError("the tensor is on a device: its numbers can only be copied")
        shared: NDArray = numpy.asarray(_Share(on_cpu))
        return shared.astype(dtype or shared.dtype, copy=bool(copy))


@register_base
class ModuleObject(Object):
    """The base of the class of modules: a module is called as a function is."""

    __slots__ = ()
    class_name = "TorchModule"

    def __call__(self, *inputs: Any) -> Any:
        return call("rt_torch_module_call", self, inputs)

    def __repr__(self) -> str:
        return super().__repr__() if self.closed else str(call("rt_torch_module_to_text", self))

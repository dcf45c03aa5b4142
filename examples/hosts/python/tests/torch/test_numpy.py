import ctypes
import gc
import operator
import sys
import unittest
from array import array

import numpy as np
import rtffi


class FromMemory(unittest.TestCase):
    def test_a_tensor_and_an_array_share_memory(self):
        numbers = np.arange(12, dtype=np.float32).reshape(3, 4)
        tensor = rtffi.tensor(numbers)
        self.assertEqual(tensor.data_ptr(), numbers.ctypes.data)
        numbers[1, 2] = 50
        self.assertEqual(float(tensor[1, 2]), 50)
        tensor.fill_(3)
        self.assertEqual(numbers.sum(), 36)

    def test_the_array_lives_as_long_as_the_last_tensor_over_it(self):
        numbers = np.ones(5)
        before = sys.getrefcount(numbers)
        tensor = rtffi.tensor(numbers)
        part = tensor[1:3]
        del tensor
        gc.collect()
        self.assertGreater(sys.getrefcount(numbers), before)
        self.assertEqual(part.sum(), 2)
        part.close()
        self.assertEqual(sys.getrefcount(numbers), before)

    def test_parts_of_arrays_are_shared_with_their_strides(self):
        numbers = np.arange(24, dtype=np.int64).reshape(4, 6)
        for part in (numbers[:, ::2], numbers.T, numbers[1:, 3], numbers[::3, ::5]):
            tensor = rtffi.tensor(part)
            self.assertEqual(tensor.data_ptr(), part.ctypes.data)
            np.testing.assert_array_equal(np.asarray(tensor), part)

    def test_every_dtype_that_both_have(self):
        names = ["float64", "float32", "float16", "int64", "int32", "int16", "int8", "uint8", "bool", "complex64", "complex128"]
        for name in names:
            numbers = np.array([[1, 0], [0, 1]], dtype=name)
            tensor = rtffi.tensor(numbers)
            self.assertEqual(tensor.dtype(), name)
            back = np.asarray(tensor)
            self.assertEqual(back.dtype, numbers.dtype)
            self.assertTrue(np.shares_memory(back, numbers))
            np.testing.assert_array_equal(back, numbers)

    def test_what_cannot_be_shared_is_copied_or_refused(self):
        numbers = np.ones(4)
        numbers.flags.writeable = False
        copied = rtffi.tensor(numbers)
        self.assertNotEqual(copied.data_ptr(), numbers.ctypes.data)
        self.assertNotEqual(rtffi.tensor(np.ones(4), copy=True).data_ptr(), 0)
        with self.assertRaisesRegex(TypeError, "forward in memory"):
            rtffi.tensor(np.ones(4)[::-1])
        with self.assertRaisesRegex(TypeError, "no dtype of tensors has elements of the format"):
            rtffi.tensor(np.array(["text"]))

    def test_arrays_of_the_standard_library_are_shared_too(self):
        numbers = array("d", [1, 2])
        tensor = rtffi.tensor(numbers)
        numbers[0] = 7
        self.assertEqual(tensor.sum(), 9)
        with self.assertRaises(BufferError):
            numbers.append(3)
        tensor.close()
        numbers.append(3)

    def test_arrays_of_ctypes_are_shared_too(self):
        memory = ((ctypes.c_float * 3) * 2)((1, 2, 3), (4, 5, 6))
        tensor = rtffi.tensor(memory)
        self.assertEqual(list(tensor.shape()), [2, 3])
        memory[1][2] = 9
        self.assertEqual(float(tensor[1, 2]), 9)
        self.assertEqual(rtffi.call("rt_torch_tensor_zeros", (ctypes.c_int64 * 2)(2, 2)).shape(), [2, 2])

    def test_lists_are_copied(self):
        tensor = rtffi.tensor([[1, 2.5], [3, 4]])
        self.assertEqual((tensor.shape(), tensor.dtype()), ([2, 2], "float32"))
        self.assertEqual(np.asarray(tensor).tolist(), [[1, 2.5], [3, 4]])
        self.assertEqual(rtffi.tensor([True, False]).dtype(), "bool")
        self.assertEqual(float(rtffi.tensor(3)), 3)
        with self.assertRaisesRegex(ValueError, "the same length"):
            rtffi.tensor([[1], [2, 3]])


class ToMemory(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.torch = rtffi.load("torch")

    def test_an_array_is_the_tensors_memory_and_keeps_it(self):
        tensor = self.torch.tensor_ones([2, 2])
        numbers = tensor.numpy()
        numbers[0, 1] = 5
        self.assertEqual(tensor.sum(), 8)
        tensor.close()
        gc.collect()
        self.torch.tensor_zeros([2, 2])
        self.assertEqual(numbers.tolist(), [[1, 5], [1, 1]])

    def test_an_array_outlives_the_scope_of_its_tensor(self):
        with rtffi.scope():
            numbers = np.asarray(self.torch.tensor_full([3], 2))
        self.assertEqual(numbers.tolist(), [2, 2, 2])

    def test_copies_and_conversions_are_asked_for(self):
        tensor = self.torch.tensor_ones([2])
        self.assertFalse(np.shares_memory(np.array(tensor), tensor.numpy()))
        self.assertEqual(np.asarray(tensor, dtype="int32").tolist(), [1, 1])

    def test_tensors_without_dimensions_or_elements(self):
        self.assertEqual(np.asarray(self.torch.tensor_full([], 4)).item(), 4)
        self.assertEqual(np.asarray(self.torch.tensor_ones([0, 3])).shape, (0, 3))
        self.assertEqual(rtffi.tensor(np.ones((0, 3))).shape(), [0, 3])

    def test_what_is_recorded_for_gradients_is_read_only(self):
        tensor = self.torch.tensor_ones([2])
        self.torch.autograd_set_requires_grad(tensor, True)
        with self.assertRaises(ValueError):
            tensor.numpy()[0] = 1

    def test_an_array_keeps_its_memory_where_the_tensor_is_given_another(self):
        tensor, other = rtffi.tensor([1, 2, 3]), rtffi.tensor([4, 5, 6])
        array = tensor.numpy()
        rtffi.call("aten::set_.source_Tensor", tensor, other)
        with self.assertRaisesRegex(rtffi.Error, "not resizable"):
            rtffi.call("aten::resize_", rtffi.tensor(array), [1000000])
        self.assertEqual(list(array), [1, 2, 3])

    def test_a_dtype_that_numpy_lacks_is_told(self):
        with self.assertRaisesRegex(TypeError, "NumPy has no bfloat16: convert the tensor first"):
            self.torch.tensor_ones([1]).to_dtype("bfloat16").numpy()


class Operators(unittest.TestCase):
    def setUp(self):
        self.torch = rtffi.load("torch")
        self.numbers = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
        self.tensor = rtffi.tensor(self.numbers)

    def test_arithmetic_is_numpys(self):
        x, n = self.tensor, self.numbers
        for ours, theirs in (
            (x + 1, n + 1),
            (1 - x, 1 - n),
            (x * x - x / 2, n * n - n / 2),
            (2 / x, 2 / n),
            (-(x**2), -(n**2)),
            (x @ x.t(), n @ n.T),
        ):
            np.testing.assert_allclose(np.asarray(ours), theirs)

    def test_arrays_and_numbers_of_numpy_on_either_side_give_tensors_with_gradients(self):
        numbers = np.array([[1, 2], [3, 4]], "float32")
        for left, right in [(2.0, numbers), (np.float32(2), numbers), (np.int64(2), numbers), (numbers, numbers)]:
            for operate in (operator.add, operator.sub, operator.mul, operator.truediv):
                for first, second in [(left, right), (right, left)]:
                    with self.subTest(operate=operate.__name__, left=type(first).__name__, right=type(second).__name__):
                        tensor = rtffi.tensor(numbers)
                        self.torch.autograd_set_requires_grad(tensor, True)
                        made = operate(first, tensor) if second is right else operate(tensor, second)
                        self.assertTrue(self.torch.autograd_requires_grad(made))
                        expected = operate(first, numbers) if second is right else operate(numbers, second)
                        np.testing.assert_allclose(made.numpy(), expected)
        np.testing.assert_array_equal((numbers @ rtffi.tensor(numbers)).numpy(), numbers @ numbers)
        np.testing.assert_array_equal((rtffi.tensor(numbers) @ numbers).numpy(), numbers @ numbers)
        with self.assertRaises(TypeError):
            rtffi.tensor(numbers) + "2"

    def test_comparisons_are_numpys_element_by_element(self):
        numbers = np.array([1.0, 2, 3], dtype=np.float32)
        other = np.array([3.0, 2, 1], dtype=np.float32)
        for compare in (operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge):
            expected = compare(numbers, other)
            for right in (rtffi.tensor(other), other):
                np.testing.assert_array_equal(np.asarray(compare(rtffi.tensor(numbers), right)), expected)
            np.testing.assert_array_equal(np.asarray(compare(rtffi.tensor(numbers), 2)), compare(numbers, 2))
        tensor = rtffi.tensor(numbers)
        self.assertFalse(tensor == None)  # noqa: E711 - what a tensor cannot be compared with is another object
        self.assertEqual(len({tensor, tensor, rtffi.tensor(numbers)}), 2)

    def test_indices_keep_all_their_digits(self):
        tensor = rtffi.call("aten::arange", 2**24 + 4, dtype="int64")
        self.assertEqual(int(tensor[[2**24 + 1]]), 2**24 + 1)
        self.assertEqual(tensor[[]].shape(), [0])
        self.assertEqual(tensor[[[0, 1], [2, 3]]].shape(), [2, 2])
        for index in ([0.5], slice(0.9, 1.9)):
            with self.assertRaises(TypeError):
                tensor[index]

    def test_arrays_without_dimensions_are_numbers(self):
        tensor = rtffi.tensor([1, 2])
        self.assertEqual(rtffi.call("aten::mul", tensor, np.array(1.5)).sum(), 4.5)
        self.assertEqual(rtffi.call("aten::mul", tensor, np.array(2)).sum(), 6)

    def test_indexing_is_numpys(self):
        x, n = self.tensor, self.numbers
        rows = [1, 0]
        for index in (0, -1, (1, 2), slice(None, None, 2), (..., slice(1, None)), (slice(None), None, 0), rows):
            np.testing.assert_array_equal(np.asarray(x[index]), n[index])
        x[0, 1:] = 9
        np.testing.assert_array_equal(n[0], [1, 9, 9])
        self.assertEqual([float(row.sum()) for row in x], [19, 15])
        self.assertEqual(len(x), 2)
        with self.assertRaisesRegex(rtffi.Error, "step"):
            x[::0]
        self.assertEqual(int(rtffi.tensor(np.array(2**60 + 1))), 2**60 + 1)

    def test_arrays_of_numpy_are_arguments(self):
        sums = rtffi.call("rt_torch_tensor_from_data", np.arange(4, dtype=np.float32), np.array([2, 2])).sum()
        self.assertEqual(sums, 6)
        self.assertEqual(rtffi.call("rt_torch_tensor_full", [np.int64(2)], np.float32(1.5)).sum(), 3)


class AnyOperator(unittest.TestCase):
    def test_operators_of_libtorch_take_keywords_and_defaults(self):
        x = rtffi.tensor(np.array([3.0, 1.0, 2.0]))
        self.assertEqual(np.asarray(rtffi.call("aten::add", x, x, alpha=2)).tolist(), [9, 3, 6])
        values, indices = rtffi.call("aten::topk", x, 2, largest=False)
        self.assertEqual((np.asarray(values).tolist(), np.asarray(indices).tolist()), ([1, 2], [1, 2]))
        with self.assertRaisesRegex(rtffi.NotFoundError, "aten::ad"):
            rtffi.call("aten::ad_d", x)

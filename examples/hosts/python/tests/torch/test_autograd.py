import subprocess
import sys
import unittest

import numpy as np
import rtffi


def cube_forward(context, inputs):
    (x,) = inputs
    context.save_for_backward([x])
    return [x * x * x]


def cube_backward(context, gradients):
    (x,) = context.saved_tensors()
    return [gradients[0] * x * x * 3]


class AutogradInPython(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.torch = rtffi.load("torch")

    def leaf(self, numbers):
        tensor = rtffi.tensor(np.array(numbers))
        self.torch.autograd_set_requires_grad(tensor, True)
        return tensor

    def cube(self, x):
        return self.torch.autograd_apply([x], cube_forward, cube_backward)[0]

    def test_gradients_agree_with_finite_differences(self):
        points = np.array([1.0, -2.0, 0.5])
        x = self.leaf(points)
        (self.cube(x).tanh()).sum_all().backward()
        step = 1e-6
        expected = (np.tanh((points + step) ** 3) - np.tanh((points - step) ** 3)) / (2 * step)
        np.testing.assert_allclose(np.asarray(self.torch.autograd_grad(x)), expected, atol=1e-8)

    def test_what_forward_raises_is_the_cause(self):
        def forward(context, inputs):
            raise KeyError("missing")

        with self.assertRaisesRegex(rtffi.CalleeError, "KeyError: 'missing'") as caught:
            self.torch.autograd_apply([self.leaf([1.0])], forward, cube_backward)
        self.assertIsInstance(caught.exception.__cause__, KeyError)

    def test_what_backward_raises_is_the_backward_passes_error(self):
        def backward(context, gradients):
            raise RuntimeError("no way back")

        y = self.torch.autograd_apply([self.leaf([1.0])], cube_forward, backward)[0]
        with self.assertRaisesRegex(rtffi.Error, "no way back"):
            y.sum_all().backward()

    def test_a_wrong_number_of_gradients_is_refused(self):
        y = self.torch.autograd_apply([self.leaf([1.0])], cube_forward, lambda context, gradients: [None, None])[0]
        with self.assertRaisesRegex(rtffi.Error, "2"):
            y.sum_all().backward()

    def test_functions_and_tensors_go_with_the_record(self):
        def alive():
            return {row["class"]: row["count"] for row in rtffi.live_objects()}

        before = alive()
        for _ in range(20):
            x = self.leaf([1.0, 2.0])
            self.cube(x).sum_all().backward()
            del x
        self.assertEqual(alive(), before)

    def test_a_hook_changes_a_gradient(self):
        x = self.leaf([1.0, 2.0])
        self.torch.autograd_register_hook(x, lambda gradient: gradient * 10)
        (x * 3).sum_all().backward()
        self.assertEqual(np.asarray(self.torch.autograd_grad(x)).tolist(), [30, 30])


class ModulesInPython(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.torch = rtffi.load("torch")

    def test_a_module_of_a_python_function_stands_in_a_sequential(self):
        def forward(module, inputs):
            return [inputs[0] * module.parameter("factor")]

        factor = rtffi.tensor(np.array([2.0, 3.0], dtype=np.float32))
        scale = self.torch.module_create(forward, ["factor"], [factor], name="Scale")
        model = self.torch.module_sequential([scale, self.torch.module_relu()])
        self.assertEqual(np.asarray(model(self.torch.tensor_ones([2]))).tolist(), [2, 3])
        self.assertEqual(model.named_parameters()[0], ["0.factor"])
        model(self.torch.tensor_full([2], 5)).sum_all().backward()
        self.assertEqual(np.asarray(self.torch.autograd_grad(factor)).tolist(), [5, 5])

    def test_hooks_see_and_replace_what_goes_through(self):
        seen = []
        model = self.torch.module_relu()
        first = model.register_forward_pre_hook(lambda module, inputs: seen.append(np.asarray(inputs[0]).tolist()))
        model.register_forward_hook(lambda module, inputs, outputs: [outputs[0] + 1])
        self.assertEqual(np.asarray(model(rtffi.tensor([-1, 2]))).tolist(), [1, 3])
        model.remove_hook(first)
        model(rtffi.tensor([1]))
        self.assertEqual(seen, [[-1, 2]])

    def test_optimisers_take_python_closures(self):
        x = rtffi.tensor(np.array([4.0]))
        self.torch.autograd_set_requires_grad(x, True)
        lbfgs = self.torch.optim_lbfgs([x])

        def closure():
            lbfgs.zero_grad()
            loss = ((x - 1) ** 2).sum_all()
            loss.backward()
            return loss

        self.assertEqual(float(lbfgs.step_closure(closure)), 9)
        self.assertAlmostEqual(float(x), 1, places=5)


class TheEnd(unittest.TestCase):
    def test_the_interpreter_ends_while_libtorch_has_python_functions_and_memory(self):
        program = (
            "import numpy, rtffi\n"
            "torch = rtffi.load('torch')\n"
            "x = rtffi.tensor(numpy.ones(100000))\n"
            "torch.autograd_set_requires_grad(x, True)\n"
            "y = torch.autograd_apply([x], lambda c, i: [i[0] * 2], lambda c, g: [g[0] * 2])[0]\n"
            "module = torch.module_create(lambda m, i: [i[0]])\n"
            "module.register_forward_hook(lambda m, i, o: None)\n"
            "cycle = [x, y]; cycle.append(cycle)\n"
            "print(module(y).sum())\n"
        )
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "200000.0\n", ""))

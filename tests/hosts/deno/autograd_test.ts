// The torch plugin: functions whose gradient is written in TypeScript, hooks, keyword arguments.
import { Handle, open, Scope } from "../../../examples/hosts/deno/rtffi/mod.ts";
import { equal, leftBy, throws } from "./check.ts";

const torch = open("torch");

function doubles(list: number[]): Handle {
  const tensor: Handle = torch.tensor_from_memory(Float64Array.from(list), [
    list.length,
  ], "float64");
  torch.autograd_set_requires_grad(tensor, true);
  return tensor;
}

function numbers(tensor: Handle): number[] {
  const memory = new Float64Array(torch.torchtensor_numel(tensor));
  torch.torchtensor_to_memory(tensor, memory);
  return Array.from(memory);
}

/** x^3, whose gradient is 3 x^2. */
function cube(x: Handle): Handle {
  const forward = (context: Handle, inputs: Handle[]) => {
    torch.autograd_context_save_for_backward(context, inputs);
    return torch.torchtensor_pow(inputs[0], 3);
  };
  const backward = (context: Handle, gradients: Handle[]) => {
    const [saved] = torch.autograd_context_saved_tensors(context);
    const slope = torch.torchtensor_mul_scalar(
      torch.torchtensor_pow(saved, 2),
      3,
    );
    return [torch.torchtensor_mul(gradients[0], slope)];
  };
  return torch.autograd_apply([x], forward, backward)[0];
}

Deno.test("a gradient written in TypeScript agrees with finite differences", () => {
  using _scope = new Scope();
  const at = [-2, 0.5, 3];
  const h = 1e-5;
  const x = doubles(at);
  torch.autograd_backward(torch.torchtensor_sum_all(cube(x)));
  numbers(torch.autograd_grad(x)).forEach((gradient, i) => {
    const difference = ((at[i] + h) ** 3 - (at[i] - h) ** 3) / (2 * h);
    equal(Math.abs(gradient - difference) < 1e-6, true);
  });
});

Deno.test("an error in backward is that of the backward pass", () => {
  using _scope = new Scope();
  const mine = new Error("no gradient today");
  const forward = (_: Handle, inputs: Handle[]) =>
    torch.torchtensor_mul_scalar(inputs[0], 2);
  const backward = () => {
    throw mine;
  };
  const [y] = torch.autograd_apply([doubles([1])], forward, backward);
  const why = throws(
    "RT_E_CALLEE",
    mine.message,
    () => torch.autograd_backward(torch.torchtensor_sum_all(y)),
  );
  equal([why.functionName, why.plugin, why.cause === mine], [
    "rt_torch_autograd_backward",
    "torch",
    true,
  ]);
});

Deno.test("a hundred backward passes in scopes leave nothing", () => {
  equal(
    leftBy(() => {
      using _scope = new Scope();
      const x = doubles([1, 2]);
      for (let i = 0; i < 100; i++) {
        using _step = new Scope();
        torch.autograd_zero_grad(x);
        torch.autograd_backward(torch.torchtensor_sum_all(cube(x)));
      }
      equal(numbers(torch.autograd_grad(x)), [3, 12]);
    }),
    0,
  );
});

Deno.test("what a hook is given is gone afterwards, and what it cloned is not", () => {
  using _scope = new Scope();
  const module: Handle = torch.module_tanh();
  const seen: Handle[] = [];
  torch.module_register_forward_hook(
    module,
    (_: Handle, inputs: Handle[], outputs: Handle[]) => {
      seen.push(inputs[0], outputs[0].clone());
      return torch.torchtensor_mul_scalar(outputs[0], 0);
    },
  );
  equal(
    torch.torchtensor_sum(
      torch.module_forward(module, torch.tensor_ones([2, 3])),
    ),
    0,
  );
  throws("RT_E_HANDLE", "was freed", () => torch.torchtensor_sum(seen[0]));
  equal(torch.torchtensor_sum(seen[1]) > 4.5, true);
  seen[1].free();
});

Deno.test("LibTorch's own operators, with keyword arguments", () => {
  using _scope = new Scope();
  const x: Handle = torch.tensor_arange(0, 4, 1);
  equal(torch.torchtensor_sum(torch["aten::add"](x, x, { alpha: 2 })), 18);
  const [smallest, where] = torch["aten::topk"](x, 1, { largest: false });
  equal([torch.torchtensor_item(smallest), torch.torchtensor_item(where)], [
    0,
    0,
  ]);
  throws("RT_E_ARGUMENT", "beta", () => torch["aten::add"](x, x, { beta: 2 }));
});

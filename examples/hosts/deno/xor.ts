// xor.ts - the exclusive or, trained from TypeScript.
//
//     deno run --allow-ffi xor.ts
import { type Handle, open, type Plugin, Scope } from "./rtffi/mod.ts";

/** LibTorch, or why it is not there. */
function openTorch(): Plugin | string {
  try {
    const torch = open("torch");
    return torch.available() ? torch : torch.why_unavailable();
  } catch (why) {
    return (why as Error).message;
  }
}

function train(torch: Plugin): boolean {
  torch.manual_seed(1);
  const x: Handle = torch.tensor_from_data([0, 0, 0, 1, 1, 0, 1, 1], [4, 2]);
  const y: Handle = torch.tensor_from_data([0, 1, 1, 0], [4, 1]);
  const model: Handle = torch.module_sequential([
    torch.module_linear(2, 8),
    torch.module_tanh(),
    torch.module_linear(8, 1),
    torch.module_sigmoid(),
  ]);
  const optimizer: Handle = torch.optim_adam(torch.module_parameters(model), {
    lr: 0.03,
  });

  for (let step = 1; step <= 300; step++) {
    using _step = new Scope(); // which frees the tensors of this step
    const loss: Handle = torch.loss_mse(torch.module_forward(model, x), y);
    torch.optim_zero_grad(optimizer);
    torch.autograd_backward(loss);
    torch.optim_step(optimizer);
    if (step % 50 === 0) {
      console.log(
        `step ${String(step).padStart(4)}: loss ${
          torch.torchtensor_item(loss).toFixed(6)
        }`,
      );
    }
  }

  const output: Handle = torch.module_forward(model, x);
  const answers = new Float32Array(4);
  torch.torchtensor_to_memory(output, answers);
  let right = 0;
  answers.forEach((answer, i) => {
    const [a, b] = [i >> 1, i & 1];
    console.log(`${a} xor ${b} = ${answer.toFixed(4)}`);
    right += (answer > 0.5) === (a !== b) ? 1 : 0;
  });
  const loss: number = torch.torchtensor_item(torch.loss_mse(output, y));
  console.log(
    `xor: accuracy ${(25 * right).toFixed(1)} %, loss ${loss.toFixed(4)}`,
  );
  return right === 4 && loss < 0.01;
}

if (Deno.args.length > 0) {
  console.error(`xor: unknown option '${Deno.args[0]}': it takes none`);
  Deno.exit(2);
}
const torch = openTorch();
if (typeof torch === "string") {
  console.error(`LibTorch is not available: ${torch}`);
  Deno.exit(1);
}
Deno.exit(train(torch) ? 0 : 1);

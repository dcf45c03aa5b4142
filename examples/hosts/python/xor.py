"""The exclusive or, trained from Python.

pip install ./examples/hosts/python && python examples/hosts/python/xor.py
"""

import sys

import rtffi


def train() -> int:
    torch = rtffi.load("torch")
    torch.manual_seed(1)
    x = rtffi.tensor([[0, 0], [0, 1], [1, 0], [1, 1]])
    y = rtffi.tensor([[0], [1], [1], [0]])
    layers = [torch.module_linear(2, 8), torch.module_tanh(), torch.module_linear(8, 1), torch.module_sigmoid()]
    model = torch.module_sequential(layers)
    adam = torch.optim_adam(model.parameters(), lr=0.03)

    for step in range(1, 301):
        loss = torch.loss_mse(model(x), y)
        adam.zero_grad()
        loss.backward()
        adam.step()
        if step % 50 == 0:
            print(f"step {step:4}: loss {float(loss):.6f}")

    outputs = model(x)
    for (a, b), output in zip(x, outputs, strict=True):
        print(f"{float(a):.0f} xor {float(b):.0f} = {float(output):.4f}")
    right = sum((float(output) > 0.5) == bool(target) for output, target in zip(outputs, y, strict=True))
    loss = float(torch.loss_mse(outputs, y))
    print(f"xor: accuracy {25 * right:.1f} %, loss {loss:.4f}")
    return 0 if right == 4 and loss < 0.01 else 1


def main() -> int:
    if len(sys.argv) > 1:
        print(f"xor: unknown option '{sys.argv[1]}': it takes none", file=sys.stderr)
        return 2
    try:
        return train()
    except rtffi.NotFoundError as error:
        print(f"LibTorch is not available: {error}", file=sys.stderr)
    except rtffi.Error as error:
        # Where LibTorch is missing, that sentence alone, without the function that needed it.
        before, missing, why = str(error).partition("LibTorch is not available: ")
        print(missing + why or f"xor: {before}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())

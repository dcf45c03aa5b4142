#!/usr/bin/env python3
"""Writes the models that test_jit.cpp loads. Run it with torch 2.13; LibTorch 1.13.1 loads them too.

python tests/torch/make_model.py tests/torch/models
"""

import sys
import textwrap
from pathlib import Path

import torch
from torch import nn

# Methods as text, because torch.jit.script of a class would write the path of this file into the model.
METHODS = {
    "affine": """
        def forward(self, x):
            return x @ self.weight + self.bias
    """,
    "pair": """
        def forward(self, x):
            return x, x.dim()
    """,
    "two_inputs": """
        def forward(self, x, y):
            return x + y
    """,
    "no_forward": """
        def double(self, x):
            return x + x
    """,
    "picky": """
        def forward(self, x):
            if x.dim() != 2:
                raise ValueError("the model wants rows and columns")
            return x
    """,
}


def main(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for name, method in METHODS.items():
        module = type(name, (nn.Module,), {})()  # of a class of its own, since methods belong to the class
        if name == "affine":
            module.weight = nn.Parameter(torch.tensor([[1.0, 2.0], [3.0, 4.0]]))
            module.bias = nn.Parameter(torch.tensor([10.0, 20.0]))
        model = torch.jit.script(module)
        model.define(textwrap.dedent(method))
        model.save(str(folder / f"{name}.pt"))
    torch.save({"weight": torch.ones(2)}, folder / "checkpoint.pt")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))

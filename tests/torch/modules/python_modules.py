#!/usr/bin/env python3
"""Every module class of torch::nn, made by the torch plugin, beside the same one of Python's torch.nn.

usage: python_modules.py LIBRTFFI

Both are in this process, so Python's torch has to be of the LibTorch that the plugin was built for. Parameters and buffers must
have the same names, in the same order, and the same shapes; with Python's state loaded, ours gives the same results, in training
and in evaluation. No class differs by design.
"""

import sys
from typing import Any

import torch
from classes import RENAMED, Case, Nested, cases
from registry import Handle, Registry, Values


def ours(registry: Registry, name: str, args: list[Any], options: dict[str, Any]) -> Handle:
    def made(one: Any) -> Any:
        return ours(registry, *one) if isinstance(one, Nested) else one

    return registry.call(f"torch::nn::{name}", *map(made, args), **{option: made(value) for option, value in options.items()})


def theirs(name: str, args: list[Any], options: dict[str, Any]) -> torch.nn.Module:
    def made(one: Any) -> Any:
        return theirs(*one) if isinstance(one, Nested) else tuple(one) if isinstance(one, list) else one

    return getattr(torch.nn, name)(
        *map(made, args), **{RENAMED.get(option, option): made(value) for option, value in options.items()}
    )


def flat(result: Any, registry: Registry) -> list[torch.Tensor]:
    if isinstance(result, Handle):
        return [registry.read(result)]
    if isinstance(result, torch.Tensor):
        return [result.detach()]
    if isinstance(result, float):
        return [torch.tensor(result)]
    return [tensor for item in result if item is not None for tensor in flat(item, registry)]


def shapes_of(tensors: list[torch.Tensor]) -> list[list[int]]:
    return [list(tensor.shape) for tensor in tensors]


def named(registry: Registry, function: str, module: Handle) -> list[tuple[str, list[int]]]:
    names, tensors = registry.call(f"rt_torch_module_{function}", module)
    return [(name, registry.call("rt_torch_torchtensor_shape", tensor)) for name, tensor in zip(names, tensors, strict=True)]


def difference_of_names(registry: Registry, module: Handle, python: torch.nn.Module) -> str:
    for function, tensors in (
        ("named_parameters", dict(python.named_parameters())),
        ("named_buffers", dict(python.named_buffers())),
        ("state", python.state_dict()),
    ):
        got = named(registry, function, module)
        want = [(name, list(tensor.shape)) for name, tensor in tensors.items()]
        if got != want:
            return f"{function}: rtffi {got}, Python {want}"
    return ""


def difference(registry: Registry, name: str, one: Case) -> str:
    """Says in what the two differ; "" where they do not."""
    python = theirs(name, one.args, one.options)
    module = ours(registry, name, one.args, one.options)
    if why := difference_of_names(registry, module, python):
        return why
    state = python.state_dict()
    registry.call(
        "rt_torch_module_load_state",
        module,
        Values(state),
        [registry.tensor(tensor) for tensor in state.values()],
    )
    for training in (True, False):
        python.train(training)
        registry.call("rt_torch_module_train", module, training)
        torch.manual_seed(5)
        want = flat(python(*one.inputs), registry)
        torch.manual_seed(5)
        got = flat(registry.call("rt_torch_module_call", module, Values(one.inputs)), registry)
        if shapes_of(got) != shapes_of(want):
            return f"training {training}: rtffi gives {shapes_of(got)}, Python {shapes_of(want)}"
        for index, (mine, pythons) in enumerate(zip(got, want, strict=True)):
            if not torch.allclose(mine, pythons, rtol=1e-5, atol=1e-5, equal_nan=True):
                return f"training {training}: result {index} differs by {(mine - pythons).abs().max()}"
    return difference_of_names(registry, module, python)


def main() -> None:
    registry = Registry(sys.argv[1])
    torch.manual_seed(1)
    table = cases()
    offered = {name.removeprefix("torch::nn::") for name in registry.provided("torch::nn::")}
    failures = [f"{name}: not compared, since classes.py does not have it" for name in sorted(offered - set(table))]
    failures += [f"{name}: in classes.py, but not a class of the plugin's" for name in sorted(set(table) - offered)]
    compared = 0
    for name in sorted(offered & set(table)):
        try:
            why = difference(registry, name, table[name])
        except (RuntimeError, TypeError, ValueError) as error:
            why = str(error)
        compared += 1
        failures += [f"{name}: {why}"] if why else []
    for failure in failures:
        print(f"FAIL python_modules: {failure}")
    if not failures and compared >= 120:
        print("ok every module class has the parameters, buffers and results of Python's")
    print(f"python_modules: {compared} classes compared, {len(failures)} failures")
    sys.exit(1 if failures or compared < 120 else 0)


main()

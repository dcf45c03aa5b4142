#!/usr/bin/env python3
"""The stub against the torch plugin with LibTorch: the same calls, the same forms and the same failures.

usage: compare.py STUB_CALLS TORCH_PLUGIN TORCH_STUB [--all]

Prints `ok NAME` or `FAIL NAME: why` for each function; with --all each call that differs.
"""

import re
import subprocess
import sys
from collections import defaultdict

# What reads numbers: where LibTorch gives one, the stub says that it has none.
READS_NUMBERS = {
    "rt_torch_torchtensor_item",
    "rt_torch_torchtensor_to_memory",
    "rt_torch_torchtensor_data_ptr",
    "rt_torch_torchtensor_to_text",
    *(f"rt_torch_torchtensor_{name}" for name in ("sum", "mean", "max", "min", "std", "var", "norm", "det")),
    *(f"rt_torch_nn_{name}" for name in ("mse_loss", "cross_entropy", "binary_cross_entropy", "nll_loss")),
    "rt_torch_clip_grad_norm",
}
# What LibTorch and the stub are to answer differently.
ABOUT_ITSELF = {
    "rt_torch_available",
    "rt_torch_version",
    "rt_torch_show_config",
    "rt_torch_why_unavailable",
    "rt_torch_get_num_threads",
    "rt_torch_generator_seed",
}
# Calls that LibTorch 1.13 answers and 2.x refuses, as the stub does, or the other way round.
VERSIONS_DIFFER = re.compile(
    r"rt_torch_torchtensor_argm(ax|in)\((bool|complex64) .* = RT_E_"  # of two mistakes, which one is told
    r"|rt_torch_nn_linear\((?=[^=]*float64)(?!float64[^=]*float64[^=]*float64)[^=]* = float"  # a bias of another dtype
    r"|rt_torch_nn_batch_norm\((\w+ )?\S+( grad)?, (none, \[\d\]|\[\d\], none), .* = float"  # half of the statistics
    r"|rt_torch_autocast_begin\('cpu', 'float16', .* = nothing"  # arithmetic of float16 on the CPU
    r"|rt_torch_torchtensor_matmul\(\w+ \[2\], \[2,0\]\) = "  # dtypes where there are no elements
)
# In which of its classes of errors LibTorch puts one, is its version's, too.
CAUSE = re.compile(r"(= RT_E_CALLEE) (libtorch|not_implemented|value|type)$")
# How many elements a mask chooses, the numbers tell: the stub says so, also where what is written does not fit them.
MASK = re.compile(r"rt_torch_torchtensor_index(_put_)?\(.*\(.*\b(bool|uint8) \[.*\).*= ")
NO_NUMBERS = "RT_E_UNAVAILABLE no_libtorch"
ONLY_NUMBERS_TELL = "RT_E_CALLEE linalg"  # a matrix that has no inverse


def calls_of(program: str, plugin: str) -> dict[str, list[str]]:
    run = subprocess.run([program, plugin], capture_output=True, text=True, check=False)
    if run.returncode != 0:
        sys.exit(f"FAIL stub_calls {plugin}: ends with {run.returncode}: {run.stderr.strip()}")
    calls = defaultdict(list)
    for line in run.stdout.splitlines():
        calls[line.removeprefix("function ").partition("(")[0]].append(line)
    return calls


def agree(name: str, real: str, stub: str) -> bool:
    real, stub = CAUSE.sub(r"\1", real), CAUSE.sub(r"\1", stub)
    if real == stub or (name in ABOUT_ITSELF and not real.startswith("function ")):
        return True
    if VERSIONS_DIFFER.match(real) and " = RT_E_" in stub:
        return True
    call, _, form = real.partition(") = ")
    if MASK.match(real) and stub == f"{call}) = {NO_NUMBERS}":
        return True
    if form == ONLY_NUMBERS_TELL:
        return not stub.startswith(f"{call}) = RT_E_")
    return name in READS_NUMBERS and not form.startswith("RT_E_") and stub == f"{call}) = {NO_NUMBERS}"


def main() -> None:
    program, real_plugin, stub_plugin, *options = sys.argv[1:]
    real, stub = calls_of(program, real_plugin), calls_of(program, stub_plugin)
    failed = False
    for name in sorted(real | stub):
        pairs = list(zip(real[name], stub[name], strict=False))
        different = [(a, b) for a, b in pairs if not agree(name, a, b)]
        why = ""
        if len(real[name]) != len(stub[name]):
            why = f"LibTorch has {len(real[name])} answers, the stub {len(stub[name])}"
        elif different:
            why = f"{len(different)} of {len(pairs)} calls differ: LibTorch: {different[0][0]}, the stub: "
            why += different[0][1].partition(") = ")[2]
        print(f"FAIL {name}: {why}" if why else f"ok {name} has the form of LibTorch's in {len(pairs) - 1} calls")
        for one, other in different if "--all" in options else []:
            print(f"    {one}\n        stub: {other.partition(') = ')[2]}")
        failed = failed or why != ""
    sys.exit(failed)


if __name__ == "__main__":
    main()

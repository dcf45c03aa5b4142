#!/usr/bin/env python3
"""Writes the methods of rt::torch::Tensor that are operators of LibTorch's, from their names and the registry's signatures.

usage: operator_methods.py RTFFI [--check]

RTFFI is the path of the rtffi command, which is asked for the signatures. The names stand in operator_methods.txt, what is
written in include/rtffi/torch/operator_methods.hpp and operator_functions.hpp. With --check nothing is written; prints `ok NAME`
or `FAIL NAME: why` for each of the two.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
HEADERS = HERE.parent / "include/rtffi/torch"
WIDTH = 120

# Registry types as C++ parameters; `dtype` is a text there.
TYPES = {
    "TorchTensor": "const Tensor &",
    "TorchTensor?": "const std::optional<Tensor> &",
    "TorchGenerator?": "const std::optional<Generator> &",
    "any": "const Scalar &",
    "any?": "const std::optional<Scalar> &",
    "bool": "bool ",
    "bool?": "std::optional<bool> ",
    "i64": "std::int64_t ",
    "i64?": "std::optional<std::int64_t> ",
    "f64": "double ",
    "f64?": "std::optional<double> ",
    "[i64]": "IntArrayRef ",
    "[i64]?": "OptionalIntArrayRef ",
    "text": "std::string_view ",
    "text?": "std::optional<std::string_view> ",
}
DTYPES = {"text": "const DType &", "text?": "const std::optional<DType> &"}
# With what follows them: torch.hpp's own tensors lie on the CPU or on CUDA, and are strided.
LEFT_OUT = {"layout", "device", "memory_format", "pin_memory"}
# Registry results as C++ results, and how one is made of what the operator gives.
RESULTS = {
    "TorchTensor": ("Tensor", "tensor"),
    "[TorchTensor]": ("std::vector<Tensor>", "tensors"),
    "(TorchTensor, TorchTensor)": ("std::tuple<Tensor, Tensor>", "two_tensors"),
}
VALUES_AND_INDICES = {"cummax", "cummin", "kthvalue", "median", "mode", "nanmedian", "sort", "topk"}
# Methods that are no free functions in LibTorch either, and names that functions.hpp has.
METHODS_ALONE = {
    "expand",
    "expand_as",
    "repeat",
    "reshape_as",
    "view_as",
    "type_as",
    "sum_to_size",
    "unfold",
    "where",
    "std",
    "var",
}


class Parameter(NamedTuple):
    name: str
    kind: str
    default: str | None


class Operator(NamedTuple):
    method: str
    name: str  # in the registry
    parameters: list[Parameter]
    result: str


class Section(NamedTuple):
    heading: str
    operators: list[Operator]


def split(text: str) -> list[str]:
    """What is between commas that stand in no brackets and no quotes."""
    parts, depth, quoted = [""], 0, False
    for character in text:
        quoted ^= character == '"'
        depth += 0 if quoted else {"(": 1, "[": 1, ")": -1, "]": -1}.get(character, 0)
        if character == "," and depth == 0 and not quoted:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts if part.strip()]


def signatures(rtffi: str) -> dict[str, str]:
    run = subprocess.run([rtffi, "list", "aten::", "--json"], capture_output=True, text=True, check=False)
    if run.returncode != 0:
        sys.exit(f"FAIL operator_methods: {rtffi} list aten:: --json ends with {run.returncode}: {run.stderr.strip()}")
    return {one["name"].removeprefix("aten::").removesuffix(".default"): one["signature"] for one in json.loads(run.stdout)}


def operator(word: str, known: dict[str, str]) -> Operator:
    match = re.fullmatch(r"(\w+)(\.\w+)?(?:\((-?)(\w+)\))?", word)
    if match is None:
        sys.exit(f"FAIL operator_methods: operator_methods.txt: '{word}' is no name of an operator")
    method, overload, omit, special = match.groups()
    signature = known.get(method + (overload or ""))
    if signature is None:
        sys.exit(f"FAIL operator_methods: operator_methods.txt: LibTorch has no operator '{method}{overload or ''}'")
    inside, result = re.fullmatch(r"[^(]*\((.*)\) -> (.*)", signature).groups()
    parameters = []
    for part in split(inside):
        if part == "*":
            continue
        name, kind, default = re.fullmatch(r"(\w+): ([^=]*?)(?: = (.*))?", part).groups()
        if name in LEFT_OUT or (omit and name == special):
            break
        parameters.append(Parameter(name, kind, None if name == special else default))
    return Operator(method, f"aten::{method}{overload or '.default'}", parameters, result)


def sections(known: dict[str, str]) -> list[Section]:
    found = []
    for line in (HERE / "operator_methods.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            found.append(Section(line.removeprefix("## "), []))
        elif not line.startswith("#"):
            found[-1].operators.extend(operator(word, known) for word in line.split()) if found else None
    return found


def cpp_default(default: str, kind: str) -> str:
    if default == "none":
        return "{}"
    if kind.startswith("[i64]"):
        return "{" + default[1:-1] + "}"
    return default


def declared(one: Operator) -> str:
    """The C++ parameters, but for the tensor itself."""
    parts = []
    for parameter in one.parameters:
        if parameter.name == "self":
            continue
        kind = (DTYPES if parameter.name == "dtype" else TYPES).get(parameter.kind)
        if kind is None:
            sys.exit(f"FAIL operator_methods: {one.name}: there is no C++ type for '{parameter.name}: {parameter.kind}'")
        default = "" if parameter.default is None else f" = {cpp_default(parameter.default, parameter.kind)}"
        parts.append(f"{kind}{parameter.name}{default}")
    return ", ".join(parts)


def wrapped(text: str, indent: int) -> str:
    """Broken between parameters where it is too long."""
    lines = [text]
    while len(lines[-1]) > WIDTH:
        at = lines[-1].rfind(", ", 0, WIDTH) + 1
        lines[-1:] = [lines[-1][:at], " " * indent + lines[-1][at + 1 :]]
    return "\n".join(lines)


def method(one: Operator) -> str:
    arguments = ", ".join("self()" if parameter.name == "self" else parameter.name for parameter in one.parameters)
    if one.method.endswith("_"):
        result, how = "const Tensor &", "in_place"
    elif one.method in VALUES_AND_INDICES and one.result.startswith("("):
        result, how = "ValuesAndIndices ", "two_tensors"
    elif one.result in RESULTS:
        result, how = RESULTS[one.result][0] + " ", RESULTS[one.result][1]
    else:
        sys.exit(f"FAIL operator_methods: {one.name}: there is no C++ type for the result '{one.result}'")
    head = f"    {result}{one.method}({declared(one)}) const {{"
    body = f'return {how}<"{one.name}">({arguments});'
    line = f"{head} {body} }}"
    return line if len(line) <= WIDTH else f"{wrapped(head, 8)}\n        {body}\n    }}"


def methods_header(found: list[Section]) -> str:
    lines = []
    for section in found:
        lines += ["", f"    // {section.heading}"]
        lines += [method(one) for one in section.operators]
    return METHODS.replace("@METHODS@", "\n".join(lines))


def functions_header(found: list[Section]) -> str:
    names: dict[str, bool] = {}  # whether a method takes a list first
    for one in (one for section in found for one in section.operators):
        if not one.method.endswith("_") and one.method not in METHODS_ALONE and not one.method.startswith("new_"):
            first = next((parameter for parameter in one.parameters if parameter.name != "self"), None)
            names[one.method] = names.get(one.method, False) or (first is not None and first.kind.startswith("[i64]"))
    by_hand = re.findall(r"^RTFFI_TORCH_FUNCTION\((\w+)\)", (HEADERS / "functions.hpp").read_text(encoding="utf-8"), re.MULTILINE)
    plain = [f"RTFFI_TORCH_FUNCTION({name})" for name in sorted(names) if name not in by_hand]
    of_lists = [f"RTFFI_TORCH_FUNCTION_OF_LIST({name})" for name in sorted(names) if names[name]]
    return FUNCTIONS.replace("@PLAIN@", "\n".join(plain)).replace("@LISTS@", "\n".join(of_lists))


METHODS = """\
// SPDX-License-Identifier: Apache-2.0
// operator_methods.hpp - the methods of Tensor that are operators of LibTorch's. Generated by scripts/operator_methods.py.
//
// Each has the name, the parameters and the defaults of LibTorch's own (https://docs.pytorch.org/docs/stable/tensors.html), and
// its results, dtypes and gradients, since it is the operator of that name that is called. Names that end with _ write to the
// tensor itself and give it back. Threads and errors as with all of torch.hpp; without LibTorch, on its stub, they are errors.
// clang-format off
#ifndef RTFFI_TORCH_OPERATOR_METHODS_HPP
#define RTFFI_TORCH_OPERATOR_METHODS_HPP

#include "operator_call.hpp"

namespace rt::torch {

// What Tensor inherits. It is a template because it comes before the classes that it is made of.
template <class Tensor, class ValuesAndIndices, class Generator> class OperatorMethods {
  public:@METHODS@

  private:
    OperatorMethods() = default;
    friend Tensor;

    const Tensor &self() const { return static_cast<const Tensor &>(*this); }

    template <detail::OperatorName Name, class... A> static Tensor tensor(const A &...arguments) {
        return detail::as_tensor<Tensor>(detail::operator_named<Name>(arguments...));
    }
    template <detail::OperatorName Name, class... A> static std::vector<Tensor> tensors(const A &...arguments) {
        return detail::as_tensors<Tensor>(detail::operator_named<Name>(arguments...));
    }
    template <detail::OperatorName Name, class... A> static std::tuple<Tensor, Tensor> two_tensors(const A &...arguments) {
        return detail::as_two_tensors<Tensor>(detail::operator_named<Name>(arguments...));
    }
    template <detail::OperatorName Name, class... A> const Tensor &in_place(const A &...arguments) const {
        tensor<Name>(arguments...);
        return self();
    }
};

} // namespace rt::torch

#endif
"""

FUNCTIONS = """\
// SPDX-License-Identifier: Apache-2.0
// operator_functions.hpp - the methods of operator_methods.hpp as free functions. Generated by scripts/operator_methods.py.
// clang-format off
#ifndef RTFFI_TORCH_OPERATOR_FUNCTIONS_HPP
#define RTFFI_TORCH_OPERATOR_FUNCTIONS_HPP

#include "operators.hpp"

namespace rt::torch {

#define RTFFI_TORCH_FUNCTION(name)                                                                                     \\
    template <class... Rest>                                                                                           \\
    auto name(const Tensor &self, const Rest &...rest) -> std::remove_cvref_t<decltype(self.name(rest...))> {          \\
        return self.name(rest...);                                                                                     \\
    }
@PLAIN@

// The same with a list in braces first, sum(x, {0, 1}), which has no type that a template could take.
#define RTFFI_TORCH_FUNCTION_OF_LIST(name)                                                                             \\
    template <class... Rest>                                                                                           \\
    auto name(const Tensor &self, IntArrayRef list, const Rest &...rest)                                               \\
        -> std::remove_cvref_t<decltype(self.name(list, rest...))> {                                                   \\
        return self.name(list, rest...);                                                                               \\
    }
@LISTS@

inline Tensor where(const Tensor &condition, const Tensor &self, const Tensor &other) {
    return self.where(condition, other);
}
inline Tensor where(const Tensor &condition, const Tensor &self, const Scalar &other) {
    return self.where(condition, other);
}

#undef RTFFI_TORCH_FUNCTION
#undef RTFFI_TORCH_FUNCTION_OF_LIST

} // namespace rt::torch

#endif
"""


def main() -> None:
    if not sys.argv[1:] or sys.argv[2:] not in ([], ["--check"]):
        sys.exit(__doc__)
    found = sections(signatures(sys.argv[1]))
    failed = False
    for name, text in {
        "operator_methods.hpp": methods_header(found),
        "operator_functions.hpp": functions_header(found),
    }.items():
        path = HEADERS / name
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
        elif path.read_text(encoding="utf-8") == text:
            print(f"ok {name} is what its generator writes")
        else:
            print(f"FAIL {name}: it is not what its generator writes: run scripts/operator_methods.py, and see what changed")
            failed = True
    sys.exit(failed)


if __name__ == "__main__":
    main()

#!/usr/bin/env bash
# Python: the package installed by pip runs its tests, trains XOR as plain C does, and satisfies a strict type checker, as does a
# generated binding; the wheel with the core inside works in an environment that knows nothing of this tree.
# shellcheck disable=SC2317 # run calls functions by their names
set -u
source_root=$1
build=$2
# shellcheck source=tests/verdict.sh
. "$1/tests/verdict.sh"
export HOME=$scratch XDG_DATA_HOME=$scratch PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PYTHONDONTWRITEBYTECODE=1
export LD_LIBRARY_PATH=$build/loader
unset PYTHONPATH
host=$source_root/examples/hosts/python
tools=$source_root/build/venv/python
python=$scratch/venv/bin/python
if [ ! -x "$tools/bin/python" ]; then
    verdict "a virtual environment with what the tests need" "$tools is missing: ./dev test makes it"
    exit "$failed"
fi
# The Meson that runs this test, for the wheel.
[ -z "${MESONINTROSPECT:-}" ] || PATH=$(dirname "$(echo "${MESONINTROSPECT% introspect}" | tr ' ' '\n' | tail -n 1)"):$PATH

# pip_install FOLDER ARGUMENT...: into a new environment, from files alone.
pip_install() {
    "$tools/bin/python" -m venv --without-pip "$scratch/$1" &&
        "$tools/bin/pip" --python "$scratch/$1/bin/python" install --quiet --no-index --no-deps "${@:2}"
}

# prints NAME PATTERN COMMAND...: it ends well, and a line of its output matches the pattern.
prints() {
    local name=$1 pattern=$2 why
    why=$(run 0 "${@:3}")
    [ -n "$why" ] || grep -qE "$pattern" "$scratch/out" || why="prints $(tail -n 5 "$scratch/out" | tr '\n' '|')"
    verdict "$name" "$why"
}

# A copy, since what pip leaves beside the sources is nobody's.
cp -r "$host" "$scratch/package"
pip_package() {
    # It sees NumPy, mypy and what builds packages where they are.
    "$tools/bin/python" -m venv --without-pip "$scratch/venv" &&
        "$tools/bin/python" -c 'import site; print(site.getsitepackages()[0])' >"$(echo "$scratch"/venv/lib/python3*/site-packages)/tools.pth" &&
        pip_install venv --no-build-isolation "$scratch/package"
}
verdict "pip installs the package" "$(run 0 pip_package)"

tests=("$host/tests")
if [ -f "$build/plugins/torch/librtffi_torch.so" ]; then
    tests+=("$host/tests/torch")
fi
(cd "$scratch" && "$python" -B "$host/tests/run.py" "${tests[@]}") || failed=1

if [ -f "$build/plugins/torch/librtffi_torch.so" ]; then
    why=$(run 0 "$build/examples/xor_c")
    cp "$scratch/out" "$scratch/expected"
    [ -n "$why" ] || why=$(run 0 "$python" "$host/xor.py")
    [ -n "$why" ] || why=$(diff "$scratch/expected" "$scratch/out" | head -n 4 | tr '\n' '|')
    verdict "XOR trains to the same numbers in Python as in C" "$why"
    # shellcheck disable=SC2016 # a fence of Markdown
    "$python" -c 'import re, sys; print(*re.findall(r"```python\n(.*?)```", open(sys.argv[1]).read(), re.S), sep="\n")' \
        "$host/README.md" >"$scratch/readme.py"
    prints "the programs of its README run" '^ *12$' "$python" readme.py
fi
why=$(RTFFI_PLUGIN_PATH=$build/plugins/torch-stub run 1 "$python" "$host/xor.py")
[ -n "$why" ] || tail -n 1 "$scratch/err" | grep -q '^LibTorch is not available: .*To do: ' || why="says $(tail -n 1 "$scratch/err")"
verdict "without LibTorch XOR says why, and how to get it" "$why"
why=$(RTFFI_PLUGIN_PATH=$scratch run 1 "$python" "$host/xor.py")
[ -n "$why" ] || grep -q "^LibTorch is not available: no plugin named 'torch'" "$scratch/err" || why="says $(cat "$scratch/err")"
verdict "without a plugin, too" "$why"

verdict "a binding is generated" "$(run 0 "$python" -m rtffi bind --lang python --plugin torch -o torch_binding.py)"
cat >"$scratch/use.py" <<'END'
import torch_binding as torch

layer: torch.Module = torch.module_linear(in_features=2, out_features=1, bias=False)
names, tensors = layer.named_parameters()
shapes: list[list[int]] = [tensor.shape() for tensor in tensors]
print(names, shapes)
END
prints "the binding runs" "^\['weight'\] \[\[1, 2\]\]" "$python" use.py
verdict "the binding, its use and the package pass mypy --strict" \
    "$(run 0 "$python" -m mypy --strict use.py torch_binding.py "$host/src/rtffi" "$host/xor.py")"
echo 'torch.tensor_ones("2"); torch.module_linear(2)' >>"$scratch/use.py"
why=$(run 1 "$python" -m mypy --strict use.py)
[ -n "$why" ] || [ "$(grep -cE 'incompatible type "str"|Missing positional argument "out_features"' "$scratch/out")" = 2 ] || why=$(tr '\n' '|' <"$scratch/out")
verdict "mypy finds wrong calls of it" "$why"

pip_wheel() { RTFFI_BUILD_FOLDER=$build "$tools/bin/pip" wheel --quiet --no-build-isolation --no-deps --wheel-dir wheel "$source_root"; }
verdict "pip builds a wheel with the core inside" "$(run 0 pip_wheel)"
export RTFFI_PLUGIN_PATH='' LD_LIBRARY_PATH=''
verdict "a clean environment takes the wheel" "$(run 0 pip_install clean "$scratch"/wheel/*.whl)"
prints "its command lists the plugins that it has" '^torch .*/rtffi/librtffi_torch_stub.so$' clean/bin/rtffi list
cat >"$scratch/outside.py" <<'END'
import rtffi

failed = [check["id"] for check in rtffi.verify("torch")["checks"] if not check["ok"]]
assert failed == ["variant"], failed  # LibTorch is missing
torch = rtffi.load("torch", probe=True)
assert rtffi.call("rt_torch_available") is False
assert torch.tensor_ones([2, 3]).t().shape() == [3, 2]
assert "def tensor_ones(" in rtffi.bind(plugins=["torch"])
assert "site-packages" in torch.__file__
print("all of it")
END
prints "its package verifies, loads, calls and binds" '^all of it$' clean/bin/python outside.py
cat >"$scratch/version.c" <<'END'
#include <rtffi/rtffi.h>
#include <stdio.h>
int main(void) { return puts(rt_version()) < 0; }
END
native=$(echo "$scratch"/clean/lib/python3*/site-packages/rtffi/_native)
core=$(dirname "$(find "$native" -name librtffi.so.0)")
why=$(run 0 cc -std=c11 -I "$native/include" version.c -L "$core" -lrtffi -Wl,-rpath,"$core" -o version)
verdict "its headers and its library build a program in C" "$why"
prints "that runs" '^0\.1\.0$' ./version
exit "$failed"

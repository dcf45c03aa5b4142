#!/usr/bin/env bash
# examples/hosts/deno: a library over librtffi.so for Deno, and a program that trains with it. Both are type-checked.
set -u
source_root=$1
build=$2
# shellcheck source=tests/verdict.sh
. "$1/tests/verdict.sh"
PATH=$PATH:$source_root/build/venv/deno/bin
host=$source_root/examples/hosts/deno
export HOME=$scratch XDG_DATA_HOME=$scratch DENO_DIR=$scratch/deno DENO_NO_UPDATE_CHECK=1 NO_COLOR=1
export LD_LIBRARY_PATH=$build/loader${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}

# tests FILE: each of its tests is a verdict here, and so is whether it comes to its end.
tests() {
    local why
    why=$(run 0 deno test --quiet --no-check --allow-ffi --v8-flags=--expose-gc --reporter=tap "$source_root/tests/hosts/deno/$1")
    sed -nE 's/^ok [0-9]+ - /ok deno: /p; /^not ok/ { N; N; s/^not ok [0-9]+ - ([^\n]*)\n.*\n *(.*)$/FAIL deno: \1: \2/p }' "$scratch/out"
    ! grep -q '^not ok' "$scratch/out" || failed=1
    verdict "deno: $1 ends" "$why"
}

says_missing() {
    local why
    why=$(RTFFI_PLUGIN_PATH=$1 run 1 deno run --quiet --no-check --allow-ffi "$host/xor.ts")
    if [ -n "$why" ]; then
        echo "$why"
    elif ! tail -n 1 "$scratch/err" | grep -q '^LibTorch is not available: .*search'; then
        echo "says: $(tr '\n' '|' <"$scratch/err")"
    fi
}

verdict "deno check" "$(run 0 deno check --quiet "$host/xor.ts" "$source_root"/tests/hosts/deno/*.ts)"
verdict "deno lint" "$(run 0 deno lint --quiet "$host" "$source_root/tests/hosts/deno")"
verdict "deno fmt" "$(run 0 deno fmt --quiet --check "$host" "$source_root/tests/hosts/deno")"

mkdir "$scratch/plugins"
cp "$build/tests/loader/plugins/librtffi_values.so" "$scratch/plugins"
RTFFI_PLUGIN_PATH=$scratch/plugins tests values_test.ts
verdict "xor.ts without the torch plugin" "$(says_missing "$scratch/plugins")"
verdict "xor.ts with the stub" "$(says_missing "$build/plugins/torch-stub")"
verdict "xor.ts takes no option" "$(run 2 deno run --quiet --no-check --allow-ffi "$host/xor.ts" --frobnicate)"
verdict "without librtffi.so the library says what to do" "$(
    why=$(LD_LIBRARY_PATH='' run 1 deno run --quiet --no-check --allow-ffi "$host/xor.ts")
    [ -n "$why" ] || grep -q 'librtffi.so cannot be loaded: .*LD_LIBRARY_PATH' "$scratch/err" || echo "says: $(head -n 1 "$scratch/err")"
)"

if [ -f "$build/plugins/torch/librtffi_torch.so" ]; then
    tests autograd_test.ts
    verdict "xor.ts prints what xor.c does" "$(
        run 0 "$build/examples/xor_c"
        mv "$scratch/out" "$scratch/expected"
        run 0 deno run --quiet --no-check --allow-ffi "$host/xor.ts"
        diff "$scratch/expected" "$scratch/out"
    )"
fi
exit "$failed"

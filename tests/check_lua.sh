#!/usr/bin/env bash
# What `rtffi bind --lang lua` writes, used from LuaJIT; and examples/hosts/lua.
set -u
source_root=$1
build=$2
# shellcheck source=tests/verdict.sh
. "$1/tests/verdict.sh"
rtffi=$build/tools/rtffi
xor=$source_root/examples/hosts/lua/xor.lua
if [ ! -x "$rtffi" ]; then exit 0; fi # built without the command
export HOME=$scratch XDG_DATA_HOME=$scratch LUA_PATH="$scratch/?.lua;$source_root/tests/hosts/lua/?.lua"
export LD_LIBRARY_PATH=$build/loader${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}

# binding FILE ARGUMENT...: writes it, twice the same.
binding() {
    local file=$1 why
    shift
    why=$(run 0 "$rtffi" bind --lang lua "$@" -o "$scratch/$file")
    [ -n "$why" ] || why=$(run 0 "$rtffi" bind --lang lua "$@" -o again.lua)
    [ -n "$why" ] || cmp "$scratch/$file" "$scratch/again.lua"
}

# cases FILE: its verdicts, and one more where it does not come to its end.
cases() {
    local why
    why=$(run 0 luajit "$source_root/tests/hosts/lua/$1")
    cat "$scratch/out"
    ! grep -q '^FAIL' "$scratch/out" || failed=1
    verdict "lua: $1 ends" "$why"
}

mkdir "$scratch/plugins"
cp "$build/tests/loader/plugins/librtffi_values.so" "$scratch/plugins"
verdict "rtffi bind --lang lua of a plugin's file" "$(binding values_binding.lua --file "$scratch/plugins/librtffi_values.so")"
cp "$build/examples/plugins/librtffi_geometry.so" "$scratch/plugins"
verdict "rtffi bind --lang lua of a second one" "$(binding geometry.lua --file "$scratch/plugins/librtffi_geometry.so")"
RTFFI_PLUGIN_PATH=$scratch/plugins cases values.lua

verdict "rtffi bind --lang lua of the torch plugin" "$(binding torch.lua --plugin torch)"
says_missing() {
    local why
    why=$(RTFFI_PLUGIN_PATH=$1 run 1 luajit "$xor")
    if [ -n "$why" ]; then
        echo "$why"
    elif ! tail -n 1 "$scratch/err" | grep -q '^LibTorch is not available: .*search'; then
        echo "says: $(tr '\n' '|' <"$scratch/err")"
    fi
}
verdict "xor.lua without the torch plugin" "$(says_missing "$scratch/plugins")"
verdict "xor.lua with the stub" "$(says_missing "$build/plugins/torch-stub")"
verdict "without librtffi.so the binding says what to do" "$(
    why=$(LD_LIBRARY_PATH='' run 1 luajit "$xor")
    [ -n "$why" ] || grep -q 'librtffi.so cannot be loaded: .*LD_LIBRARY_PATH' "$scratch/err" || echo "says: $(head -n 1 "$scratch/err")"
)"
verdict "xor.lua takes no option" "$(run 2 luajit "$xor" --frobnicate)"

if [ -f "$build/plugins/torch/librtffi_torch.so" ]; then
    cases autograd.lua
    verdict "xor.lua prints what xor.c does" "$(
        run 0 "$build/examples/xor_c"
        mv "$scratch/out" "$scratch/expected"
        run 0 luajit "$xor"
        diff "$scratch/expected" "$scratch/out"
    )"
fi
exit "$failed"

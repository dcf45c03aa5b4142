#!/usr/bin/env bash
# Where LibTorch is missing: the examples run on the stub up to the first number that they need and say why there is none, and
# the command rtffi says so, too.
set -u
source_root=$1
build=$2
# shellcheck source=tests/verdict.sh
. "$1/tests/verdict.sh"
# shellcheck source=tests/answers.sh
. "$1/tests/answers.sh"
export HOME=$scratch XDG_DATA_HOME=$scratch
rtffi=$build/tools/rtffi

# A torch plugin whose library is gone: what is left of the real one where LibTorch was removed.
make_plugin_without_library() {
    mkdir -p "$scratch/plugins" "$scratch/library"
    echo 'extern int libtorch; int libtorch;' >"$scratch/library.c"
    cat >"$scratch/plugin.cpp" <<'END'
#include <rtffi/plugin.hpp>
extern "C" int libtorch;
RT_PLUGIN("torch", "0.1.0", "LibTorch")
RT_PLUGIN_KEY("score", "100")
RT_PLUGIN_KEY("get", "install LibTorch (apt install libtorch-dev, or pip install torch)")
static std::int64_t number() { return libtorch; }
RT_FUNCTION(number, "rt_torch_number() -> i64", "A number.")
END
    cc -shared -fPIC "$scratch/library.c" -Wl,-soname,libtorch_cpu.so.0 -o "$scratch/library/libtorch_cpu.so" &&
        c++ -std=c++20 -shared -fPIC -I "$source_root/include" "$scratch/plugin.cpp" -L "$scratch/library" -ltorch_cpu \
            -o "$scratch/plugins/librtffi_torch.so"
}

# A set of a few images for the classifier.
make_images() {
    mkdir -p "$scratch/images"
    python3 - "$scratch/images" <<'END'
import struct, sys
for prefix, count in (("train", 40), ("t10k", 20)):
    with open(f"{sys.argv[1]}/{prefix}-images-idx3-ubyte", "wb") as images:
        images.write(bytes([0, 0, 8, 3]) + struct.pack(">III", count, 8, 8) + bytes(64 * count))
    with open(f"{sys.argv[1]}/{prefix}-labels-idx1-ubyte", "wb") as labels:
        labels.write(bytes([0, 0, 8, 1]) + struct.pack(">I", count) + bytes(i % 10 for i in range(count)))
END
}

# example NAME REASON: it exits 1 after one warning and one sentence, both with the reason, and how to get LibTorch.
example() {
    local name=$1 reason=$2 arguments=() why
    [ "$name" != mnist_classifier ] || arguments=(--data "$scratch/images" --out "$scratch/pictures")
    why=$(run 1 "$build/examples/$name" "${arguments[@]}")
    if [ -n "$why" ]; then
        echo "$why"
    elif [ "$(wc -l <"$scratch/err")" != 2 ] ||
        ! head -n 1 "$scratch/err" | grep -qE "^rtffi: warning: torch: the stub .* is used, because .*$reason" ||
        ! tail -n 1 "$scratch/err" | grep -qE "^LibTorch is not available: .*$reason.*apt install libtorch-dev.*pip install torch"; then
        echo "says: $(tr '\n' '|' <"$scratch/err")"
    elif [ "$(tail -n 1 "$scratch/err" | grep -oi 'to do: ' | wc -l)" != 1 ]; then
        echo "says what to do more than once, or not: $(tail -n 1 "$scratch/err")"
    fi
}

# Nothing of the torch plugin can be without its counterpart in the stub.
without_a_body() {
    echo 'RT_FUNCTION(extra, "rt_torch_extra(a: TorchTensor, b: i64 = 1) -> [TorchTensor]", "Extra.")' >"$scratch/extra.cpp"
    run 1 python3 "$source_root/plugins/torch-stub/generate.py" functions.hpp functions.cpp "$source_root"/plugins/torch-stub/*.cpp \
        -- "$source_root"/plugins/torch/*.cpp "$scratch/extra.cpp"
    grep -qF "extra.cpp:1: error: the stub has no rt_torch_extra: write \`std::vector<TorchTensor> rt_torch_extra(const TorchTensor &, std::int64_t);\`" \
        "$scratch/err" || echo "says: $(tr '\n' '|' <"$scratch/err")"
}
verdict "a function without a body in the stub fails the build" "$(without_a_body)"

missing='libtorch_cpu.so.0: cannot open shared object file: No such file or directory'
if ! make_plugin_without_library 2>"$scratch/err"; then
    echo "FAIL a plugin without its library: $(head -n 2 "$scratch/err" | tr '\n' '|')"
    exit 1
fi
make_images
mkdir "$scratch/alone"
cp "$build/plugins/torch-stub/librtffi_torch_stub.so" "$scratch/plugins"
cp "$build/plugins/torch-stub/librtffi_torch_stub.so" "$scratch/alone"

for folder in plugins alone; do
    export RTFFI_PLUGIN_PATH=$scratch/$folder
    reason=$missing
    [ "$folder" = plugins ] || reason="no other variant of 'torch' was found; searched: $scratch/alone"
    for program in "$build"/examples/*; do
        if [ ! -f "$program" ] || [ ! -x "$program" ]; then continue; fi
        verdict "${program##*/} with the stub ($folder)" "$(example "${program##*/}" "$reason")"
    done
done
if [ ! -x "$rtffi" ]; then exit "$failed"; fi

export RTFFI_PLUGIN_PATH=$scratch/plugins
says "rtffi call rt_torch_available is false" 0 '^false ' call rt_torch_available
says "rtffi call computes shapes" 0 '^\[2, 4\] ' call rt_torch_torchtensor_shape \
    'rt_torch_torchtensor_matmul(rt_torch_tensor_ones([2,3]), rt_torch_tensor_ones([3,4]))'
says "rtffi call shows a tensor without numbers as a handle" 0 '^TorchTensor handle' call rt_torch_tensor_ones '[2]'
json "rtffi call of a number says why there is none" 1 \
    "d['error']['status'] == 'RT_E_UNAVAILABLE' and d['error']['cause'] == 'no_libtorch' and '$missing' in d['error']['message']" \
    call rt_torch_torchtensor_sum 'rt_torch_tensor_ones([2])'
json "rtffi list has the stub's functions" 0 "d[0]['variant'] == 'stub' and d[0]['functions'] > 160" list
says "rtffi info of the stub" 0 'stub.*rt_torch_tensor_zeros' info torch
says "rtffi explain says what the stub stands in for" 0 \
    'a stub, taken in place of .*librtffi_torch.so: libtorch_cpu.so.0 was not found.*apt install libtorch-dev' explain torch
says "rtffi verify torch names the library and how to get it" 1 \
    'FAIL +variant .*libtorch_cpu.so.0 was not found.*apt install libtorch-dev.*pip install torch' verify torch
json "rtffi verify torch --json, too" 1 \
    "d['variant'] == 'stub' and [c['id'] for c in d['checks'] if not c['ok']] == ['variant'] and [c for c in d['checks'] if c['id'] == 'variant' and 'libtorch_cpu.so.0 was not found' in c['detail'] and 'pip install torch' in c['hint']]" \
    verify torch
says "rtffi verify of the stub's file is well" 0 'torch works' verify "$scratch/plugins/librtffi_torch_stub.so"
RTFFI_REQUIRE=torch says "RTFFI_REQUIRE=torch refuses the stub with the real plugin's error" 1 "$missing.*is refused" \
    call rt_torch_available
# A library of that name which lacks what the plugin was built with.
mkdir "$scratch/other"
echo 'extern int another_libtorch; int another_libtorch;' >"$scratch/other.c"
cc -shared -fPIC "$scratch/other.c" -Wl,-soname,libtorch_cpu.so.0 -o "$scratch/other/libtorch_cpu.so.0"
RTFFI_REQUIRE=torch LD_LIBRARY_PATH=$scratch/other${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH} says "a LibTorch of another version is told from one that is missing" 1 \
    'undefined symbol: libtorch\. To do: a library of another version than the plugin was built with is there: install LibTorch' \
    call rt_torch_available

# A plugin that claims to be the real one and computes nothing: each smoke test that needs a number fails by its own id.
mkdir "$scratch/impostor"
sed 's/variant=stub/variant=real/' "$scratch/plugins/librtffi_torch_stub.so" >"$scratch/impostor/librtffi_torch.so"
json "verify's smoke tests find, each of them, a plugin that computes nothing" 1 \
    "[c['id'] for c in d['checks'] if not c['ok']] == ['smoke:' + s for s in 'libtorch create compute backward module optimiser save_load threads device'.split()]" \
    verify "$scratch/impostor/librtffi_torch.so"

export RTFFI_PLUGIN_PATH=$scratch/alone
says "rtffi verify torch where there is nothing but the stub" 1 'no other variant of it.*apt install libtorch-dev' verify torch
exit "$failed"

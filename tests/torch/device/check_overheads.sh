#!/usr/bin/env bash
# What `./dev gpu-check` measures with, on the device of the tests: the program prints figures, scripts/gpu.py makes a document of
# them, and where there is no device each says so.
# usage: check_overheads.sh SOURCE_ROOT GPU_OVERHEADS GPU_OVERHEADS_OF_THE_FAKE_DEVICE
set -u
source_root=$1
# shellcheck source=tests/verdict.sh
. "$1/tests/verdict.sh"
overheads=$(realpath "$2")
of_fake=$(realpath "$3")
gpu_py=$source_root/scripts/gpu.py

verdict "gpu_overheads measures a device" "$(
    run 0 "$of_fake"
    for row in 'at::add of 1,024 numbers' rt_torch_torchtensor_relu 'rt_torch_torchtensor_to_device, 1 MiB pinned' rt_torch_torchevent_record; do
        grep -q "^  $row .*[0-9]" "$scratch/out" || echo "no figure for $row"
    done
)"
verdict "gpu.py writes the figures into a document" "$(
    cd "$scratch" || exit
    python3 "$gpu_py" gpu.md '12 passed, 0 failed' <out 2>&1
    grep -q '12 passed, 0 failed' gpu.md || echo "the tests are not in it"
    grep -qE '^\| .rt_torch_torchtensor_add. \| [0-9.,]+ \| [0-9.]+ \|$' gpu.md || echo "no row of add: $(grep add gpu.md | head -n 1)"
    rows=$(grep -cE '^\| .+ \| [0-9.,]+ \| ([0-9.]+)? \|$' gpu.md)
    [ "$rows" = 12 ] || echo "$rows rows"
)"
verdict "gpu.py writes nothing where there are no figures" "$(
    run 1 python3 "$gpu_py" none.md '1 passed, 0 failed'
    grep -q 'printed no figures' "$scratch/err" || echo "does not say why"
    [ ! -e "$scratch/none.md" ] || echo "wrote a document"
)"
verdict "gpu_overheads says where there is no device" "$(
    run 3 env CUDA_VISIBLE_DEVICES= "$overheads"
    grep -q 'there is nothing to measure: .*no CUDA device' "$scratch/err" || echo "does not say why: $(head -n 1 "$scratch/err")"
)"
exit "$failed"

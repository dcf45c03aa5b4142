#!/usr/bin/env bash
# What the built files need, export and weigh, as a user's system will see them.
set -u
build=$2
# shellcheck source=tests/verdict.sh
. "$1/tests/verdict.sh"

needed_by() { readelf -dW "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'; }
exported_by() { nm -D --defined-only "$1" | awk '{ print $NF }'; }
on_one_line() { tr '\n' ' ' | sed 's/ $//'; }

core=$build/loader/librtffi.so
verdict "librtffi.so exports only rt_*" "$(exported_by "$core" | grep -v '^rt_' | on_one_line)"
verdict "librtffi.so needs libc and libstdc++ alone" \
    "$(needed_by "$core" | grep -vE '^(libc|libstdc\+\+|libgcc_s|ld-linux.*)\.so' | on_one_line)"
verdict "librtffi.so stays mapped" "$(readelf -dW "$core" | grep -q NODELETE || echo 'it lacks the NODELETE flag')"

strip -o "$scratch/stripped" "$core"
size=$(stat -c %s "$scratch/stripped")
verdict "librtffi.so is under 400 KB stripped" "$([ "$size" -lt 400000 ] || echo "$size bytes")"

for program in "$core" "$build"/examples/*; do
    if [ ! -f "$program" ] || [ ! -x "$program" ]; then continue; fi
    # Without the addresses, which may contain any word of hexadecimal digits, c10 among them.
    verdict "${program##*/} loads no LibTorch and no Boost" \
        "$(ldd "$program" | sed 's/ (0x.*//' | grep -E '^[[:space:]]*lib(torch|c10|boost)|not found' | on_one_line)"
done

for plugin in "$build"/plugins/*/librtffi_*.so "$build"/examples/plugins/librtffi_*.so; do
    [ -f "$plugin" ] || continue
    exports=$(exported_by "$plugin" | on_one_line)
    verdict "${plugin##*/} exports rt_plugin_entry alone" "$([ "$exports" = rt_plugin_entry ] || echo "${exports:-nothing}")"
    verdict "${plugin##*/} does not link librtffi.so" "$(needed_by "$plugin" | grep rtffi)"
done

verdict "librtffi_torch_stub.so needs no LibTorch" \
    "$(needed_by "$build/plugins/torch-stub/librtffi_torch_stub.so" | grep -E 'torch|c10' | on_one_line)"

torch=$build/plugins/torch/librtffi_torch.so
if [ -f "$torch" ]; then
    verdict "librtffi_torch.so links torch_cpu and c10" \
        "$(for library in libtorch_cpu libc10; do needed_by "$torch" | grep -q "^$library\.so" || echo "not $library"; done | on_one_line)"
    verdict "librtffi_torch.so links no other library" \
        "$(needed_by "$torch" | grep -vE '^(libtorch_cpu|libc10|libc|libm|libstdc\+\+|libgcc_s|ld-linux.*)\.so' | on_one_line)"
    verdict "librtffi_torch.so stays mapped" "$(readelf -dW "$torch" | grep -q NODELETE || echo 'it lacks the NODELETE flag')"
fi
exit "$failed"

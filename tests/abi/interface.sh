#!/usr/bin/env bash
# Writes the C interface as libabigail reads it: interface.sh SOURCE_ROOT LIBRTFFI OUT.abi
# The headers are compiled with debugging information into a library of pointers to every function that librtffi.so exports, so that the
# result depends neither on how the core is built nor on what is private in it.
set -euo pipefail
source_root=$1
library=$2
out=$3
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
{
    printf '#include <rtffi/plugin.h>\n#include <rtffi/rtffi.h>\n'
    nm -D --defined-only "$library" | awk '$2 == "T" && $3 ~ /^rt_/ { sub(/@.*/, "", $3); print $3 }' | sort -u | while read -r name; do
        printf '__typeof__(%s) *const interface_%s = %s;\n' "$name" "$name" "$name"
    done
    printf 'const rt_plugin_descriptor *interface_plugin;\n'
} >"$scratch/interface.c"
cc -std=gnu11 -g -O0 -shared -fPIC -I "$source_root/include" "$scratch/interface.c" -o "$scratch/libinterface.so"
abidw --no-corpus-path --no-comp-dir-path --no-show-locs --out-file "$out" "$scratch/libinterface.so"

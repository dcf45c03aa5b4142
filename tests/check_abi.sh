#!/usr/bin/env bash
# The C interface of today beside the committed one, by abidiff: what was there is there as it was. Additions are no break, but belong into
# the baseline, too: tests/abi/interface.sh . LIBRTFFI tests/abi/rtffi.abi writes it anew.
set -u
source_root=$1
build=$2
# shellcheck source=tests/verdict.sh
. "$1/tests/verdict.sh"

today=$scratch/today.abi
if ! "$source_root/tests/abi/interface.sh" "$source_root" "$build/loader/librtffi.so" "$today" >"$scratch/log" 2>&1; then
    verdict "the C interface can be read" "$(tail -n 3 "$scratch/log")"
    exit 1
fi
verdict "the C interface is the committed one" \
    "$(abidiff --no-show-locs "$source_root/tests/abi/rtffi.abi" "$today" >"$scratch/log" 2>&1 || head -c 2000 "$scratch/log")"

# A check that cannot fail would be none.
sed 's/int64_t size;/int32_t size;/; s/uint64_t size;/uint32_t size;/' "$source_root/include/rtffi/abi.h" >"$scratch/abi.h"
mkdir -p "$scratch/include"
cp -r "$source_root/include/rtffi" "$scratch/include/"
if cmp -s "$scratch/abi.h" "$source_root/include/rtffi/abi.h"; then
    changed="abi.h has no field to change"
else
    cp "$scratch/abi.h" "$scratch/include/rtffi/abi.h"
    sed -i '/RT_STATIC_ASSERT(/d' "$scratch/include/rtffi/abi.h"
    changed=$("$source_root/tests/abi/interface.sh" "$scratch" "$build/loader/librtffi.so" "$scratch/changed.abi" 2>&1)
    abidiff "$source_root/tests/abi/rtffi.abi" "$scratch/changed.abi" >/dev/null 2>&1 && changed="abidiff does not see that a field is narrower"
fi
verdict "another size of a field is told" "$changed"
exit "$failed"

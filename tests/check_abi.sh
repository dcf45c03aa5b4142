#!/usr/bin/env bash
# The C interface of today beside those that are committed, tests/abi/rtffi-MAJOR.MINOR.abi, by abidiff. It is the one of its own version;
# of earlier ones with the same major version it has everything as it was, but for what tests/abi/growth.suppr names.
set -u
source_root=$1
build=$2
# shellcheck source=tests/verdict.sh
. "$1/tests/verdict.sh"
version=$(sed -n "s/^ *version: '\([0-9]*\.[0-9]*\)\..*',/\1/p" "$source_root/meson.build")
own=tests/abi/rtffi-$version.abi

today=$scratch/today.abi
if ! "$source_root/tests/abi/interface.sh" "$source_root" "$build/loader/librtffi.so" "$today" >"$scratch/log" 2>&1; then
    verdict "the C interface can be read" "$(tail -n 3 "$scratch/log")"
    exit 1
fi

write_anew="tests/abi/interface.sh . ${build#"$source_root/"}/loader/librtffi.so $own writes it"
# same OLD NEW, extends OLD NEW: print the difference where there is one that may not be.
same() { abidiff --no-show-locs "$1" "$2" >"$scratch/log" 2>&1 || head -c 2000 "$scratch/log"; }
extends() {
    abidiff --no-show-locs --no-added-syms --suppr "$source_root/tests/abi/growth.suppr" "$1" "$2" >"$scratch/log" 2>&1 ||
        head -c 2000 "$scratch/log"
}

# what_to_do DIFFERENCE
what_to_do() {
    [ -z "$1" ] || echo "$1
Until $version.0 is released (CHANGELOG.md) the file is written anew: $write_anew. After that, what was added takes the next minor
version, and what was changed or removed the next major one, in meson.build; its interface then gets a file of its own."
}
if [ -f "$source_root/$own" ]; then
    verdict "the C interface is the committed one of version $version" "$(what_to_do "$(same "$source_root/$own" "$today")")"
else
    verdict "the C interface of version $version is committed" "there is no $own: $write_anew"
fi
for earlier in "$source_root/tests/abi/rtffi-${version%.*}".*.abi; do
    [ "$earlier" = "$source_root/$own" ] || verdict "what ${earlier##*/} has is there as it was; else it is another major version" \
        "$(extends "$earlier" "$today")"
done

# A check that cannot fail would be none.
cp -r "$source_root/include" "$scratch/include"
sed -i 's/int64_t size;/int32_t size;/; s/uint64_t size;/uint32_t size;/' "$scratch/include/rtffi/abi.h"
if cmp -s "$source_root/include/rtffi/abi.h" "$scratch/include/rtffi/abi.h"; then
    why="abi.h has no field to change"
else
    sed -i '/RT_STATIC_ASSERT(/d' "$scratch/include/rtffi/abi.h"
    why=$("$source_root/tests/abi/interface.sh" "$scratch" "$build/loader/librtffi.so" "$scratch/changed.abi" 2>&1)
    [ -n "$(same "$today" "$scratch/changed.abi")" ] && [ -n "$(extends "$today" "$scratch/changed.abi")" ] || why+="abidiff does not see it"
fi
verdict "another size of a field is told" "$why"
exit "$failed"

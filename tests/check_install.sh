#!/usr/bin/env bash
# What a user has after `meson install`: a program and a plugin built with nothing but pkg-config's flags find each other.
set -u
source_root=$1
build=$2
# shellcheck source=tests/verdict.sh
. "$1/tests/verdict.sh"
unset RTFFI_PLUGIN_PATH LD_LIBRARY_PATH
export HOME=$scratch XDG_DATA_HOME=$scratch

# succeeds NAME COMMAND...: fails where the command does, with the end of what it printed.
succeeds() {
    local name=$1 why=
    shift
    "$@" >"$scratch/log" 2>&1 || why="it fails: $(tail -n 3 "$scratch/log" | tr '\n' '|')"
    verdict "$name" "$why"
}

succeeds "meson install" env DESTDIR="$scratch/root" ninja -C "$build" install
PKG_CONFIG_PATH=$(dirname "$(find "$scratch/root" -name rtffi.pc)")
export PKG_CONFIG_PATH
read -ra compile <<<"$(pkg-config --cflags rtffi)"
read -ra link <<<"$(pkg-config --libs rtffi)"
plugins=$(pkg-config --variable=plugindir rtffi)
map=$(pkg-config --variable=plugin_map rtffi)
# What follows writes there and removes from there.
case $plugins in
"$scratch"/*) verdict "pkg-config finds what was installed by its own place" "" ;;
*)
    verdict "pkg-config finds what was installed by its own place" "it gives $plugins; in a build folder from before that, meson configure -Dpkgconfig.relocatable=true"
    exit 1
    ;;
esac
export LD_LIBRARY_PATH=${PKG_CONFIG_PATH%/pkgconfig}

cat >"$scratch/open.c" <<'END'
#include <rtffi/rtffi.h>
#include <stdio.h>
#include <stdlib.h>
int main(int count, char **arguments) {
    for (int i = 1; i < count; i++) {
        if (rt_dlopen(arguments[i], getenv("PROBE") ? RT_DLOPEN_PROBE : 0) == 0) {
            fprintf(stderr, "%s\n", rt_dlerror());
            return 1;
        }
    }
    return 0;
}
END
succeeds "a program in C builds with pkg-config's flags" cc -std=c11 "${compile[@]}" "$scratch/open.c" -o "$scratch/open" "${link[@]}"

mkdir -p "$plugins"
succeeds "a plugin in C++ builds with pkg-config's flags and the linker script" c++ -std=c++20 -fPIC -shared "${compile[@]}" \
    "$source_root/examples/plugins/geometry/geometry.cpp" -Wl,--version-script="$map" -o "$plugins/librtffi_geometry.so"
succeeds "a plugin in C builds with pkg-config's flags and the linker script" cc -std=c11 -fPIC -shared "${compile[@]}" \
    "$source_root/examples/plugins/text/text.c" -Wl,--version-script="$map" -o "$plugins/librtffi_text.so"
succeeds "the program opens them by name, from the plugin folder beside librtffi.so" "$scratch/open" geometry text
succeeds "the installed core tries them in the installed rtffi-probe first" env PROBE=1 "$scratch/open" geometry text
rm "$plugins/rtffi-probe"
succeeds "without it they are not opened so" sh -c "! PROBE=1 '$scratch/open' geometry 2>'$scratch/why' && grep -q rtffi-probe '$scratch/why'"
if [ -f "$build/plugins/torch/librtffi_torch.so" ]; then
    succeeds "the program opens the installed torch plugin by name" env RTFFI_REQUIRE=torch "$scratch/open" torch
else
    succeeds "the program opens the installed stub by the name of the torch plugin" "$scratch/open" torch
fi
exit "$failed"

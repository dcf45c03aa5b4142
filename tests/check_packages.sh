#!/usr/bin/env bash
# What `meson install` leaves is a package: moved to another folder, it is used from there with pkg-config and CMake, and it runs in a root
# that holds nothing else but libc and libstdc++.
set -u
source_root=$1
build=$2
# shellcheck source=tests/verdict.sh
. "$1/tests/verdict.sh"
unset RTFFI_PLUGIN_PATH LD_LIBRARY_PATH PKG_CONFIG_SYSROOT_DIR
export HOME=$scratch XDG_DATA_HOME=$scratch

# gives NAME STATUS PATTERN COMMAND...: it ends with the status, and what it prints matches PATTERN.
gives() {
    local name=$1 why
    why=$(run "$2" "${@:4}")
    [ -n "$why" ] || cat "$scratch/out" "$scratch/err" <(echo) | tr '\n' ' ' | grep -qE "$3" ||
        why="prints $(cat "$scratch/out" "$scratch/err" | tr '\n' '|')"
    verdict "$name" "$why"
}

gives "meson install" 0 '' env DESTDIR="$scratch/root" ninja -C "$build" install
library=$(find "$scratch/root" -name librtffi.so)
command=$(find "$scratch/root" -path '*/bin/rtffi')
installed=${command%/bin/rtffi}
moved=$scratch/moved/to/another-folder
mkdir -p "${moved%/*}"
mv "$installed" "$moved"
rtffi=$moved/bin/rtffi
libdir=$moved${library#"$installed"}
libdir=${libdir%/librtffi.so}

# --- One version
version=$(sed -n "s/^ *version: '\(.*\)',/\1/p" "$source_root/meson.build")
export PKG_CONFIG_PATH=$libdir/pkgconfig
gives "the moved command runs, and tells meson.build's version" 0 "^rtffi ${version//./\\.} \(ABI" "$rtffi" --version
gives "pkg-config tells the same" 0 "^${version//./\\.} *$" pkg-config --modversion rtffi
verdict "the library's file is named after it, its soname after its major version" "$(
    [ -f "$libdir/librtffi.so.$version" ] || echo "there is $(cd "$libdir" && echo librtffi.so*)"
    readelf -d "$libdir/librtffi.so" | grep -qF "soname: [librtffi.so.${version%%.*}]" || readelf -d "$libdir/librtffi.so" | grep SONAME
)"
gives "the man page tells it" 0 "rtffi ${version//./\\.}" grep '^\.TH' "$moved/share/man/man1/rtffi.1"

# --- pkg-config
cat >"$scratch/host.c" <<'C'
#include <rtffi/rtffi.h>
#include <stdio.h>
int main(int count, char **arguments) {
    for (int i = 1; i < count; i++) {
        if (rt_dlopen(arguments[i], 0) == 0) {
            fprintf(stderr, "%s\n", rt_dlerror());
            return 1;
        }
    }
    printf("version %s\n", rt_version());
    return 0;
}
C
read -ra flags <<<"$(pkg-config --cflags --libs rtffi)"
gives "a program in C builds with pkg-config's flags of the moved prefix" 0 '' \
    cc -std=c11 "$scratch/host.c" -o "$scratch/host" "${flags[@]}" -Wl,-rpath,"$libdir"
gives "and tells the version, too" 0 "^version ${version//./\\.} *$" "$scratch/host"
verdict "pkg-config names the plugin folder and the linker script" "$(
    for name in plugindir plugin_map; do
        path=$(pkg-config --variable=$name rtffi)
        [ -e "$path" ] || echo "$name=$path"
    done
)"

# --- CMake, with what builds the project; not every machine has make.
export CMAKE_GENERATOR=Ninja
mkdir "$scratch/project"
cp "$source_root/examples/plugins/geometry/geometry.cpp" "$source_root/examples/plugins/text/text.c" "$scratch/host.c" "$scratch/project"
cat >"$scratch/project/twice.cpp" <<'CPP'
#include <iostream>
#include <rtffi/host.hpp>
int main() {
    const rt::Handle twice = rt::make_callable(
        "fn(x: f64) -> f64", [](std::span<const rt_value> arguments) { return 2 * arguments[0].payload.number; });
    std::cout << (twice.get() != 0 ? "twice\n" : rt_dlerror());
}
CPP
cat >"$scratch/project/CMakeLists.txt" <<'CMAKE'
cmake_minimum_required(VERSION 3.18)
project(outside LANGUAGES C CXX)
find_package(rtffi 0.1 REQUIRED)
add_executable(host host.c)
target_link_libraries(host PRIVATE rtffi::rtffi)
add_executable(twice twice.cpp)
target_link_libraries(twice PRIVATE rtffi::rtffi)
rtffi_add_plugin(geometry geometry.cpp)
rtffi_add_plugin(text text.c)
CMAKE
gives "CMake finds the moved package" 0 'Generating done' cmake -S "$scratch/project" -B "$scratch/made" -DCMAKE_PREFIX_PATH="$moved"
gives "CMake builds programs with rtffi::rtffi and plugins with rtffi_add_plugin" 0 '' cmake --build "$scratch/made" --parallel 2
gives "the program opens the plugins" 0 "^version ${version//./\\.} *$" \
    "$scratch/made/host" "$scratch/made/librtffi_geometry.so" "$scratch/made/librtffi_text.so"
gives "the program in C++, for which no standard was asked, is compiled with C++20, and runs" 0 '^twice ' "$scratch/made/twice"
mkdir "$scratch/c-alone"
cp "$scratch/host.c" "$scratch/c-alone"
cat >"$scratch/c-alone/CMakeLists.txt" <<'CMAKE'
cmake_minimum_required(VERSION 3.18)
project(alone LANGUAGES C)
find_package(rtffi REQUIRED)
add_executable(host host.c)
target_link_libraries(host PRIVATE rtffi::rtffi)
CMAKE
gives "CMake takes the package for a project in C alone, too" 0 'Generating done' \
    cmake -S "$scratch/c-alone" -B "$scratch/made-alone" -DCMAKE_PREFIX_PATH="$moved" -DCMAKE_C_COMPILER_WORKS=1
gives "and builds it" 0 '' cmake --build "$scratch/made-alone"
for plugin in geometry text; do
    gives "the installed command verifies CMake's $plugin" 0 "$plugin works" "$rtffi" verify "$scratch/made/librtffi_$plugin.so"
    verdict "CMake's $plugin exports its one entry" \
        "$(nm -D --defined-only "$scratch/made/librtffi_$plugin.so" | awk '$3 != "rt_plugin_entry"')"
done
mkdir "$scratch/mistake"
cat >"$scratch/mistake/CMakeLists.txt" <<'CMAKE'
cmake_minimum_required(VERSION 3.18)
project(mistake LANGUAGES C)
find_package(rtffi REQUIRED)
rtffi_add_plugin(empty)
CMAKE
gives "a plugin without sources is a mistake that CMake tells" 1 'rtffi_add_plugin\(empty\): there are no sources' \
    cmake -S "$scratch/mistake" -B "$scratch/mistaken" -DCMAKE_PREFIX_PATH="$moved" -DCMAKE_C_COMPILER_WORKS=1

# accepts VERSION ANSWER WHAT: whether CMake takes the package for who asks for that version.
accepts() {
    cat >"$scratch/version.cmake" <<CMAKE
set(PACKAGE_FIND_VERSION $1)
set(PACKAGE_FIND_VERSION_COUNT 3)
string(REGEX MATCH "^[0-9]+" PACKAGE_FIND_VERSION_MAJOR $1)
include("$libdir/cmake/rtffi/rtffiConfigVersion.cmake")
message("compatible: \${PACKAGE_VERSION_COMPATIBLE}")
CMAKE
    gives "CMake: $3" 0 "compatible: $2 " cmake -P "$scratch/version.cmake"
}
major=${version%%.*}
accepts "$version" TRUE "asked for this version, it takes it"
accepts "$major.0.1" TRUE "asked for an earlier one of the same major version, it takes it"
accepts "$major.99.0" FALSE "asked for a later one, it does not"
accepts "$((major + 1)).0.0" FALSE "asked for another major version, it does not"

# --- A root of its own: what was installed, two plugins, and the libraries that the loader needs.
bare=$scratch/bare
prefix=${installed#"$scratch/root"}
mkdir -p "$bare${prefix%/*}" "$bare/proc/self" "$bare/tmp"
cp -a "$moved" "$bare$prefix"
cp "$scratch"/made/librtffi_{geometry,text}.so "$bare$prefix${libdir#"$moved"}/rtffi/"
gives "a program for it builds" 0 '' cc -std=c11 "$scratch/host.c" -o "$bare$prefix/bin/host" "${flags[@]}" -Wl,-rpath,"$prefix${libdir#"$moved"}"
ldd "$rtffi" "$libdir/rtffi/rtffi-probe" | grep -oE '/[^ ]+' | grep -vF -e "$scratch" -e ':' | sort -u | while read -r file; do
    mkdir -p "$bare${file%/*}"
    cp -L "$file" "$bare$file"
done
verdict "the core and its tools need libc and libstdc++ alone" \
    "$(cd "$bare" && find . -name '*.so*' ! -path ".$prefix/*" | grep -vE '/(libc|libm|libgcc_s|libstdc\+\+|ld-linux[-a-z0-9_]*)\.so\.[0-9]+$')"

# Who may not mount gets in place of /proc the one link of it that starting the command takes.
as_root=()
[ "$(id -u)" = 0 ] || as_root=(unshare --user --map-root-user)
enter="mount --rbind /proc '$bare/proc' && exec chroot '$bare' \"\$@\""
if ! "${as_root[@]}" unshare --mount mount --rbind /proc "$bare/proc" 2>/dev/null; then
    enter="exec chroot '$bare' \"\$@\""
    ln -s "$prefix/bin/rtffi" "$bare/proc/self/exe"
else
    as_root+=(unshare --mount)
fi
# shellcheck disable=SC2317 # `gives` calls it
inside() { env -i PATH="$PATH:/usr/sbin" HOME=/nowhere LD_LIBRARY_PATH="${LD_LIBRARY_PATH:-}" "${as_root[@]}" sh -c "$enter" sh "$@"; }

gives "in a bare root, the command runs" 0 "^rtffi ${version//./\\.}" inside "$prefix/bin/rtffi" --version
gives "it lists the plugins beside the core" 0 'geometry .*text ' inside "$prefix/bin/rtffi" list
gives "it verifies them" 0 'geometry works' inside "$prefix/bin/rtffi" verify geometry
gives "it calls them" 0 '^5 ' inside "$prefix/bin/rtffi" call geo_distance 3 4
gives "without LibTorch verify torch says that the stub is there, and why" 1 'a stub.*(LibTorch|libtorch)' inside "$prefix/bin/rtffi" verify torch
gives "the stub of torch answers" 0 'float32' inside "$prefix/bin/rtffi" call rt_torch_torchtensor_dtype 'rt_torch_tensor_zeros([2, 3])'
gives "a program in C opens plugins by name" 0 "^version ${version//./\\.} *$" inside "$prefix/bin/host" geometry text
rm -f "$bare/proc/self/exe"
enter="exec chroot '$bare' \"\$@\""
export LD_LIBRARY_PATH=$prefix${libdir#"$moved"} # the command's own run path begins at /proc/self/exe
gives "without /proc, verify says that it is missing" 1 'needs /proc, which is to be mounted' inside "$prefix/bin/rtffi" verify geometry
exit "$failed"

# shellcheck shell=bash
# Configuring and compiling: one build folder for each choice of LibTorch.

# A precompiled header would defeat ccache, and an absolute path keep one checkout from using what another compiled.
export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1

meson=meson
# on: files of targets that do not refuse are compiled ten at a time, which takes less time for all of them and more for one
# that changed.
unity=${RTFFI_UNITY:-on}
# Whether somebody watches the build: `run` shows its command's output alone.
verbose=no

need_toolchain() {
    need g++ has_program c++
    need python3 has_program python3
    need meson has_program meson
    need ninja-build has_program ninja
    need ccache has_program ccache
    need libboost-dev has_header boost/dll/shared_library.hpp
    need nlohmann-json3-dev has_header nlohmann/json.hpp
    need libcli11-dev has_header CLI/CLI.hpp
    need doctest-dev has_header doctest/doctest.h
    need zlib1g-dev has_header zlib.h
    install_missing
    # Ubuntu 22.04's meson is older than what meson.build asks for.
    if [ "$(printf '1.0.0\n%s\n' "$(meson --version)" | sort -V | head -n 1)" != 1.0.0 ]; then
        venv meson 'meson==1.9.1'
        meson=$PWD/build/venv/meson/bin/meson
    fi
}

found_libtorch() { python3 plugins/torch/find_libtorch.py "$1" 2>/dev/null; }

need_system_libtorch() {
    need libtorch-dev has_header torch/csrc/api/include/torch/torch.h
    # Debian's LibTorch takes the BLAS that is there, and the reference one is several times slower.
    need libopenblas0-pthread has_file '/usr/lib/*/openblas-*/libopenblas.so.0'
    install_missing
}

# Sets `folder`, the build folder of the chosen LibTorch, and `libtorch_option`, meson's option for it.
choose_libtorch() {
    folder=build/$libtorch
    libtorch_option=$libtorch
    case $libtorch in
    none) ;;
    system) need_system_libtorch ;;
    python)
        if ! found_libtorch python >/dev/null; then
            venv torch torch==2.13.0 numpy
            libtorch_option=$PWD/build/venv/torch
        fi
        ;;
    auto)
        if found_libtorch python >/dev/null; then
            :
        elif has_header torch/csrc/api/include/torch/torch.h || can_install libtorch-dev; then
            need_system_libtorch
        else
            say "no LibTorch here, and apt has no libtorch-dev: of the torch plugin only the stub is built (--libtorch python fetches a wheel)"
        fi
        ;;
    *)
        [ -d "$libtorch" ] || die "--libtorch $libtorch: neither system, python, none nor a folder"
        libtorch_option=$(cd "$libtorch" && pwd)
        folder=build/path-$(printf '%s' "$libtorch_option" | sha256sum | cut -c 1-8)
        ;;
    esac
}

# configure OPTION...: sets up `folder`, again where the options or the LibTorch that they find have changed.
configure() {
    local options multiarch
    options=("-Dlibtorch=$libtorch_option" "-Dunity=$unity" -Dunity_size=10 "-Dwerror=$([ "${CI:-}" = true ] && echo true || echo false)" "$@")
    # Without dpkg-dev Meson does not know Debian's folder of libraries, and takes one where nothing is looked for.
    multiarch=$(c++ -print-multiarch 2>/dev/null) || multiarch=
    [ -z "$multiarch" ] || options+=("-Dlibdir=lib/$multiarch")
    local wanted
    wanted=$(printf '%s\n' "${options[@]}" "$(found_libtorch "$libtorch_option")")
    [ ! -e "$folder/build.ninja" ] || [ "$(cat "$folder/.configured" 2>/dev/null)" != "$wanted" ] || return 0
    local again=()
    [ ! -e "$folder/build.ninja" ] || again=(--reconfigure)
    mkdir -p "$folder"
    say "configuring $folder"
    quietly "$meson" setup "$folder" "${again[@]}" "${options[@]}"
    printf '%s\n' "$wanted" >"$folder/.configured"
    sed -n 's/^ *LibTorch: */dev: LibTorch: /p' "$folder/meson-logs/meson-log.txt" | tail -n 1 >&2
}

# Runs a command whose output matters only if it fails, or to somebody who watches.
quietly() {
    if [ -t 2 ] && [ "$verbose" = yes ]; then
        "$@" >&2
        return
    fi
    local log
    log=$(mktemp)
    "$@" >"$log" 2>&1 </dev/null || {
        cat "$log" >&2
        rm -f "$log"
        die "failed: $*"
    }
    rm -f "$log"
}

# compile OPTION... TARGET...: configures, then builds; two of them at once in one folder wait for each other.
compile() {
    local options=()
    while [ $# -gt 0 ] && [[ $1 = -* ]]; do
        options+=("$1")
        shift
    done
    mkdir -p build
    exec 9>"$folder.lock"
    flock 9
    configure "${options[@]}"
    say "building in $folder"
    quietly ninja -C "$folder" "$@"
    exec 9>&-
}

# Runs a command in the build's environment, in the folder that the user stands in.
in_build() { "$meson" devenv -C "$folder" --workdir "$caller" "$@"; }

cmd_build() {
    need_toolchain
    need rustc has_program rustc # one of the tests' plugins
    install_missing
    choose_libtorch
    verbose=yes
    compile all meson-test-prereq
    say "built in $folder"
}

cmd_run() {
    [ $# -gt 0 ] || die "run needs a command: ./dev run xor"
    need_toolchain
    choose_libtorch
    compile all
    in_build "$@"
}

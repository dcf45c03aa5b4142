# shellcheck shell=bash
# Compiling for another processor and another LibTorch than those that run here: PyPI's wheels for aarch64 need no CUDA, and are of
# every LibTorch since 1.10.

cross_version=2.5.1

# The headers that are the same for every processor, without the rest of /usr/include, which is not.
link_common_headers() {
    local name
    mkdir -p "$1"
    for name in boost nlohmann CLI; do
        ln -sfn "/usr/include/$name" "$1/$name"
    done
}

# unpack_wheel VERSION FOLDER: LibTorch's headers and libraries for aarch64.
unpack_wheel() {
    [ ! -e "$2/torch/lib/libtorch_cpu.so" ] || return 0
    venv pip pip
    say "downloading torch $1 for aarch64"
    local wheels=$2.wheels
    build/venv/pip/bin/pip download --quiet --no-deps --only-binary :all: --implementation cp --python-version 3.11 \
        --platform manylinux_2_28_aarch64 --platform manylinux2014_aarch64 --dest "$wheels" "torch==$1" >&2 ||
        die "pip download of torch $1 for aarch64 failed"
    mkdir -p "$2"
    python3 -m zipfile -e "$wheels"/torch-"$1"*.whl "$2"
    rm -rf "$wheels"
}

cmd_cross() {
    local version=${1:-$cross_version}
    local libtorch_option=$PWD/build/libtorch-$version-aarch64
    local headers=$PWD/build/aarch64-headers
    # shellcheck disable=SC2034 # compile reads it
    local folder=build/aarch64-$version
    need_toolchain
    need gcc-aarch64-linux-gnu has_program aarch64-linux-gnu-gcc
    need g++-aarch64-linux-gnu has_program aarch64-linux-gnu-g++
    install_missing
    link_common_headers "$headers"
    unpack_wheel "$version" "$libtorch_option"
    compile --cross-file=scripts/dev/aarch64.ini "-Dcpp_args=-isystem$headers" -Doptimization=0 -Dtests=false -Dexamples=false all
    say "compiled for aarch64 against LibTorch $version in $folder"
}

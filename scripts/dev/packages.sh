# shellcheck shell=bash
# What the machine lacks, and getting it: with apt for the machine, with pip into virtual environments below build/venv.

say() { printf 'dev: %s\n' "$*" >&2; }
die() {
    say "error: $*"
    exit 1
}

has_program() { command -v "$1" >/dev/null 2>&1; }

# has_file PATTERN: a path with wildcards that names at least one file.
has_file() { compgen -G "$1" >/dev/null; }

# By looking, not by asking a compiler: there may be none yet. CPATH and CPLUS_INCLUDE_PATH count, as they do for the compiler.
has_header() {
    local folder
    local IFS=:
    for folder in ${CPATH:-} ${CPLUS_INCLUDE_PATH:-} /usr/local/include /usr/include; do
        [ ! -e "$folder/$1" ] || return 0
    done
    return 1
}

missing=()

# need PACKAGE PROBE...: remembers Debian's PACKAGE as missing where PROBE fails. install_missing then installs all of them in one go.
need() {
    local package=$1
    shift
    "$@" || missing+=("$package")
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif has_program sudo; then
        sudo "$@"
    else
        die "installing needs root or sudo; as root: apt-get install ${missing[*]}"
    fi
}

apt() {
    local log
    log=$(mktemp)
    if ! as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 "$@" </dev/null >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        rm -f "$log"
        return 1
    fi
    rm -f "$log"
}

install_missing() {
    [ ${#missing[@]} -gt 0 ] || return 0
    has_program apt-get || die "missing (by Debian's names): ${missing[*]}; without apt-get, install them yourself"
    say "installing with apt: ${missing[*]}"
    apt update || die "apt-get update failed"
    local package
    for package in "${missing[@]}"; do
        apt-cache show "$package" >/dev/null 2>&1 || die "this system's apt has no package $package"
    done
    apt install --no-install-recommends "${missing[@]}" || die "apt-get install failed"
    missing=()
}

# clang, and its sanitizers and fuzzer, which are a package of its version.
need_clang_runtime() {
    need clang has_program clang++
    install_missing
    local version
    version=$(clang -dumpversion)
    version=${version%%.*}
    need "libclang-rt-$version-dev" has_file "/usr/lib/llvm-$version/lib/clang/*/lib/*/libclang_rt.fuzzer*.a"
}

# Whether apt could install a package; asks for the lists first where there are none, as on a fresh machine.
can_install() {
    has_program apt-get || return 1
    apt-cache show "$1" >/dev/null 2>&1 || { apt update && apt-cache show "$1" >/dev/null 2>&1; }
}

# venv NAME REQUIREMENT...: makes build/venv/NAME hold exactly these; nothing is installed into the system's Python.
venv() {
    local folder=build/venv/$1
    shift
    [ "$(cat "$folder/requirements" 2>/dev/null)" != "$*" ] || return 0
    need python3 has_program python3
    need python3-venv python3 -c 'import ensurepip, venv'
    install_missing
    say "installing with pip into $folder: $*"
    rm -rf "$folder"
    python3 -m venv "$folder"
    # Most of it is never imported: torch alone has a minute's worth to compile.
    "$folder/bin/pip" install --quiet --disable-pip-version-check --no-input --no-compile "$@" >&2 || die "pip install $* failed"
    printf '%s\n' "$*" >"$folder/requirements"
}

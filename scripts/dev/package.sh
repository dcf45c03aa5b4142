# shellcheck shell=bash
# What others install: an archive that may be unpacked anywhere, and a package of Debian's.

# Both are in `packages`, named after `version` and the machine's `architecture`.
packages=$PWD/build/packages

need_packagers() {
    need dpkg-dev has_program dpkg-shlibdeps
    need binutils has_program strip
    install_missing
    architecture=$(dpkg --print-architecture)
    version=$("$meson" introspect meson.build --projectinfo | python3 -c 'import json, sys; print(json.load(sys.stdin)["version"])')
}

# packages_needed STAGED FILE...: the packages with what those files are linked with, as a control file lists them.
packages_needed() {
    local staged=$1 scratch
    shift
    scratch=$(mktemp -d)
    mkdir "$scratch/debian"
    printf 'Source: rtffi\n\nPackage: rtffi\nArchitecture: any\n' >"$scratch/debian/control"
    # Our own libraries are in no package yet.
    (cd "$scratch" && dpkg-shlibdeps -O --ignore-missing-info "${@/#/-e}" -l"$(dirname "$(find "$staged" -name librtffi.so)")") 2>"$scratch/log" |
        sed 's/^shlibs:Depends=//' || die "dpkg-shlibdeps failed: $(cat "$scratch/log")"
    rm -rf "$scratch"
}

# control STAGED
control() {
    local staged=$1 own=() torch depends suggests=
    mapfile -t own < <(find "$staged/usr" -type f \( -name 'librtffi*.so*' -o -name rtffi-probe -o -path '*/bin/rtffi' \) ! -name librtffi_torch.so)
    depends=$(packages_needed "$staged" "${own[@]}")
    # Only suggested: without LibTorch, the stub takes its place. A LibTorch of PyPI's is in no package.
    torch=$(find "$staged/usr" -name librtffi_torch.so)
    [ -z "$torch" ] || suggests=$(packages_needed "$staged" "$torch" 2>/dev/null | tr ',' '\n' | sed -n 's/^ *\(libtorch.*\)/\1/p') || suggests=
    cat <<CONTROL
Package: rtffi
Version: $version
Architecture: $architecture
Maintainer: The authors of rtffi
Section: libs
Priority: optional
Installed-Size: $(du -ks "$staged/usr" | cut -f 1)
Depends: $depends
CONTROL
    [ -z "$suggests" ] || printf 'Suggests: %s\n' "$suggests"
    cat <<CONTROL
Description: native libraries at run time, without linking them
 A core that loads plugins and keeps a typed registry of their functions, the
 command rtffi, the headers for hosts and plugins, and the plugin for LibTorch
 with the stub that stands in for it.
CONTROL
}

cmd_package() {
    local staged
    need_toolchain
    need_packagers
    choose_libtorch
    folder+=-package
    compile --prefix=/usr -Dtests=false -Dexamples=false all
    staged=$PWD/$folder/staged
    rm -rf "$staged"
    mkdir -p "$packages"
    DESTDIR=$staged quietly "$meson" install -C "$folder" --no-rebuild --strip
    tar -C "$staged/usr" --sort=name --owner=0 --group=0 --numeric-owner --transform "s,^\.,rtffi-$version," \
        -czf "$packages/rtffi-$version-linux-$architecture.tar.gz" .
    mkdir "$staged/DEBIAN"
    control "$staged" >"$staged/DEBIAN/control"
    printf 'activate-noawait ldconfig\n' >"$staged/DEBIAN/triggers"
    quietly dpkg-deb --root-owner-group --build "$staged" "$packages/rtffi_${version}_$architecture.deb"
    say "made $(cd "$packages" && echo rtffi*"$version"*)"
}

# in_root COMMAND...: in the bare root, as on a machine of its own. Its /proc is mounted for the command alone.
in_root() {
    as_root unshare --mount sh -c "mount --rbind /proc '$root/proc' &&
        exec env -i PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C chroot '$root' \"\$@\"" sh "$@"
}

# answers STATUS PATTERN COMMAND...
answers() {
    local expected=$1 pattern=$2 output status=0
    shift 2
    output=$(in_root "$@" 2>&1) || status=$?
    printf '# %s\n%s\n' "$*" "$output"
    [ "$status" = "$expected" ] || die "$* ended with status $status, not $expected"
    grep -qE "$pattern" <<<"$output" || die "$* does not say $pattern"
}

# A minimal Debian, made anew each time: nothing of this machine is in it.
cmd_package_check() {
    local release root
    cmd_package
    need debootstrap has_program debootstrap
    install_missing
    release=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
    root=$(mktemp -d)
    # shellcheck disable=SC2064 # the folder of now
    trap "as_root rm -rf --one-file-system '$root'" EXIT
    chmod 755 "$root"
    say "making a bare root of $release"
    quietly as_root debootstrap --variant=minbase "$release" "$root"
    as_root cp "$packages/rtffi_${version}_$architecture.deb" "$root/tmp/rtffi.deb"
    answers 0 'Setting up rtffi' dpkg -i /tmp/rtffi.deb
    answers 0 "^rtffi ${version//./\\.} " rtffi --version
    answers 0 '^torch ' rtffi list
    answers 1 'a stub' rtffi verify torch
    answers 0 '^false$' rtffi call rt_torch_available
    answers 0 'float32' rtffi call rt_torch_torchtensor_dtype 'rt_torch_tensor_zeros([2, 3])'
    answers 0 '' dpkg --purge rtffi
    [ -z "$(in_root find / -xdev -name '*rtffi*' ! -path '/tmp/*' ! -path '/proc/*' ! -path '/var/log/*')" ] || die "purging leaves files behind"
    printf 'package-check: all well\n'
}

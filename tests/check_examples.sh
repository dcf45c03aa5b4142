#!/usr/bin/env bash
# The examples run; and where the torch plugin is missing, each says so in one sentence and exits 1.
set -u
build=$2
failed=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

verdict() {
    if [ -z "$2" ]; then
        echo "ok $1"
    else
        echo "FAIL $1: $2"
        failed=1
    fi
}

without_plugin() {
    env HOME="$scratch" XDG_DATA_HOME="$scratch" RTFFI_PLUGIN_PATH="$scratch" "$1" >"$scratch/out" 2>"$scratch/err" </dev/null
    local status=$?
    if [ "$status" != 1 ]; then
        echo "exits $status, not 1"
    elif [ "$(wc -l <"$scratch/err")" != 1 ] || ! grep -q torch "$scratch/err"; then
        echo "says: $(tr '\n' '|' <"$scratch/err")"
    fi
}

with_plugin() {
    (cd "$scratch" && "$1" >out 2>err </dev/null) || echo "exits $?: $(tail -n 3 "$scratch/err" | tr '\n' '|')"
}

for program in "$build"/examples/*; do
    if [ ! -f "$program" ] || [ ! -x "$program" ]; then continue; fi
    name=${program##*/}
    verdict "$name without the torch plugin" "$(without_plugin "$program")"
    # The classifier trains for half a minute: ./dev demo runs it.
    if [ -f "$build/plugins/torch/librtffi_torch.so" ] && [ "$name" != mnist_classifier ]; then
        verdict "$name" "$(with_plugin "$program")"
    fi
done
exit "$failed"

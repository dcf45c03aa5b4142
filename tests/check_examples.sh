#!/usr/bin/env bash
# The examples run; and where the torch plugin is missing, each says so in one sentence and exits 1.
set -u
build=$2
# shellcheck source=tests/verdict.sh
. "$1/tests/verdict.sh"

without_plugin() {
    local why
    why=$(run 1 env HOME="$scratch" XDG_DATA_HOME="$scratch" RTFFI_PLUGIN_PATH="$scratch" "$1")
    if [ -n "$why" ]; then
        echo "$why"
    elif [ "$(wc -l <"$scratch/err")" != 1 ] || ! grep -q torch "$scratch/err"; then
        echo "says: $(tr '\n' '|' <"$scratch/err")"
    fi
}

for program in "$build"/examples/*; do
    if [ ! -f "$program" ] || [ ! -x "$program" ]; then continue; fi
    name=${program##*/}
    verdict "$name without the torch plugin" "$(without_plugin "$program")"
    # The classifier trains for half a minute: ./dev demo runs it.
    if [ -f "$build/plugins/torch/librtffi_torch.so" ] && [ "$name" != mnist_classifier ]; then
        verdict "$name" "$(run 0 "$program")"
    fi
done
exit "$failed"

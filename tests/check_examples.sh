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
if [ ! -f "$build/plugins/torch/librtffi_torch.so" ]; then exit "$failed"; fi

# says NAME STATUS TEXT PROGRAM ARGUMENT...: it ends with the status and says the text.
says() {
    local name=$1 status=$2 text=$3 program=$4 why
    shift 4
    why=$(run "$status" "$build/examples/$program" "$@")
    [ -n "$why" ] || cat "$scratch/out" "$scratch/err" | grep -qF -- "$text" ||
        why="does not say '$text': $(tail -qn 1 "$scratch/err" "$scratch/out" | tr '\n' '|')"
    verdict "$program: $name" "$why"
}

# 1 + 2 + 3 + 4, with a stride that fits once.
says "a convolution" 0 " 10" any_operator aten::conv2d '[[[[1,2],[3,4]]]]' '[[[[1,1],[1,1]]]]' none 'stride={1,1}'
says "several results" 0 "result 2:" any_operator aten::topk '[3, 1, 2]' 2 largest=false
says "an operator that is none" 1 "aten::nope" any_operator aten::nope 1
says "rows of different lengths" 1 "its rows are of different lengths" any_operator aten::neg '[[1, 2], [3]]'
says "a list that is none" 1 "is no list of integers" any_operator aten::ones '{1, x}'
says "another series of steps" 0 "after 30 steps" char_transformer --steps 30 --sample 5 --seed 3
says "a text that is not there" 1 "cannot be read: give another one with --text" char_transformer --text /nowhere
says "a text that is too short" 1 "1000 at least are needed" char_transformer --text /etc/hostname
says "too few steps" 2 "--steps needs a whole number of at least 1, not '0'" linear_regression --steps 0
says "a seed that is no number" 2 "--seed needs a whole number, not 'x'" xor --seed x
says "an option that is none" 2 "unknown option '--frobnicate'" lstm_forecast --frobnicate
exit "$failed"

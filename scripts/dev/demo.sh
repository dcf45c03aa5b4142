# shellcheck shell=bash
# The demonstration: two trainings, and one line made of their own figures.

# watched LOG COMMAND...: shows what a command prints and keeps it. A terminal stays one for the command, so that its progress
# bar moves.
watched() {
    local log=$1
    shift
    if [ -t 1 ] && has_program script; then
        script -qefc "$(printf '%q ' "$@")" "$log" </dev/null
    else
        "$@" | tee "$log"
    fi
}

# result_of LOG PREFIX: the line in which a program sums itself up.
result_of() { grep -a -o "$2: accuracy .*" "$1" | tail -n 1 | tr -d '\r'; }

# accuracy_at_least LINE PERCENT
accuracy_at_least() {
    awk -v line="$1" -v least="$2" 'BEGIN { exit !(match(line, /accuracy [0-9.]+/) && substr(line, RSTART + 9, RLENGTH - 9) + 0 >= least) }'
}

cmd_demo() {
    local classifier=(mnist_classifier) least=88
    case ${1:-} in
    '') ;;
    --quick)
        classifier+=(--images 6000 --epochs 2)
        least=70
        ;;
    *) die "demo knows --quick, not $1" ;;
    esac

    need gnuplot-nox has_program gnuplot
    need dataset-fashion-mnist has_file '/usr/share/datasets/fashion-mnist/train-images-idx3-ubyte*'
    need_toolchain
    choose_libtorch
    verbose=yes
    compile demo

    local out=$folder/demo
    mkdir -p "$out"
    classifier+=(--out "$PWD/$out")
    local in_build=("$meson" devenv -C "$folder" --workdir "$PWD")
    say "training XOR"
    watched "$out/xor.log" "${in_build[@]}" xor || die "xor failed"
    say "training a classifier of images"
    watched "$out/classifier.log" "${in_build[@]}" "${classifier[@]}" || die "mnist_classifier failed"

    local xor_result classifier_result
    xor_result=$(result_of "$out/xor.log" xor) || die "xor printed no result"
    classifier_result=$(result_of "$out/classifier.log" classifier) || die "mnist_classifier printed no result"
    printf 'demo: %s; %s\n' "${xor_result/:/}" "${classifier_result/:/}"
    accuracy_at_least "$xor_result" 100 || die "XOR must reach 100 %"
    accuracy_at_least "$classifier_result" "$least" || die "the classifier must reach $least %"
}

#!/usr/bin/env bash
# The classifier's command line, its errors about damaged files, and a whole run on a set made here.
set -u
build=$2
program_path=$PATH # what the program is to see as PATH
program=$build/examples/mnist_classifier
# shellcheck source=tests/verdict.sh
. "$1/tests/verdict.sh"

# expect NAME STATUS TEXT ARGUMENT...: the program ends with the status, and says the text on standard output or error.
expect() {
    local name=$1 status=$2 text=$3 why
    shift 3
    why=$(run "$status" env PATH="$program_path" "$program" "$@")
    [ -n "$why" ] || cat "$scratch/out" "$scratch/err" | grep -qF -- "$text" ||
        why="does not say '$text': $(tail -qn 1 "$scratch/err" "$scratch/out" | tr '\n' '|')"
    verdict "classifier: $name" "$why"
}

# make_set FOLDER: 40 training images and 20 test images of 8 by 8 pixels; the class is how many pixels are bright.
make_set() {
    mkdir -p "$1"
    python3 - "$1" <<'END'
import struct, sys
for prefix, count in (("train", 40), ("t10k", 20)):
    with open(f"{sys.argv[1]}/{prefix}-images-idx3-ubyte", "wb") as images:
        images.write(bytes([0, 0, 8, 3]) + struct.pack(">III", count, 8, 8))
        for i in range(count):
            images.write((b"\xff" * (6 * (i % 10))).ljust(64, b"\0"))
    with open(f"{sys.argv[1]}/{prefix}-labels-idx1-ubyte", "wb") as labels:
        labels.write(bytes([0, 0, 8, 1]) + struct.pack(">I", count) + bytes(i % 10 for i in range(count)))
END
}

expect "--help" 0 "--images N" --help
expect "an unknown option" 2 "unknown option '--frobnicate'" --frobnicate
expect "an option without its value" 2 "--epochs needs a value" --epochs
expect "a number that is none" 2 "--batch needs a whole number of at least 2, not 'many'" --batch many
expect "a number that is too small" 2 "--epochs needs a whole number of at least 1, not '0'" --epochs 0

if [ ! -f "$build/plugins/torch/librtffi_torch.so" ]; then
    exit "$failed"
fi

good=$scratch/good
make_set "$good"
expect "a whole run" 0 "classifier: accuracy" --data "$good" --out "$scratch/pictures" --epochs 2 --batch 8
cp -r "$good" "$scratch/zipped"
gzip "$scratch"/zipped/*
expect "files with gzip" 0 "classifier: accuracy" --data "$scratch/zipped" --out "$scratch/pictures" --epochs 1 --images 10
if command -v gnuplot >/dev/null; then
    for picture in loss_curve predictions; do
        verdict "classifier: $picture.png" "$([ "$(head -c 4 "$scratch/pictures/$picture.png" | tail -c 3)" = PNG ] || echo 'it is not a PNG file')"
    done
fi
program_path=/nonexistent
expect "without gnuplot" 0 "gnuplot is not installed" --data "$good" --out "$scratch/pictures" --epochs 1
program_path=$PATH

expect "no files" 1 "there is no train-images-idx3-ubyte" --data "$scratch/nothing"
: >"$scratch/file"
expect "a folder that cannot be made" 1 "$scratch/file" --data "$good" --out "$scratch/file/out"

# damaged NAME FILE TEXT EXPRESSION: the program says TEXT where one file holds what the Python expression makes of its bytes.
damaged() {
    rm -rf "$scratch/bad"
    cp -r "$good" "$scratch/bad"
    python3 - "$scratch/bad/$2" "$4" <<'END'
import gzip, pathlib, sys
path = pathlib.Path(sys.argv[1])
path.write_bytes(eval(sys.argv[2], {"gzip": gzip, "b": path.read_bytes()}))
END
    expect "$1" 1 "$3" --data "$scratch/bad" --out "$scratch/pictures"
}

damaged "an empty file" train-images-idx3-ubyte "too short" 'b""'
damaged "not an IDX file" train-images-idx3-ubyte "not an IDX file" 'b"P" + b[1:]'
damaged "a file of another type" train-images-idx3-ubyte "expected type 8" 'b[:2] + b"\x0d" + b[3:]'
damaged "a truncated file" train-images-idx3-ubyte "promises 2560 bytes, there are 984" 'b[:1000]'
damaged "a file with more than its header says" train-labels-idx1-ubyte "more bytes" 'b + b"more"'
damaged "a header that promises gigabytes" t10k-images-idx3-ubyte "more than 4 GB" 'b[:4] + b"\x7f" + b[5:]'
damaged "another number of labels" train-labels-idx1-ubyte "has 20 labels for the 40 images" \
    'b[:4] + bytes([0, 0, 0, 20]) + b[8:28]'
damaged "a label that is no class" t10k-labels-idx1-ubyte "has the label 99" 'b[:12] + b"c" + b[13:]'
damaged "a truncated gzip file" train-images-idx3-ubyte "truncated" 'gzip.compress(b)[:60]'
damaged "a damaged gzip file" train-images-idx3-ubyte "damaged" 'gzip.compress(b)[:30] + bytes(8) + gzip.compress(b)[38:]'
exit "$failed"

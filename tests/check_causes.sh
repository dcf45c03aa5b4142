#!/usr/bin/env bash
# Every cause that an error can have is named by a test.
set -u
python3 "$1/tests/causes.py" "$1"

#!/usr/bin/env bash
# What surprises: a valid script for an out-of-office reply is refused: "extension 'vacation' not loaded", though what it requires has it.
#
# Input: require "vacation-seconds"; vacation :seconds 1800 "I am away.";
#
# Software: sievelib 1.6.0 (PyPI), a parser of Sieve scripts and a client of ManageSieve.
#
# Who meets it: whoever edits or checks out-of-office replies: users that another client has written such a script for cannot open it.
#
# Right: RFC 6131, section 2: "vacation-seconds" implies "vacation", and a script that requires the former can omit the latter; its
# examples (section 3) do.
set -euo pipefail
echo "version sievelib 1.6.0 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check sievelib==1.6.0
"$folder/venv/bin/python" - <<'PY'
import sys
from importlib.metadata import version
from sievelib.parser import Parser


def read(requires):
    parser = Parser()
    return "valid" if parser.parse(f'require {requires};\nvacation :seconds 1800 "I am away.";') else parser.error


both, implied = read('["vacation", "vacation-seconds"]'), read('"vacation-seconds"')
print("sievelib", version("sievelib"))
print("expected: valid, both times (RFC 6131)")
print(f"seen: {both} with both required, {implied} with vacation-seconds alone")
sys.exit(0 if both == "valid" and "not loaded" in implied else "it is not there any more")
PY

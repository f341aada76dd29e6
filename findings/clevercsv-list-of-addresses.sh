#!/usr/bin/env bash
# What surprises: a list with nothing but addresses is split at the @, into people and domains. There is no address left in it.
#
# Input: a CSV of one column, `email`, and ten addresses.
#
# Software: clevercsv 0.8.5 (PyPI), made to find the dialect of messy files.
#
# Who meets it: whoever imports the plainest list of recipients that there is. With a second column, of names, the comma is found.
#
# Right: RFC 4180, section 2: a record is "one or more fields, separated by commas"; with no comma in any line there is one field.
set -euo pipefail
echo "version clevercsv 0.8.5 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check clevercsv==0.8.5
"$folder/venv/bin/python" - <<'PY'
import sys
from importlib.metadata import version
import clevercsv

people = "ana bo cy.lind dee eli.van.berg fay gus hal-o ida jo".split()
one = ["email"] + [f"{person}@example.{('net', 'org', 'com')[at % 3]}" for at, person in enumerate(people)]
two = ["name,email"] + [f"{person.title()},{address}" for person, address in zip(people, one[1:])]


def second_line(lines):
    return list(clevercsv.reader(lines, clevercsv.Sniffer().sniff("\n".join(lines))))[1]


alone, named = second_line(one), second_line(two)
print("clevercsv", version("clevercsv"))
print("expected: ['ana@example.net'] and ['Ana', 'ana@example.net']")
print(f"seen: {alone} and {named}")
sys.exit(0 if alone == ["ana", "example.net"] and named == ["Ana", "ana@example.net"] else "it is not there any more")
PY

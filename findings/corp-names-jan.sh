#!/usr/bin/env bash
# What surprises: Jan Novák is "janet novak", and the surname of Ana van den Berg is "berg". The River Trust is "river", and The
# Co-operative has no name at all.
#
# Input: names from a list of signatories, read with the level that is said to know English nicknames only.
#
# Software: corp-names 0.3.3 (PyPI).
#
# Who meets it: whoever looks for the same person or organisation in two lists: Jan and Janet Novák are one there.
#
# Right: Jan is a given name of men in Czech, Dutch, Polish and the Nordic languages, and no short form there. Its own page: it strips titles
# and suffixes; "Trust" and "Co-operative" are what these are called.
set -euo pipefail
echo "version corp-names 0.3.3 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check corp-names==0.3.3
"$folder/venv/bin/python" - <<'PY'
import sys
from importlib.metadata import version
from corp_names import normalize_company, normalize_name

jan, ana = normalize_name("Jan Novák"), normalize_name("Ana van den Berg")
seen = [jan.normalized, ana.last, normalize_company("The River Trust").normalized, normalize_company("The Co-operative").normalized]
print("corp-names", version("corp-names"))
print("expected: ['jan novak', 'van den berg', 'river trust', 'co-operative']")
print(f"seen: {seen}")
sys.exit(0 if seen == ["janet novak", "berg", "river", ""] else "it is not there any more")
PY

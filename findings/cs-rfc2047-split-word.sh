#!/usr/bin/env bash
# What surprises: a word that is split between two encoded words gets a blank in its midst: "zastavit" is "zasta vit". A fold stays in the
# value, with a line break.
#
# Input: a subject in Czech whose length makes two encoded words of it, as every mail program splits it.
#
# Software: cs.rfc2047 20200524 (PyPI).
#
# Who meets it: whoever reads the subjects of answers, to match them with the letter's.
#
# Right: RFC 2047, 6.2: white space between two encoded words is not shown, so that long words can be split.
set -euo pipefail
echo "version cs.rfc2047 20200524 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check cs.rfc2047==20200524
"$folder/venv/bin/python" - <<'PY'
import sys
from importlib.metadata import version
from cs.rfc2047 import unrfc2047

seen = unrfc2047("=?utf-8?q?=C5=BD=C3=A1d=C3=A1me_zasta?= =?utf-8?q?vit_stavbu?=")
print("cs.rfc2047", version("cs.rfc2047"))
print("expected: Žádáme zastavit stavbu (RFC 2047, 6.2)")
print(f"seen: {seen}")
sys.exit(0 if seen == "Žádáme zasta vit stavbu" else "it is not there any more")
PY

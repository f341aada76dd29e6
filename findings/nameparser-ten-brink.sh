#!/usr/bin/env bash
# What surprises: "Anna ten Brink" has the middle name "ten" and the surname "Brink"; "Sophie in 't Veld" the middle name "in". "van den",
# "ter" and "op den" are part of the surname, and so are the German "vom" and "zu", but not "zur" and "zum".
#
# Input: Dutch and German surnames with their particles.
#
# Software: nameparser 2.6.0 (PyPI).
#
# Who meets it: whoever makes a salutation, or an order of names, out of one column: "Dear Ms Brink", sorted under B with the wrong name.
#
# Right: the particle belongs to the surname: the Dutch register of persons (BRP, national table 36, "voorvoegsels") has "ten" and
# "in 't" beside "van den" and "ter"; German names with "zur" and "zum" are as much one surname as those with "vom".
set -euo pipefail
echo "version nameparser 2.6.0 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check nameparser==2.6.0
"$folder/venv/bin/python" - <<'PY'
import sys
from importlib.metadata import version
from nameparser import HumanName

read = lambda surname: HumanName(f"Anna {surname}").last
right = ["van den Brink", "ter Brink", "vom Berg"]
wrong = ["ten Brink", "in 't Veld", "zur Mühlen", "zum Winkel"]
print("nameparser", version("nameparser"))
for surname in right + wrong:
    print(f"expected: {surname}; seen: {read(surname)}")
still = all(read(surname) == surname for surname in right) and not any(read(surname) == surname for surname in wrong)
sys.exit(0 if still else "it is not there any more")
PY

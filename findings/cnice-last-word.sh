#!/usr/bin/env bash
# What surprises: the last word of the line is the surname, whatever it is: "Ms Ana Lima MEP" is greeted "Dear Ms MEP,", "Frau von der
# Heide" "Sehr geehrte Frau Heide,". "Frau Doktor Berg" and "Frau Prof.in Berg" lose their title; "Frau Dr. Berg" keeps it.
#
# Input: a form of address and a name, as the column of a list has them.
#
# Software: cnice 0.1.2 (PyPI), which makes salutations and closings; its npm and Rust packages follow the same tables.
#
# Who meets it: whoever writes to members of parliaments. Its function for warnings has none for these.
#
# Right: the page of cgreet, which it continues: "German salutations with the right titles and punctuation". Letters behind a name are no
# surname. "von" and what goes with it is a part of a German surname (constitution of 1919, article 109 (3), in force by article 123 of the
# Basic Law).
set -euo pipefail
echo "version cnice 0.1.2 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check cnice==0.1.2
"$folder/venv/bin/python" - <<'PY'
import sys
from importlib.metadata import version
from cnice import greet

cases = [
    ("en-gb", "Ms Ana Lima", "Dear Ms Lima,", "Dear Ms Lima,"),
    ("en-gb", "Ms Ana Lima MEP", "Dear Ms Lima,", "Dear Ms MEP,"),
    ("de", "Frau von der Heide", "Sehr geehrte Frau von der Heide,", "Sehr geehrte Frau Heide,"),
    ("de", "Frau Dr. Berg", "Sehr geehrte Frau Dr. Berg,", "Sehr geehrte Frau Dr. Berg,"),
    ("de", "Frau Doktor Berg", "Sehr geehrte Frau Dr. Berg,", "Sehr geehrte Frau Berg,"),
    ("it", "Signor De Luca", "Gentile Sig. De Luca,", "Gentile Sig. Luca,"),
]
still = True
print("cnice", version("cnice"))
for locale, name, right, wrong in cases:
    seen = greet.salutation(locale, name)
    warning = greet.recipient_salutation_warning("the list", name)
    print(f"{name}: expected {right} seen {seen} warning: {warning}")
    still = still and seen == wrong and warning is None
sys.exit(0 if still else "it is not there any more")
PY

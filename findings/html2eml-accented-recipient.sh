#!/usr/bin/env bash
# What surprises: "Jiří Novák <jiri@example.net>" becomes one encoded word, address and all: the letter has no recipient that a program can
# write to. Ana, beside it, is lost with him when they stand in one list.
#
# Input: Jiří Novák and Ana Lima as recipients of a page.
#
# Software: html2eml 0.0.5 (PyPI), "a simple package for converting HTML text to EML format (MIME RFC 2822)". Python's email package reads it.
#
# Who meets it: whoever makes letters for people whose names have accents.
#
# Right: RFC 2047, 5: an encoded word MUST NOT appear in any portion of an addr-spec; in an address it may stand for a word of the name.
set -euo pipefail
echo "version html2eml 0.0.5 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check html2eml==0.0.5
"$folder/venv/bin/python" - <<'PY'
import email
import email.policy
import sys
from importlib.metadata import version
from html2eml import html2eml

print("html2eml", version("html2eml"))
read = lambda *people: [
    address.addr_spec
    for address in email.message_from_string(
        html2eml.from_html("<p>Dear all,</p>", to=list(people), from_="office@example.org", subject="Velma").as_string(), policy=email.policy.default
    )["To"].addresses
]
plain, accented = read("Jiri Novak <jiri@example.net>", "Ana Lima <ana@example.net>"), read("Jiří Novák <jiri@example.net>", "Ana Lima <ana@example.net>")
print("expected: jiri@example.net and ana@example.net, twice (RFC 2047, 5)")
print(f"seen: {plain} and {accented}")
right = ["jiri@example.net", "ana@example.net"]
sys.exit(0 if plain == right and not set(accented) & set(right) else "it is not there any more")
PY

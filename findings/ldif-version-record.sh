#!/usr/bin/env bash
# What surprises: the version at the top of a file is an entry without a name and without values: the first of the list is nobody.
#
# Input: "version: 1", an empty line, and one person, as ldapsearch -LL writes it.
#
# Software: ldif 4.3.0 (PyPI).
#
# Who meets it: whoever makes a list from a directory: a program that looks into each entry for the address stops at the first.
#
# Right: RFC 2849: a file is its version and then its entries (ldif-content, version-spec); the version is none of them.
set -euo pipefail
echo "version ldif 4.3.0 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check ldif==4.3.0
"$folder/venv/bin/python" - <<'PY'
import sys
from importlib.metadata import version
from io import BytesIO
from ldif import LDIFParser

person = b"dn: cn=Ana Lima\ncn: Ana Lima\nmail: ana@example.net\n"
read = lambda text: [(name, dict(values).get("mail")) for name, values in LDIFParser(BytesIO(text)).parse()]
seen = [read(person), read(b"version: 1\n\n" + person)]
expected = [("cn=Ana Lima", ["ana@example.net"])]
print("ldif", version("ldif"))
print(f"expected: {expected} twice (RFC 2849)")
print(f"seen: {seen[0]} and {seen[1]}")
sys.exit(0 if seen == [expected, [(None, None)] + expected] else "it is not there any more")
PY

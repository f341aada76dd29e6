#!/usr/bin/env bash
# What surprises: a long value ends where its line is folded: of an address on two lines the second is gone, and a name in base64
# stays in base64, cut. No warning is given.
#
# Input: a description and a name whose lines are folded, as directories fold them at 76 or 78 characters.
#
# Software: ldif2json 1.0.8 (PyPI), "A robust Python tool for converting LDAP Data Interchange Format (LDIF) files to JSON". ldif 4.3.0 reads them.
#
# Who meets it: whoever takes recipients out of a directory: the long addresses are cut, and letters to them come back.
#
# Right: RFC 2849, notes on LDIF syntax, 2: any non-empty line may be folded by a line break and one space, and a line that begins with a
# space is part of the line before.
set -euo pipefail
echo "version ldif2json 1.0.8 and ldif 4.3.0 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check ldif2json==1.0.8 ldif==4.3.0
cd "$folder"
"$folder/venv/bin/python" - <<'PY'
import io
import sys
from importlib.metadata import version
from ldif import LDIFParser
from ldif2json import parse_ldif

print("ldif2json", version("ldif2json"))
text = "dn: uid=ana,dc=example,dc=org\nmail: press.and.public.affairs@delega\n tion.velma.example\ncn:: QW5hIEx\n pbWE=\n"
entry = parse_ldif(text.splitlines(), decode_base64=True)[0]
right = next(iter(LDIFParser(io.BytesIO(text.encode())).parse()))[1]
print(f"expected: {right['mail'][0]} and {right['cn'][0]} (ldif; RFC 2849)")
print(f"seen: {entry['mail']} and {entry['cn']}")
sys.exit(0 if entry["mail"] == "press.and.public.affairs@delega" and entry["cn"] != "Ana Lima" else "it is not there any more")
PY

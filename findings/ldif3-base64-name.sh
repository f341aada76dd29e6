#!/usr/bin/env bash
# What surprises: the first name with a letter outside ASCII stops the reading of an address book: AttributeError.
#
# Input: LDIF with `sn:: TMOtbWE=` ("Líma"). Thunderbird and OpenLDAP export every value that is not plain ASCII in this way.
#
# Software: ldif3 3.2.2 (PyPI, its newest release) on Python 3.9 and later.
#
# Who meets it: whoever imports recipients from an address book of Thunderbird or a directory: a list in English is read, one in Portuguese
# is not.
#
# Right: RFC 2849: value-spec = ":" (… / ":" FILL BASE64-STRING); its notes say that a value with other than safe
# characters must be base64. The function
# that it calls, base64.decodestring, was removed in Python 3.9 ("What's New in Python 3.9", Removed).
set -euo pipefail
echo "version ldif3 3.2.2"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check ldif3==3.2.2
"$folder/venv/bin/python" - <<'PY'
import io
import platform
import sys
from importlib.metadata import version
from ldif3 import LDIFParser


def read(surname):
    entry = f"dn: mail=ana@example.net\ncn: Ana\n{surname}\nmail: ana@example.net\n"
    try:
        return [entry["sn"] for _, entry in LDIFParser(io.BytesIO(entry.encode())).parse()]
    except AttributeError as error:
        return f"AttributeError: {error}"


plain, encoded = read("sn: Lima"), read("sn:: TMOtbWE=")
print("ldif3", version("ldif3"), "on Python", platform.python_version())
print("expected: [['Lima']] and [['Líma']] (RFC 2849)")
print(f"seen: {plain} and {encoded}")
sys.exit(0 if plain == [["Lima"]] and "decodestring" in encoded else "it is not there any more")
PY

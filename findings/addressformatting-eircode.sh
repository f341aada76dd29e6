#!/usr/bin/env bash
# What surprises: an Irish address comes out without its Eircode, and with an empty line in its midst.
#
# Input: an office in Dublin, as the fields road, house number, postcode, city and country.
#
# Software: addressformatting 1.3.2 (PyPI), told that the country is IE.
#
# Who meets it: whoever prints addresses on letters: the code is the only part that tells one house from another in much of the country.
#
# Right: An Post and Eircode, on how to write an address: the Eircode stands below the town. The package itself keeps the postcodes of the
# other countries.
set -euo pipefail
echo "version addressformatting 1.3.2 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check addressformatting==1.3.2
"$folder/venv/bin/python" - <<'PY'
import sys
from importlib.metadata import version
from addressformatting import AddressFormatter

written = lambda code, **address: AddressFormatter().format({"road": "Velma Street", "house_number": "5", **address}, country=code)
dublin = written("IE", city="Dublin", postcode="D01 F5P2", country="Ireland")
paris = written("FR", city="Paris", postcode="75001", country="France")
print("addressformatting", version("addressformatting"))
print(f"expected: the postcode in {dublin!r} as in {paris!r}")
print(f"seen: {'D01 F5P2' in dublin} and {'75001' in paris}; an empty line: {chr(10) * 2 in dublin}")
sys.exit(0 if "D01 F5P2" not in dublin and "75001" in paris else "it is not there any more")
PY

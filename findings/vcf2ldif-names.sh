#!/usr/bin/env bash
# What surprises: "Lima, Ana" gets the name "cn=Lima, Ana,ou=press,…", in which " Ana" is a component of its own that is none; Jiří is
# written as he is, where the format wants base64. A directory refuses both.
#
# Input: two contacts, "Lima, Ana" and "Jiří Novák".
#
# Software: vcf2ldif 0.1.0 (PyPI), which makes vCards into LDIF. ldap3 2.9.1 (PyPI) reads the distinguished name.
#
# Who meets it: whoever brings the press contacts of a coalition into a directory that all share. With ldapmodify -c, as its page has it,
# the others go in, and these are missing.
#
# Right: RFC 4514, 2.4: a comma in a value is escaped by a backslash. RFC 2849: a value that is no SAFE-STRING, which is ASCII, MUST be in
# base64, behind two colons.
set -euo pipefail
echo "version vcf2ldif 0.1.0 and ldap3 2.9.1 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check vcf2ldif==0.1.0 ldap3==2.9.1
card() { printf '%s\r\n' BEGIN:VCARD VERSION:3.0 "FN:$1" "N:$2;$3;;;" 'TEL;TYPE=cell:+32 2 555 01 00' END:VCARD; }
{ card 'Lima\, Ana' Lima Ana; card 'Jiří Novák' Novák Jiří; } >"$folder/press.vcf"
PYTHONIOENCODING=utf-8 "$folder/venv/bin/vcf2ldif" --input-file "$folder/press.vcf" --root-dn ou=press,dc=example,dc=org --output-file "$folder/press.ldif"
names=$(grep -E '^(dn|cn|sn):' "$folder/press.ldif")
first=$(grep -m1 '^dn: ' "$folder/press.ldif" | cut -c5-)
echo 'expected: dn: cn=Lima\, Ana,ou=press,dc=example,dc=org (RFC 4514, 2.4) and cn:: SmnFmcOtIE5vdsOhaw== (RFC 2849)'
echo "seen: $names"
verdict=$("$folder/venv/bin/python" -c 'import sys
from ldap3.utils.dn import parse_dn
try:
    print(parse_dn(sys.argv[1]))
except Exception as error:
    print("refused:", error)' "$first")
echo "ldap3 says of the first: $verdict"
[ "$first" = "cn=Lima, Ana,ou=press,dc=example,dc=org" ] && grep -qx 'cn: Jiří Novák' "$folder/press.ldif" && ! grep -q '::' "$folder/press.ldif" ||
  { echo "it is not there any more"; exit 1; }

#!/usr/bin/env bash
# What surprises: the last example of the standard cannot be read: a comment between the version of a method and its "=" is a syntax
# error. So is a name of the server in quotation marks; and properties of the kind "dns" are left out without a word.
#
# Input: the field of RFC 8601, B.7; one that begins with "mx.example.org" in quotation marks; and one of a list of known senders.
#
# Software: authres 1.2.0 (PyPI), which names RFC 8601 among its keywords.
#
# Who meets it: whoever looks into what their own server says of an answer, before believing who wrote it.
#
# Right: RFC 8601, 2.2 (comments may stand on both sides of "="; the name of the server is a value of RFC 2045, so a token or a quoted
# string), B.7 (the example); RFC 8904, 2: dns.zone says which list it was.
set -euo pipefail
echo "version authres 1.2.0 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check authres==1.2.0
"$folder/venv/bin/python" - <<'PY'
import sys
from authres import AuthenticationResultsHeader, SyntaxError as Refused

fields = [
    "foo.example.net (foobar) 1 (baz);\r\n dkim (Because I like it) / 1 (One yay) = (wait for it) fail\r\n"
    " policy (A dot can go here) . (like that) expired\r\n (this surprised me) = (as I wasn't expecting it) 1362471462",
    '"mx.example.org"; spf=pass smtp.mailfrom=example.net',
    "mx.example.org; dnswl=pass dns.zone=list.example.com policy.ip=127.0.10.1",
]


def read(field):
    try:
        return str(AuthenticationResultsHeader.parse("Authentication-Results: " + field)).removeprefix("Authentication-Results: ")
    except Refused as error:
        return str(error).partition(" at:")[0]


seen = [read(field) for field in fields]
print("expected: foo.example.net 1; dkim/1=fail policy.expired=1362471462 (RFC 8601, B.7)")
print(f"seen: {seen[0]}")
print("expected: mx.example.org; spf=pass smtp.mailfrom=example.net (RFC 8601, 2.2)")
print(f"seen: {seen[1]}")
print("expected: mx.example.org; dnswl=pass dns.zone=list.example.com policy.ip=127.0.10.1 (RFC 8904, 2)")
print(f"seen: {seen[2]}")
wrong = ['Syntax error: Expected "="', "Syntax error: Expected authserv-id", "mx.example.org; dnswl=pass policy.ip=127.0.10.1"]
sys.exit(0 if seen == wrong else "it is not there any more")
PY

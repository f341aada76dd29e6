#!/usr/bin/env bash
# What surprises: of an answer that went over a mailing list only the list's footer is kept: "press mailing list" in place of "We will vote for
# it." The subject stays =?utf-8?q?…?=.
#
# Input: a mail whose second part of text is the footer that Mailman adds, with a subject that has an accent.
#
# Software: email2md 0.1.3 (PyPI), "Pure Python EML and MSG converter".
#
# Who meets it: whoever keeps the answers to a letter: of every list the same line stands there.
#
# Right: RFC 2046, 5.1.3: the parts of multipart/mixed are to be bundled in their order, so both are the text; RFC 2047, 6.2: an encoded word is
# to be shown decoded.
set -euo pipefail
echo "version email2md 0.1.3 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check email2md==0.1.3
printf '%s\r\n' 'From: Ana Lima <ana@example.net>' 'To: press@lists.example.org' 'Subject: =?utf-8?q?Ji=C5=99=C3=AD?=' 'MIME-Version: 1.0' \
  'Content-Type: multipart/mixed; boundary=b' '' --b 'Content-Type: text/plain; charset=utf-8' '' 'We will vote for it.' '' \
  --b 'Content-Type: text/plain; charset=us-ascii' 'Content-Disposition: inline' '' 'press mailing list' '' '--b--' '' >"$folder/answer.eml"
"$folder/venv/bin/python" -W ignore - "$folder/answer.eml" <<'PY'
import sys
from importlib.metadata import version
import email2md

print("email2md", version("email2md"))
seen = email2md.to_markdown(sys.argv[1])
print("expected: Jiří; We will vote for it; press mailing list (RFC 2046, 5.1.3; RFC 2047, 6.2)")
print("seen:", " / ".join(line for line in seen.splitlines() if line.strip()))
still = "We will vote for it" not in seen and "press mailing list" in seen and "Jiří" not in seen and "utf-8?q?" in seen.replace("\\", "")
sys.exit(0 if still else "it is not there any more")
PY

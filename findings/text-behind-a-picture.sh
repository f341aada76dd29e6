#!/usr/bin/env bash
# What surprises: an answer with a picture between two pieces of text ends at the picture: "Thank you for your letter." is all that is kept, and
# "We will vote for it." is neither text nor attachment.
#
# Input: a mail of three parts, text, an inline picture and text, as Apple Mail writes it.
#
# Software: mbox-md 0.1.1 and csv-from-mbox 0.5.1 (PyPI), which turn an exported mailbox into Markdown files and into a CSV.
#
# Who meets it: whoever keeps the answers to a letter, or counts what they say.
#
# Right: RFC 2046, 5.1.3: the parts of multipart/mixed are to be bundled in their order; RFC 2183, 2.1: inline parts are displayed automatically
# in the order in which they occur.
set -euo pipefail
echo "version mbox-md 0.1.1 and csv-from-mbox 0.5.1 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check mbox-md==0.1.1 csv-from-mbox==0.5.1
cd "$folder"
{
  printf '%s\n' 'From ana@example.net Mon Nov  9 10:00:00 2026' 'From: Ana Lima <ana@example.net>' 'To: office@example.org' 'Subject: Re: Velma' \
    'Message-ID: <1@example.net>' 'Date: Mon, 9 Nov 2026 10:00:00 +0100' 'MIME-Version: 1.0' 'Content-Type: multipart/mixed; boundary=b' '' \
    --b 'Content-Type: text/plain; charset=utf-8' '' 'Thank you for your letter.' '' \
    --b 'Content-Type: image/png; name=delta.png' 'Content-Disposition: inline; filename=delta.png' 'Content-Transfer-Encoding: base64' '' 'iVBORw0KGgo=' '' \
    --b 'Content-Type: text/plain; charset=utf-8' '' 'We will vote for it.' '' '--b--' ''
} >answers.mbox
"$folder/venv/bin/csv-from-mbox" answers.mbox -o - 2>/dev/null >answers.csv
"$folder/venv/bin/mbox-md" answers.mbox pages >log 2>&1
echo "expected: both sentences, in both (RFC 2046, 5.1.3)"
for sentence in 'Thank you for your letter' 'We will vote for it'; do
  echo "seen: \"$sentence\": in $(grep -c "$sentence" answers.csv || true) row of the CSV, in $(grep -rl "$sentence" pages | wc -l) of the pages"
done
grep -q 'Thank you' answers.csv && grep -rq 'Thank you' pages && ! grep -q 'vote for it' answers.csv && ! grep -rq 'vote for it' pages ||
  { echo "it is not there any more"; exit 1; }

#!/usr/bin/env bash
# What surprises: a folded subject has two spaces where it had one, and an address of a page in it comes out with a space inside.
#
# Input: a Subject of 94 characters, and one with a link of 80 characters.
#
# Software: foldline 1.1.0 (npm), "Folds a long line according to the RFC 5322". Python's email package reads what it wrote.
#
# Who meets it: whoever writes headers with it. The answer comes back with a subject that is not that of the letter, and the link is broken.
# Its own `unfold` takes a space away that the standard lets stand, and hides it.
#
# Right: RFC 5322, 2.2.3: a line is folded by inserting a CRLF before white space that is there, and unfolded by removing the CRLF, and
# nothing else.
set -euo pipefail
echo "version foldline 1.1.0 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts foldline@1.1.0
subject="Joint public letter of forty-one organisations: keep the Velma delta alive, and say so"
link="https://velma.example/$(printf 'delta-%.0s' {1..10})"
fold() { NODE_PATH="$folder/node_modules" node -e 'process.stdout.write(require("foldline")(process.argv[1]) + "\r\n\r\n")' "$1"; }
read='import email, email.policy, sys; print(email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)["Subject"])'
seen=$(fold "Subject: $subject" | python3 -c "$read")
broken=$(fold "Subject: Sign $link" | python3 -c "$read")
echo "expected: $subject (RFC 5322, 2.2.3)"
echo "seen: $seen"
echo "expected: Sign $link"
echo "seen: $broken"
[ "$seen" = "${subject/delta alive/delta  alive}" ] && [ "${broken/Sign  /Sign }" != "Sign $link" ] && [ "${broken// /}" = "Sign$link" ] ||
  { echo "it is not there any more"; exit 1; }

#!/usr/bin/env bash
# What surprises: in a name of which one word stands in quotes, that word and the one behind it run together: "Ana Nina Lima" is
# "Ana NinaLima".
#
# Input: the From field Ana "Nina" Lima <ana@example.net>, and one in which each word has quotes of its own.
#
# Software: email-addresses 5.0.0 (npm), which follows RFC 5322 closely otherwise.
#
# Who meets it: whoever reads names out of answers, to greet people by them or to find them in a list.
#
# Right: RFC 5322, 3.2.5 and 3.2.4: a display name is a phrase of words, atoms or quoted strings, and the white space between them counts as
# one space.
set -euo pipefail
echo "version email-addresses 5.0.0 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts email-addresses@5.0.0
NODE_PATH="$folder/node_modules" node - <<'JS'
const { parseOneAddress } = require("email-addresses");
const { version } = require("email-addresses/package.json");
const seen = ['Ana "Nina" Lima <ana@example.net>', '"Ana" "Lima" <ana@example.net>'].map((from) => parseOneAddress(from).name);
console.log(`email-addresses ${version}`);
console.log('expected: ["Ana Nina Lima","Ana Lima"] (RFC 5322, 3.2.5)');
console.log(`seen: ${JSON.stringify(seen)}`);
if (JSON.stringify(seen) !== '["Ana NinaLima","AnaLima"]') {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS

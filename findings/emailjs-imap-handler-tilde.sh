#!/usr/bin/env bash
# What surprises: the folder ~/Mail/foo becomes /Mail/foo: another folder, without an error.
#
# Input: the answer to LIST that the standard gives as its example, with the name of the folder as an atom. In quotation marks the tilde
# stays.
#
# Software: emailjs-imap-handler 3.0.6 (npm), which emailjs-imap-client reads with.
#
# Who meets it: whoever looks for answers in the folders of a server that has them in home directories: the folder that is opened is not
# there, or is not theirs.
#
# Right: RFC 3501, 6.3.8 (the example: LIST (\Noselect) "/" ~/Mail/foo) and 9 (a tilde is an ATOM-CHAR; what begins a literal of RFC 3516
# is a tilde with a brace behind it).
set -euo pipefail
echo "version emailjs-imap-handler 3.0.6 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts emailjs-imap-handler@3.0.6
NODE_PATH="$folder/node_modules" node - <<'JS'
const { parser } = require("emailjs-imap-handler");
const read = (line) => parser(new TextEncoder().encode(line)).attributes.at(-1).value;
const seen = [read('* LIST (\\Noselect) "/" ~/Mail/foo'), read('* LIST (\\Noselect) "/" "~/Mail/foo"')];
console.log("expected: ~/Mail/foo, ~/Mail/foo (RFC 3501, 6.3.8)");
console.log(`seen: ${seen.join(", ")}`);
if (seen.join() !== "/Mail/foo,~/Mail/foo") {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS

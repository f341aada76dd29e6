#!/usr/bin/env bash
# What surprises: a group of addresses is written back without the semicolon that ends it: the address behind it looks like a member, and
# the module itself cannot read the field any more. A local part in quotation marks loses these.
#
# Input: the To field of an answer: Office: ana@example.net, bo@example.net;, cy@example.org
#
# Software: address-rfc2822 2.2.4 (npm), by which Haraka's plugins read the fields of a mail.
#
# Who meets it: whoever reads the recipients of an answer, and writes them into the next letter.
#
# Right: RFC 5322, 3.4 (a group is a name, a colon, its mailboxes, and a semicolon) and 3.2.4 (a space in a local part needs the marks).
set -euo pipefail
echo "version address-rfc2822 2.2.4 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts address-rfc2822@2.2.4
NODE_PATH="$folder/node_modules" node - <<'JS'
const { parse } = require("address-rfc2822");
const { version } = require("address-rfc2822/package.json");
const again = (field) => parse(field).map((address) => address.format()).join(", ");
const seen = [again("Office: ana@example.net, bo@example.net;, cy@example.org"), again('"ana lima"@example.net')];
let read = "is taken";
try {
  parse(seen[0]);
} catch (error) {
  read = `is refused: ${error.message}`;
}
console.log(`address-rfc2822 ${version}`);
console.log('expected: Office:ana@example.net,bo@example.net;, cy@example.org and "ana lima"@example.net (RFC 5322, 3.4)');
console.log(`seen: ${seen.join(" and ")}`);
console.log(`the first of them, read again, ${read}`);
if (seen[0] !== "Office:ana@example.net,bo@example.net, cy@example.org" || seen[1] !== "ana lima@example.net") {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS

#!/usr/bin/env bash
# What surprises: two addresses that the standard has as examples become links to other ones: unlikely?address@example.com is a link to
# "unlikely", and in gorby%kremvax@example.com the % stays as it is, where a browser looks for two digits. A line break in the text is %0A alone.
#
# Input: the two addresses, and a text of two lines.
#
# Software: mailto-link 2.0.0 (npm), "Generate a mailto protocol link".
#
# Who meets it: whoever has a page say "write to your member": the letter goes to an address that is not there, and its lines run together
# where the mail program takes the standard at its word.
#
# Right: RFC 6068, 2: ? and % in an address MUST be encoded; 6.1 has unlikely%3Faddress@example.com and gorby%25kremvax@example.com; 5: line
# breaks in the body MUST be encoded with "%0D%0A".
set -euo pipefail
echo "version mailto-link 2.0.0 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts mailto-link@2.0.0
NODE_PATH="$folder/node_modules" node - <<'JS'
const link = require("mailto-link");
const seen = [
  link({ to: "unlikely?address@example.com" }),
  link({ to: "gorby%kremvax@example.com" }),
  link({ to: "ana@example.com", body: "Dear Ana,\nhello" }),
];
const right = [
  "mailto:unlikely%3Faddress@example.com",
  "mailto:gorby%25kremvax@example.com",
  "mailto:ana@example.com?body=Dear%20Ana%2C%0D%0Ahello",
];
right.forEach((one, at) => console.log(`expected: ${one} (RFC 6068)\nseen: ${seen[at]}`));
console.log(`the address that a browser sees in the first: ${new URL(seen[0]).pathname}`);
const wrong = ["mailto:unlikely?address@example.com", "mailto:gorby%kremvax@example.com", "mailto:ana@example.com?body=Dear%20Ana%2C%0Ahello"];
if (seen.join() !== wrong.join()) {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS

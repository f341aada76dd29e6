#!/usr/bin/env bash
# What surprises: "ana lima"@example.net, with the quotation marks, is the address `ana lima @example.net`: they are gone, and a space has come
# in. In brackets behind a name the same address is right.
#
# Input: the address alone, and behind a name.
#
# Software: emailjs-addressparser 2.0.3 (npm), "Parse rfc2822 address fields".
#
# Who meets it: whoever answers to an address of an old system, in which people have their names with a space; the answer cannot be delivered.
#
# Right: RFC 5322, 3.4.1: local-part = dot-atom / quoted-string; the quotation marks belong to the address where it is written (RFC 5321, 4.1.2).
set -euo pipefail
echo "version emailjs-addressparser 2.0.3 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts emailjs-addressparser@2.0.3
NODE_PATH="$folder/node_modules" node - <<'JS'
const parse = require("emailjs-addressparser").default;
const seen = ['Ana Lima <"ana lima"@example.net>', '"ana lima"@example.net'].map((field) => parse(field)[0].address);
console.log('expected: "ana lima"@example.net, twice (RFC 5322, 3.4.1)');
console.log(`seen: ${seen.join(", ")}`);
if (seen[0] !== '"ana lima"@example.net' || seen[1] !== "ana lima @example.net") {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS

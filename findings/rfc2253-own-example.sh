#!/usr/bin/env bash
# What surprises: the surname in the standard's own example, Lučić, is read as Ä and control characters; the unit R+D is "R" and a
# carriage return; and a name with a space before it loses its first letter.
#
# Input: distinguished names with escapes: SN=Lu\C4\8Di\C4\87, OU=R\+D and CN=\ Bo.
#
# Software: rfc2253 0.2.0 (npm).
#
# Who meets it: whoever takes recipients from a directory or from certificates.
#
# Right: RFC 2253, 2.4 and 5: an escape is a backslash and two hexadecimal digits, each an octet of UTF-8 (the example is its last one),
# or a backslash and one of the special signs, of which + is one; a space in front is escaped too. RFC 4514 has kept it.
set -euo pipefail
echo "version rfc2253 0.2.0 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts rfc2253@0.2.0
NODE_PATH="$folder/node_modules" node - <<'JS'
const { parse } = require("rfc2253");
const read = (name) => parse(name).get(name.split("=")[0]);
const seen = [read("SN=Lu\\C4\\8Di\\C4\\87"), read("OU=R\\+D"), read("CN=\\ Bo")];
console.log(`expected: ${JSON.stringify(["Lučić", "R+D", " Bo"])} (RFC 2253, 2.4)`);
console.log(`seen: ${JSON.stringify(seen)}`);
if (JSON.stringify(seen) !== JSON.stringify(["Lu\u00c4\u008di\u00c4\u0087", "R\r", "\u000bo"])) {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS

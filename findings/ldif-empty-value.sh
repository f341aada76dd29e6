#!/usr/bin/env bash
# What surprises: an entry with an empty value is read, and cannot be turned into an object: "Cannot read properties of null". A folded
# comment refuses the whole file.
#
# Input: an entry whose `title` is empty, and one behind a comment of two lines.
#
# Software: ldif 0.5.1 (npm).
#
# Who meets it: whoever brings an address book or a directory into a list: one person without a title, and nobody is read.
#
# Right: RFC 2849: the value behind the colon may be empty (value-spec, `0*1(SAFE-STRING)`); its note 2: "Any non-empty line, including
# comment lines, in an LDIF file MAY be folded".
set -euo pipefail
echo "version ldif 0.5.1 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts ldif@0.5.1
NODE_PATH="$folder/node_modules" node - <<'JS'
const { parse } = require("ldif");
const { version } = require("ldif/package.json");
const entry = ["dn: cn=Ana Lima", "cn: Ana Lima", "mail: ana@example.net"];
const read = (...lines) => {
  try {
    return parse(`${lines.join("\n")}\n`).entries.map((found) => found.toObject().attributes.mail).join();
  } catch (error) {
    return error.name;
  }
};
const seen = [read(...entry), read(...entry, "title:"), read("# exported from the address book of the", "  River Trust", ...entry)];
console.log(`ldif ${version}`);
console.log("expected: ana@example.net, ana@example.net, ana@example.net (RFC 2849)");
console.log(`seen: ${seen.join(", ")}`);
if (seen.join() !== "ana@example.net,TypeError,SyntaxError") {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS

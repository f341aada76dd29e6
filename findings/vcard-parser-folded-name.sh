#!/usr/bin/env bash
# What surprises: two words of a name run together where the line was folded: "Ana Maria" and "Lima e Silva" become "Ana MariaLima e Silva".
#
# Input: a vCard whose FN is folded before a space, so that the next line begins with the fold's space and the name's own.
#
# Software: vcard-parser 1.0.0 (npm).
#
# Who meets it: whoever takes recipients from vCards: people and offices with long names, since only long lines are folded.
#
# Right: RFC 2426, section 2.6, and RFC 6350, section 3.2: unfolding removes the line break and *one* white space character behind it.
set -euo pipefail
echo "version vcard-parser 1.0.0 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts vcard-parser@1.0.0
NODE_PATH="$folder/node_modules" node - <<'JS'
const { parse } = require("vcard-parser");
const { version } = require("vcard-parser/package.json");
const card = ["BEGIN:VCARD", "VERSION:3.0", "N:Lima e Silva;Ana Maria;;;", "FN:Ana Maria", "  Lima e Silva", "EMAIL:ana@example.net", "END:VCARD", ""].join("\r\n");
const [{ value: seen }] = parse(card).fn;
console.log(`vcard-parser ${version}`);
console.log("expected: Ana Maria Lima e Silva (RFC 6350, section 3.2)");
console.log(`seen: ${seen}`);
if (seen !== "Ana MariaLima e Silva") {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS

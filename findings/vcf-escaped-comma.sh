#!/usr/bin/env bash
# What surprises: a comma in a name comes back with its backslash: "Ana Lima\, MEP". A line break in a note comes back as the letters \n.
#
# Input: a vCard 3.0 with FN:Ana Lima\, MEP, the form that the standard wants for a name with a comma.
#
# Software: vcf 2.1.2 (npm).
#
# Who meets it: whoever takes recipients from vCards: the letter is to "Ana Lima\, MEP".
#
# Right: RFC 2426, section 4 (text-value: ESCAPED-CHAR), and RFC 6350, section 3.4: a comma in a text value is escaped with a backslash, and
# "\n" stands for a line break; a reader undoes both.
set -euo pipefail
echo "version vcf 2.1.2 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts vcf@2.1.2
NODE_PATH="$folder/node_modules" node - <<'JS'
const vCard = require("vcf");
const { version } = require("vcf/package.json");
const [card] = vCard.parse(
  ["BEGIN:VCARD", "VERSION:3.0", "N:Lima\\, e Silva;Ana;;;", "FN:Ana Lima\\, MEP", "EMAIL:ana@example.net", "END:VCARD", ""].join("\r\n"));
const seen = card.get("fn").valueOf();
console.log(`vcf ${version}`);
console.log("expected: Ana Lima, MEP (RFC 6350, section 3.4)");
console.log(`seen: ${seen}`);
if (seen !== "Ana Lima\\, MEP") {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS

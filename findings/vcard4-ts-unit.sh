#!/usr/bin/env bash
# What surprises: an organisation and its unit are one name with a semicolon in it, "Velma Delta Alliance;Press"; where the organisation
# is empty, its name is ";Press". Parts of a name and of an address are told apart.
#
# Input: ORG:Velma Delta Alliance;Press, and N and ADR in the same card.
#
# Software: vcard4-ts 0.4.1 (npm), "a vCard v4 parser with type safety first". The value is typed as a list, and has one member.
#
# Who meets it: whoever takes the press from address books: "To Velma Delta Alliance;Press", and no organisation is found twice.
#
# Right: RFC 6350, 6.6.4: ORG is a structured text value, components separated by semicolons: the name of the organisation, then its
# units. Its example is ORG:ABC\, Inc.;North American Division;Marketing.
set -euo pipefail
echo "version vcard4-ts 0.4.1 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts vcard4-ts@0.4.1
NODE_PATH="$folder/node_modules" node - <<'JS'
const { parseVCards } = require("vcard4-ts");
const read = (org) =>
  parseVCards(["BEGIN:VCARD", "VERSION:4.0", "FN:Ana Lima", "N:Lima;Ana;;;", `ORG:${org}`, "END:VCARD", ""].join("\r\n")).vCards[0];
const card = read("Velma Delta Alliance;Press");
const seen = [card.ORG[0].value, read(";Press").ORG[0].value, read("ABC\\, Inc.;North American Division;Marketing").ORG[0].value];
console.log(`the name beside it: ${card.N.value.familyNames} and ${card.N.value.givenNames}`);
console.log('expected: [["Velma Delta Alliance","Press"],["","Press"],["ABC, Inc.","North American Division","Marketing"]] (RFC 6350, 6.6.4)');
console.log(`seen: ${JSON.stringify(seen)}`);
if (JSON.stringify(seen) !== '[["Velma Delta Alliance;Press"],[";Press"],["ABC, Inc.;North American Division;Marketing"]]') {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS

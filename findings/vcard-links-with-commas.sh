#!/usr/bin/env bash
# What surprises: the address of a page that has a comma in it is written with a backslash: https://velma.example/a,b is "a\,b", which opens
# another page or none. In a vCard 4.0 of vcards-js the portrait, too: data:image/png;base64\,… is no picture.
#
# Input: a contact with a page https://velma.example/delta,velma and an embedded portrait.
#
# Software: vcards-js 2.11.1 and vcard-generator 0.0.7 (npm).
#
# Who meets it: whoever hands out a contact for the press with a letter.
#
# Right: RFC 6350, 6.7.8: the value of URL is one URI; 3.4 lets commas be escaped in text and in lists; 4.2: a URI is as RFC 3986 has it,
# and there no backslash may stand. 6.2.4 has PHOTO:data:image/jpeg;base64,MIIC…
set -euo pipefail
echo "version vcards-js 2.11.1 and vcard-generator 0.0.7 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts vcards-js@2.11.1 vcard-generator@0.0.7
NODE_PATH="$folder/node_modules" node - <<'JS'
const page = "https://velma.example/delta,velma";
const contact = require("vcards-js")();
Object.assign(contact, { version: "4.0", firstName: "Ana", lastName: "Lima", url: page });
contact.photo.embedFromString("iVBORw0KGgo=", "image/png");
const other = require("vcard-generator").generate({ name: { familyName: "Lima", givenName: "Ana" }, urls: [{ uri: page }], url: [{ uri: page }] });
const lines = (card) => card.replace(/\r?\n /g, "").split(/\r?\n/);
const value = (card, name) => (lines(card).find((line) => line.startsWith(name)) ?? "").replace(/^[A-Z]+[^:]*:/, "");
const seen = [value(contact.getFormattedString(), "URL"), value(contact.getFormattedString(), "PHOTO"), value(other, "URL")];
console.log(`expected: ${page}, data:image/png;base64,iVBORw0KGgo=, ${page} (RFC 6350, 4.2)`);
console.log(`seen: ${seen.join(", ")}`);
const wrong = "https://velma.example/delta\\,velma";
if (seen.join(" ") !== `${wrong} data:image/png;base64\\,iVBORw0KGgo= ${wrong}`) {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS

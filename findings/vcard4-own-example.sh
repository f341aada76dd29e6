#!/usr/bin/env bash
# What surprises: the example that the standard gives for an organisation, ORG;SORT-AS="ABC":ABC\, Inc., is refused with the whole card,
# as an "unknown parameter"; so is the sorted name of a person.
#
# Input: four cards, which differ in one line: two with the parameter, after the examples of RFC 6350, one without it, and one with an X-
# of our own.
#
# Software: vcard4 4.0.5 (npm), whose page says that it "fully implements RFC 6350".
#
# Who meets it: whoever takes recipients from address books: SORT-AS stands on just those names that do not sort by their first word, van
# der Harten or The Alliance, and a card with one gives no address at all.
#
# Right: RFC 6350, 5.9 (SORT-AS is for the properties N and ORG), 6.2.2 and 6.6.4 (both list it among their parameters).
set -euo pipefail
echo "version vcard4 4.0.5 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts vcard4@4.0.5
NODE_PATH="$folder/node_modules" node - <<'JS'
const { parse } = require("vcard4");
const card = (line) => ["BEGIN:VCARD", "VERSION:4.0", "FN:Rene van der Harten", line, "EMAIL:rene@example.net", "END:VCARD", ""].join("\r\n");
const lines = ['ORG;SORT-AS="ABC":ABC\\, Inc.', 'N;SORT-AS="Harten,Rene":van der Harten;Rene;J.;Sir;R.D.O.N.', "ORG:ABC\\, Inc.", "X-ROOM:2"];
const seen = lines.map((line) => {
  try {
    parse(card(line));
    return "read";
  } catch (error) {
    return error.message;
  }
});
lines.forEach((line, at) => console.log(`${line}: expected read; seen ${seen[at]} (RFC 6350, 5.9)`));
const refused = (property) => `vCard has unknown parameter: SORT-AS, on ${property} property`;
if (seen.join() !== [refused("ORG"), refused("N"), "read", "read"].join()) {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS

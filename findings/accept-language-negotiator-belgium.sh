#!/usr/bin/env bash
# What surprises: who wants French of Belgium, and else Dutch, gets Dutch from a site that has French: a wish of lower weight is looked
# for before the wish of the highest weight has been shortened. With French of Belgium alone it is French. A wish of weight 0, "not
# acceptable", is granted.
#
# Input: Accept-Language: fr-BE, nl;q=0.8 for a page in English, French and Dutch, and nl;q=0 for one in Dutch.
#
# Software: accept-language-negotiator 1.2.1 (npm), whose page says "RFC4647 compliant" and quotes the rule.
#
# Who meets it: whoever shows a public letter in the reader's language: half of Belgium reads it in the language of the other half.
#
# Right: RFC 4647, 3.4: "each language range in the language priority list is considered in turn", and is "progressively truncated from
# the end until a matching language tag is located". RFC 9110, 12.4.2: a weight of 0 means "not acceptable".
set -euo pipefail
echo "version accept-language-negotiator 1.2.1 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts accept-language-negotiator@1.2.1
NODE_PATH="$folder/node_modules" node - <<'JS'
const { lookup } = require("accept-language-negotiator");
const seen = [
  lookup("fr-BE, nl;q=0.8", ["en", "fr", "nl"], "en"),
  lookup("fr-BE", ["en", "fr", "nl"], "en"),
  lookup("nl;q=0", ["en", "nl"], "en"),
];
console.log("expected: fr, fr, en (RFC 4647, 3.4; RFC 9110, 12.4.2)");
console.log(`seen: ${seen.join(", ")}`);
if (seen.join() !== "nl,fr,nl") {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS

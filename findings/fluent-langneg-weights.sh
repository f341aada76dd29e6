#!/usr/bin/env bash
# What surprises: the weights in Accept-Language are cut off: who asks for French, and for Dutch where there is no French, gets Dutch when the
# browser names it first; English, which was ruled out with q=0, is asked for.
#
# Input: nl;q=0.5, fr-BE and en;q=0, fr.
#
# Software: @fluent/langneg 0.7.0 (npm), Mozilla's negotiation of languages; acceptedLanguages makes the list that its other function takes.
#
# Who meets it: whoever shows a public letter in the languages of its readers.
#
# Right: RFC 9110, 12.4.2: a qvalue is the relative weight of a preference, and 0 means "not acceptable"; 12.5.4: Accept-Language has them.
set -euo pipefail
echo "version @fluent/langneg 0.7.0 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts @fluent/langneg@0.7.0
cat >"$folder/read.mjs" <<'JS'
import { acceptedLanguages, negotiateLanguages } from "@fluent/langneg";
const pick = (header) => negotiateLanguages(acceptedLanguages(header), ["nl", "fr", "en"], { strategy: "lookup", defaultLocale: "en" })[0];
const seen = [pick("nl;q=0.5, fr-BE"), pick("en;q=0, fr")];
console.log("expected: fr and fr (RFC 9110, 12.4.2 and 12.5.4)");
console.log(`seen: ${seen.join(" and ")}`);
if (seen.join() !== "nl,en") {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS
node "$folder/read.mjs"

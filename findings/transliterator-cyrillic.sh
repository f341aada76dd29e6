#!/usr/bin/env bash
# What surprises: a name in Cyrillic letters becomes nothing: Щербак is "", Юлия Щеглова a space. Ştefan with a cedilla is Stefan, Ștefan with a
# comma below, as Romanian has it, "tefan".
#
# Input: names in Russian, Ukrainian and Romanian.
#
# Software: transliterator 0.1.0 (npm): "transforms strings that contain cyrillic characters into ascii compliant text".
#
# Who meets it: whoever makes ids or names of files of a list of recipients: all with Cyrillic names have the same one.
#
# Right: its own page; Unicode CLDR, the letters of Romanian (ș, U+0219).
set -euo pipefail
echo "version transliterator 0.1.0 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts transliterator@0.1.0
NODE_PATH="$folder/node_modules" node - <<'JS'
const transliterate = require("transliterator");
const seen = ["źebŕa", "Щербак", "Юлия Щеглова", "Сергій", "Ştefan", "Ștefan"].map((name) => transliterate(name));
console.log("expected: zebra, and a name for each of the others, Stefan for both of the last");
console.log(`seen: ${JSON.stringify(seen)}`);
if (JSON.stringify(seen) !== '["zebra",""," ","","Stefan","tefan"]') {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS

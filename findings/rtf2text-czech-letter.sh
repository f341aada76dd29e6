#!/usr/bin/env bash
# What surprises: a letter with a font for Central European cannot be read at all, "Encoding not recognized: CP238"; and where a letter is
# written by its number, the sign for old readers stays behind it: "Jiř?í?".
#
# Input: two short .rtf documents, as Word writes them for Czech: one has \fcharset238 in its table of fonts, one has \u345? for ř.
#
# Software: rtf2text 1.0.1 (npm).
#
# Who meets it: whoever reads answers from Prague, Warsaw or Budapest that came as .rtf.
#
# Right: the specification of Rich Text Format, 1.9.1: \fcharset238 is Eastern European (code page 1250), the number being that of a
# character set of Windows and no code page; and a reader that knows \u skips as many signs behind it as \uc says, one where nothing is
# said.
set -euo pipefail
echo "version rtf2text 1.0.1 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts rtf2text@1.0.1
NODE_PATH="$folder/node_modules" node - <<'JS'
const rtf2text = require("rtf2text");
const read = (body) => new Promise((resolve) => {
  try {
    rtf2text.string(body, (error, text) => resolve(error ? error.message : text.trim()));
  } catch (error) {
    resolve(error.message);
  }
});
(async () => {
  const seen = [
    await read("{\\rtf1\\ansi\\ansicpg1250{\\fonttbl{\\f0\\fcharset238 Arial;}}\\f0 V\\'e1\\'9een\\'e1}"),
    await read("{\\rtf1\\ansi Ji\\u345?\\u237?}"),
  ];
  console.log("expected: Vážená, Jiří (RTF 1.9.1)");
  console.log(`seen: ${seen.join(", ")}`);
  if (!seen[0].startsWith("Encoding not recognized: 'CP238'") || seen[1] !== "Jiř?í?") {
    console.log("it is not there any more");
    process.exitCode = 1;
  }
})();
JS

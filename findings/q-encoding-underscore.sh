#!/usr/bin/env bash
# What surprises: an underscore is written as an underscore, which is the sign for a space: "velma_delta" comes back as "velma delta",
# from its own decoder too.
#
# Input: a subject and the name of a file with underscores.
#
# Software: q-encoding 1.0.0 (npm), an implementation of the Q encoding.
#
# Who meets it: whoever writes subjects, names and file names into mails: the reference VD_2026_11 that an answer should repeat is another
# one.
#
# Right: RFC 2047, 4.2 (2) and (3): the underscore stands for a space, and so "=", "?" and "_" themselves are written as =3D, =3F and =5F.
set -euo pipefail
echo "version q-encoding 1.0.0 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts q-encoding@1.0.0
NODE_PATH="$folder/node_modules" node - <<'JS'
const { encode, decode } = require("q-encoding");
const names = ["velma_delta", "why?"];
const seen = names.map((name) => encode(name));
console.log("expected: velma=5Fdelta, why=3F (RFC 2047, 4.2)");
console.log(`seen: ${seen.join(", ")}; read again: ${seen.map(decode).join(", ")}`);
if (seen.join() !== "velma_delta,why=3F" || decode(seen[0]) !== "velma delta") {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS

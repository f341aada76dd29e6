#!/usr/bin/env bash
# What surprises: a record with `exp=` behind `all`, as the standard writes it, is said to have a mechanism that will be ignored; one with
# `a/24//64` or with a term that is not known has an error.
#
# Input: three valid records of a sender's domain.
#
# Software: spf-parse 1.0.4 (npm).
#
# Who meets it: whoever looks at a domain before sending from it, and is told to change what is right.
#
# Right: RFC 7208: 6 (modifiers, as exp and those not known, are no mechanisms, and stand anywhere), 6.2 (exp), 5.6 and 12 (a/24//64).
set -euo pipefail
echo "version spf-parse 1.0.4 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts spf-parse@1.0.4
NODE_PATH="$folder/node_modules" node - <<'JS'
const parse = require("spf-parse");
const { version } = require("spf-parse/package.json");
const records = ["v=spf1 mx -all exp=explain._spf.example.org", "v=spf1 a/24//64 -all", "v=spf1 mx moo=example.org -all"];
const seen = records.map((record) => (parse(record).messages ?? []).map(({ type }) => type).join() || "nothing");
console.log(`spf-parse ${version}`);
records.forEach((record, at) => console.log(`${record}: expected nothing; seen ${seen[at]} (RFC 7208, 6 and 12)`));
if (seen.join() !== "warning,error,error") {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS

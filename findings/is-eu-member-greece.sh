#!/usr/bin/env bash
# What surprises: Greece is no member of the European Union under its code GR, and one under EL. All other members are found under the
# codes of ISO 3166-1.
#
# Input: the codes of the 27 members.
#
# Software: is-eu-member 1.0.6 (npm): "Give me an ISO 3166-1 alpha-2 country code and I'll tell you if it's a member".
#
# Who meets it: whoever picks the offices of the Union's members from a list of recipients: Athens is not among them.
#
# Right: ISO 3166-1: Greece is GR; EL is no code of that standard, but one that the Union's institutions use in its place.
set -euo pipefail
echo "version is-eu-member 1.0.6 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts is-eu-member@1.0.6
NODE_PATH="$folder/node_modules" node - <<'JS'
const { isEuMember } = require("is-eu-member");
const members = "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE".split(" ");
const missing = members.filter((code) => !isEuMember(code)).join();
console.log("expected: every member is one (ISO 3166-1)");
console.log(`seen: ${missing} is none; EL: ${isEuMember("EL")}`);
if (missing !== "GR" || isEuMember("EL") !== true) {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS

#!/usr/bin/env bash
# What surprises: in a Norwegian office's address the person stands between the street and its second line: "Velma AS, Storgata 1, Ana
# Lima, 2. etasje". A Hungarian office has the town above its street.
#
# Input: an organisation, a person, a street with a floor, a postcode and a town, as the format "business".
#
# Software: i18n-postal-address 1.0.0 (npm), which says that it is "aligned with UPU S42". Its format "personal" has both in their order.
#
# Who meets it: whoever prints addresses on letters to offices.
#
# Right: Posten Norge, on addressing: the recipient, then the street address, then postcode and town. Magyar Posta, on addressing: the
# name, the town, the street, the postcode, each on a line of its own, in this order.
set -euo pipefail
echo "version i18n-postal-address 1.0.0 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts i18n-postal-address@1.0.0
cat >"$folder/read.mjs" <<'JS'
import PostalAddress, { addressFormats } from "i18n-postal-address";
const write = (country, city, code, floor) =>
  new PostalAddress({ formats: addressFormats, defaultFormat: "US" })
    .setCompanyName("Velma").setGivenName("Ana").setFamilyName("Lima")
    .setAddress1("Storgata 1").setAddress2(floor).setPostalCode(code).setCity(city)
    .setFormat({ country, type: "business" })
    .toArray().map((line) => line.join(" ")).join(", ");
const seen = [write("NO", "Oslo", "0155", "2. etasje"), write("HU", "Budapest", "1055", "")];
console.log("expected: Velma, Ana Lima, Storgata 1, 2. etasje, 0155 Oslo (Posten Norge)");
console.log(`seen: ${seen[0]}`);
console.log("expected: Lima Ana, Velma, Budapest, Storgata 1, 1055 (Magyar Posta)");
console.log(`seen: ${seen[1]}`);
if (!seen[0].includes("Storgata 1, Ana Lima, 2. etasje") || !seen[1].includes("1055 BUDAPEST, Storgata 1")) {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS
node "$folder/read.mjs"

#!/usr/bin/env bash
# What surprises: a mail with an attachment whose name is in any charset but UTF-8 is refused as a whole: "URI malformed".
#
# Input: a mail with `filename*=iso-8859-2''z%E1pis.pdf`, a Czech name as RFC 2231 has it. The charset is named in the parameter itself.
#
# Software: eml-parse-js 1.1.15 (npm).
#
# Who meets it: readers of answers with attachments from mail programs that still write the charset of their country.
#
# Right: RFC 2231, section 4: the octets behind the percent signs are in the charset that stands before the first quote mark, any
# charset that is registered.
set -euo pipefail
echo "version eml-parse-js 1.1.15 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts eml-parse-js@1.1.15
NODE_PATH="$folder/node_modules" node - <<'JS'
const { readEml } = require("eml-parse-js");
const { version } = JSON.parse(require("fs").readFileSync(process.env.NODE_PATH + "/eml-parse-js/package.json"));
const name = (parameter) => {
  const mail = [
    "From: jana@example.net", "To: letters@example.org", "Subject: Minutes", "MIME-Version: 1.0",
    "Content-Type: multipart/mixed; boundary=b", "", "--b", "Content-Type: text/plain; charset=us-ascii", "", "Yes.", "--b",
    "Content-Type: application/pdf", `Content-Disposition: attachment; ${parameter}`, "Content-Transfer-Encoding: base64", "",
    "JVBERg==", "--b--", "",
  ].join("\r\n");
  let seen;
  readEml(mail, (error, read) => { seen = error ? String(error) : read.attachments[0].name; });
  return seen;
};
const utf8 = name("filename*=utf-8''z%C3%A1pis.pdf");
const latin2 = name("filename*=iso-8859-2''z%E1pis.pdf");
console.log(`eml-parse-js ${version}`);
console.log("expected: zápis.pdf, both times (RFC 2231, section 4)");
console.log(`seen: ${utf8} from utf-8, ${latin2} from iso-8859-2`);
if (!(utf8 === "zápis.pdf" && latin2.includes("URI malformed"))) {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS

#!/usr/bin/env bash
# What surprises: one record that gives a reason why the policy was not applied, and the whole report cannot be read: "received array".
#
# Input: a report in the form of the standard, without a reason and with one: a letter came through a mailing list.
#
# Software: dmarc-report-parser 0.1.5 (npm).
#
# Who meets it: whoever reads what other mail systems say of their letters: the report of one who forwarded a letter hides those about all
# others.
#
# Right: RFC 7489, appendix C: policy_evaluated has any number of "reason" (minOccurs="0" maxOccurs="unbounded").
set -euo pipefail
echo "version dmarc-report-parser 0.1.5 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts dmarc-report-parser@0.1.5
NODE_PATH="$folder/node_modules" node - <<'JS'
const { parseDmarcReportsFromXml } = require("dmarc-report-parser");
const report = (reasons) => `<?xml version="1.0"?>
<feedback><version>1.0</version>
<report_metadata><org_name>Velma Mail</org_name><email>reports@example.net</email><report_id>r1</report_id>
<date_range><begin>1793491200</begin><end>1793577599</end></date_range></report_metadata>
<policy_published><domain>example.org</domain><adkim>r</adkim><aspf>r</aspf><p>none</p><sp>none</sp><pct>100</pct><fo>1</fo></policy_published>
<record><row><source_ip>192.0.2.1</source_ip><count>3</count>
<policy_evaluated><disposition>none</disposition><dkim>pass</dkim><spf>fail</spf>${reasons}</policy_evaluated></row>
<identifiers><envelope_from>example.org</envelope_from><header_from>example.org</header_from></identifiers>
<auth_results><spf><domain>example.org</domain><scope>mfrom</scope><result>fail</result></spf></auth_results></record></feedback>`;
const read = async (reasons) => {
  try {
    const parsed = JSON.stringify(await parseDmarcReportsFromXml([report(reasons)]));
    return parsed.includes("192.0.2.1") ? "read" : "nothing";
  } catch (error) {
    return error.message.includes("received array") ? "refused: received array" : error.message;
  }
};
(async () => {
  const seen = [await read(""), await read("<reason><type>mailing_list</type></reason>")];
  console.log("expected: read without a reason, read with one (RFC 7489, appendix C)");
  console.log(`seen: ${seen[0]} without a reason, ${seen[1]} with one`);
  if (seen[0] !== "read" || seen[1] !== "refused: received array") {
    console.log("it is not there any more");
    process.exitCode = 1;
  }
})();
JS

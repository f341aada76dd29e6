#!/usr/bin/env bash
# What surprises: the report that a letter has arrived is a bounce, and so is the report that it is still being tried. Both are weighed by
# the shape of a report; what it says ("Action: delivered") changes nothing.
#
# Input: a report of success and one of delay, beside one of failure.
#
# Software: baunsu 0.2.3 (npm).
#
# Who meets it: whoever asks for reports of success, and strikes off the addresses that "bounced": those to whom the letter came.
#
# Right: RFC 3464, 2.3.3: delivered means success, delayed means that the mail system is still trying. Its own page: "bounced error mail
# [...] returned by a mailserver when it can't deliver the message".
set -euo pipefail
echo "version baunsu 0.2.3 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts baunsu@0.2.3
NODE_PATH="$folder/node_modules" node - <<'JS'
const Baunsu = require("baunsu");
const { version } = require("baunsu/package.json");
const report = (subject, action, status) => [
  "From: Mail Delivery System <MAILER-DAEMON@mx.example.net>",
  "To: letters@example.org",
  `Subject: ${subject}`,
  "Auto-Submitted: auto-replied",
  "MIME-Version: 1.0",
  'Content-Type: multipart/report; report-type=delivery-status; boundary="part"',
  "",
  "--part",
  "Content-Type: text/plain",
  "",
  "This is the mail system at mx.example.net.",
  "--part",
  "Content-Type: message/delivery-status",
  "",
  "Reporting-MTA: dns; mx.example.net",
  "",
  "Final-Recipient: rfc822; ana@example.net",
  `Action: ${action}`,
  `Status: ${status}`,
  "",
  "--part--",
  "",
].join("\r\n");
const seen = [
  report("Undelivered Mail Returned to Sender", "failed", "5.1.1"),
  report("Successful Mail Delivery Report", "delivered", "2.0.0"),
  report("Delayed Mail (still being retried)", "delayed", "4.4.1"),
].map((mail) => new Baunsu().detectSync(mail).bounced);
console.log(`baunsu ${version}`);
console.log("expected: true,false,false for failed, delivered, delayed (RFC 3464, 2.3.3)");
console.log(`seen: ${seen}`);
if (seen.join() !== "true,true,true") {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS

#!/usr/bin/env bash
# What surprises: a report that says an internationalised address has failed is taken for no report at all. Nobody is found in it.
#
# Input: two reports of RFC 6533, the form that reports have had for mail with SMTPUTF8 since 2012: one of type
# message/global-delivery-status with `Final-Recipient: utf-8; jiří@example.net`, one of the older type with the same address type.
# The same report with `rfc822; ana@example.net` is read.
#
# Software: flufl.bounce 6.0.0 (PyPI), which Mailman 3 reads its bounces with.
#
# Who meets it: whoever writes to addresses with letters outside ASCII. The dead address stays on the list, and every round bounces anew.
#
# Right: RFC 6533, section 3 (the address type `utf-8` may stand in Final-Recipient and Original-Recipient of either type of report) and
# section 4 (message/global-delivery-status has the same fields as message/delivery-status).
set -euo pipefail
echo "version flufl.bounce 6.0.0 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check flufl.bounce==6.0.0
"$folder/venv/bin/python" - <<'PY'
import sys
from email import message_from_bytes
from importlib.metadata import version
from flufl.bounce import all_failures


def failures(media_type, recipient):
    report = f"""From: MAILER-DAEMON@mx.example.net
To: letters@example.org
Subject: Undelivered mail
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=utf-8

Your letter could not be delivered.
--b
Content-Type: {media_type}

Reporting-MTA: dns; mx.example.net

Final-Recipient: {recipient}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such mailbox
--b--
"""
    _, permanent = all_failures(message_from_bytes(report.encode()))
    return sorted(address.decode() for address in permanent)


cases = {
    "rfc822 (what everybody reads)": ("message/delivery-status", "rfc822; ana@example.net"),
    "global-delivery-status": ("message/global-delivery-status", "utf-8; jiří@example.net"),
    "delivery-status with utf-8": ("message/delivery-status", "utf-8; ana@example.net"),
}
seen = {name: failures(*case) for name, case in cases.items()}
print("flufl.bounce", version("flufl.bounce"))
print("expected: one failed address in each report (RFC 6533, sections 3 and 4)")
for name, addresses in seen.items():
    print(f"seen: {name}: {addresses}")
still = seen["rfc822 (what everybody reads)"] == ["ana@example.net"] and not seen["global-delivery-status"] and not seen["delivery-status with utf-8"]
sys.exit("it is not there any more" if not still else 0)
PY

#!/usr/bin/env bash
# What surprises: of two signatures on a letter the first is reported, with the remark of the second: "s1: pass, body hash did not
# verify". The second one, which failed, is not there.
#
# Input: a report about a domain whose letters have two signatures; the second was broken on the way, and only it has a remark.
#
# Software: dmarcparser 0.1 (PyPI).
#
# Who meets it: whoever reads what other mail systems say of their letters. Mail services sign with their own domain beside the sender's,
# so two is common.
#
# Right: RFC 7489, appendix C: auth_results has any number of "dkim" (maxOccurs="unbounded"), each with its own domain, selector, result
# and human_result.
set -euo pipefail
echo "version dmarcparser 0.1 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check dmarcparser==0.1
cd "$folder" # it writes a log.txt where it runs
"$folder/venv/bin/python" - <<'PY'
import sys
import tempfile
from dmarcparser import dmarc_from_file

signature = "<dkim><domain>{}</domain><selector>{}</selector><result>{}</result>{}</dkim>"
first = signature.format("example.org", "s1", "pass", "")
second = signature.format("mailer.example", "s2", "fail", "<human_result>body hash did not verify</human_result>")
report = """<?xml version="1.0"?>
<feedback><version>1.0</version>
<report_metadata><org_name>Velma Mail</org_name><email>reports@example.net</email><report_id>r1</report_id>
<date_range><begin>1793491200</begin><end>1793577599</end></date_range></report_metadata>
<policy_published><domain>example.org</domain><adkim>r</adkim><aspf>r</aspf><p>none</p><sp>none</sp><pct>100</pct><fo>1</fo></policy_published>
<record><row><source_ip>192.0.2.1</source_ip><count>3</count>
<policy_evaluated><disposition>none</disposition><dkim>pass</dkim><spf>fail</spf>%s</policy_evaluated></row>
<identifiers><envelope_from>example.org</envelope_from><header_from>example.org</header_from></identifiers>
<auth_results>%s<spf><domain>example.org</domain><scope>mfrom</scope><result>fail</result></spf></auth_results></record></feedback>"""
with tempfile.NamedTemporaryFile("w", suffix=".xml") as file:
    file.write(report % ("", first + second))
    file.flush()
    ((read,),) = dmarc_from_file(file.name).values()
seen = list(read["report"]["records"][0]["auth_results"]["dkim"].values())
print("expected: example.org, s1, pass; mailer.example, s2, fail, body hash did not verify (RFC 7489, appendix C)")
print(f"seen: {', '.join(seen)}")
sys.exit(0 if seen == ["example.org", "s1", "pass", "body hash did not verify"] else "it is not there any more")
PY

#!/usr/bin/env python3
"""Letters that are signed go through the real Postfix of postfix.sh, and what lies in its Maildir is verified by dkimpy and by
OpenDKIM, byte for byte as it arrived. RESULTS.md has the last result.

    tests/servers/postfix.sh start DIR > ENV; set -a; . ENV; set +a
    tests/servers/dkim/run.py target/debug/undersigned [LETTERS]

It takes `pip install dkimpy pynacl`, and Debian's `opendkim` and `openssl`."""

import base64
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import dkim

SETTINGS = """id = "dkim-{kind}-{tag}"
name = "Keep the delta"
[sender]
from = "Secretariat <letters@coalition.example>"
[sender.dkim]
selector = "s1"
key = {{ file = "key.pem" }}
[letter]
date = 2027-03-22
[smtp]
url = "smtp+plain://{server}"
[pace]
connections = 4
"""
LETTER = """+++
subject = "An {{recipient.name}}: Flüsse, Seen und das Delta, über die wir schon im vergangenen Jahr geschrieben haben"
+++

Dear {{recipient.name}},

.a line that begins with a dot, and one with  two  spaces   

From the first word on: a line that mail programs quote.

{{> signatories}}
"""


def openssl(*arguments, **kwargs):
    return subprocess.run(["openssl", *arguments], check=True, capture_output=True, **kwargs).stdout


def make_key(kind, folder):
    """Makes a key, and gives the record that publishes its other half."""
    key = folder / "key.pem"
    if kind == "rsa":
        openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", key)
        public = openssl("pkey", "-in", key, "-pubout", "-outform", "DER")
    else:
        openssl("genpkey", "-algorithm", "ed25519", "-out", key)
        public = openssl("pkey", "-in", key, "-pubout", "-outform", "DER")[-32:]
    key.chmod(0o600)
    return f"v=DKIM1; k={kind}; p={base64.b64encode(public).decode()}"


def send(program, kind, letters, folder):
    tag = f"{os.getpid()}"
    (folder / "lists").mkdir()
    (folder / "templates").mkdir()
    rows = "".join(f"{kind}-{tag}-{n}@example.org,Åsa {n}\n" for n in range(letters))
    (folder / "lists/recipients.csv").write_text("email,name\n" + rows)
    (folder / "lists/signatories.csv").write_text("name\nDelta Watch\nÅlvfolket\n")
    (folder / "templates/letter.md").write_text(LETTER)
    settings = SETTINGS.format(kind=kind, tag=tag, server=os.environ["UNDERSIGNED_POSTFIX"])
    (folder / "campaign.toml").write_text(settings)
    run = subprocess.run([program, "-C", folder, "send", "--yes"], capture_output=True, text=True)
    assert f"{letters} accepted" in run.stdout, run
    return f"{kind}-{tag}-"


def arrived(prefix, letters):
    """The letters in the Maildir, without what the server wrote before them."""
    import time

    mails = pathlib.Path(os.environ["UNDERSIGNED_MAILDIR"])
    for _ in range(600):
        found = [path.read_bytes() for path in mails.glob("new/*")]
        found = [mail for mail in found if f"Delivered-To: {prefix}".encode() in mail]
        if len(found) == letters:
            return [mail.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") for mail in found]
        time.sleep(0.1)
    raise SystemExit(f"{len(found)} of {letters} letters arrived")


def by_opendkim(mails, record, folder):
    """How many OpenDKIM takes for good."""
    keys = folder / "keys"
    keys.write_text(f"s1._domainkey.coalition.example {record}\n")
    (folder / "opendkim.conf").write_text(f"Mode v\nTestDNSData file:{keys}\n")
    good = 0
    for number, mail in enumerate(mails):
        path = folder / f"mail-{number}"
        path.write_bytes(mail)
        run = subprocess.run(["opendkim", "-x", folder / "opendkim.conf", "-v", "-t", path], capture_output=True, text=True)
        good += bool(re.search(r"verification .* succeeded", run.stdout + run.stderr))
        if number == 0 and not good:
            print(run, file=sys.stderr)
    return good


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    letters = int(sys.argv[2]) if len(sys.argv) > 2 else 500
    broken = 0
    for kind in ["ed25519", "rsa"]:
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            record = make_key(kind, folder)
            mails = arrived(send(program, kind, letters, folder), letters)

            def names(name, timeout=5):
                return record.encode() if name == b"s1._domainkey.coalition.example." else None

            good = sum(dkim.verify(mail, dnsfunc=names) for mail in mails)
            spoiled = mails[0].replace(b"Dear", b"Deer", 1)
            assert not dkim.verify(spoiled, dnsfunc=names), "a changed letter must not pass"
            print(f"{kind}: dkimpy takes {good} of {letters}")
            broken += letters - good
            good = by_opendkim(mails, record, folder)
            print(f"{kind}: OpenDKIM takes {good} of {letters}")
            broken += letters - good
    sys.exit(broken > 0)


if __name__ == "__main__":
    main()

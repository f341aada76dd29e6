#!/usr/bin/env python3
"""Has `undersigned sync` read mailboxes on real IMAP servers, and says for each what must hold and whether it does.

    run.py [-s SUITE] [--many N] [--servers DIR] [--port N] [--out DIR] [--results FILE] PROGRAM [SERVER…]

PROGRAM is a build of `undersigned`, SERVER one of dovecot, cyrus, courier-imap; all where none is named. They are those
that ../real/prepare.sh unpacked (`prepare.sh -s bookworm DIR dovecot cyrus courier-imap`), in $UNDERSIGNED_SERVERS, or
else in ~/.cache/undersigned-servers. It needs root and openssl. Everything stays on loopback, at port 2890 (`--port`).
With `--many N`, N mails are read, and it is said how long that takes and how much memory.

Exit status: 0 all of it holds, 1 something does not, 2 usage or a server that cannot be run.
"""

import argparse
import asyncio
import email
import email.policy
import json
import mailbox
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

sys.dont_write_bytecode = True  # the clone stays clean
from boxes import BOXES, SECRET, USER

US = "letters@coalition.test"
SETTINGS = """id = "boxes"
name = "The river"
[sender]
from = "Letters <letters@coalition.test>"
reply_to = "letters+{{token}}@coalition.test"
[letter]
template = "letter.md"
date = 2026-11-30
language = "en"
[lists]
recipients = "recipients.csv"
signatories = "signatories.csv"
[smtp]
url = "smtp+plain://127.0.0.1:{smtp}"
[inbox]
url = "imaps://letters@localhost:{imap}"
password = {{ env = "INBOX_PASSWORD" }}
folders = {folders}
"""


class Sink:
    """Takes every letter, and keeps it."""

    def __init__(self):
        self.letters = {}
        self.loop = asyncio.new_event_loop()
        ready = threading.Event()

        async def serve(reader, writer):
            def say(line):
                writer.write(line + b"\r\n")
            say(b"220 sink")
            to = None
            while line := await reader.readline():
                verb = line[:4].upper()
                if verb == b"RCPT":
                    to = line.split(b"<")[1].split(b">")[0].decode()
                if verb == b"DATA":
                    say(b"354 go")
                    self.letters[to] = (await reader.readuntil(b"\r\n.\r\n"))[:-3]
                say(b"221 bye" if verb == b"QUIT" else b"250 ok")
                if verb == b"QUIT":
                    break
            writer.close()

        async def run():
            server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=2**24)
            self.port = server.sockets[0].getsockname()[1]
            ready.set()
            await server.serve_forever()

        threading.Thread(target=lambda: self.loop.run_until_complete(run()), daemon=True).start()
        ready.wait()


def make_tls(folder):
    """An authority of its own, and a certificate for localhost."""
    folder.mkdir(parents=True, exist_ok=True)
    run = lambda *words: subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)
    new = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    run("req", "-x509", *new, "-keyout", "authority.key", "-out", "authority.pem", "-days", "2", "-subj", "/CN=throw-away",
        "-addext", "basicConstraints=critical,CA:TRUE")
    run("req", *new, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=localhost")
    (folder / "names").write_text("subjectAltName=DNS:localhost\nextendedKeyUsage=serverAuth\n")
    run("x509", "-req", "-in", "server.csr", "-CA", "authority.pem", "-CAkey", "authority.key", "-CAcreateserial", "-out",
        "server.pem", "-days", "2", "-extfile", "names")


class Campaign:
    """A campaign whose letters were sent to a sink, and whose inbox is on the server."""

    def __init__(self, program, folder, imap, authority, recipients=20):
        self.program, self.folder, self.imap = program, folder, imap
        folder.mkdir(parents=True)
        self.sink = Sink()
        rows = "".join(f"office{n}@ministry.test,Office {n}\n" for n in range(recipients))
        (folder / "recipients.csv").write_text("email,name\n" + rows)
        (folder / "signatories.csv").write_text("name,consent\nThe River Office,yes\n")
        (folder / "letter.md").write_text("+++\nsubject = \"A letter to {{recipient.name}}\"\n+++\n\nDear {{recipient.name}},\n\nkeep the river.\n")
        self.environment = {**os.environ, "SSL_CERT_FILE": str(authority), "INBOX_PASSWORD": SECRET,
                            "XDG_STATE_HOME": str(folder.parent / "state")}
        self.settings(["INBOX"])
        sent = self.run("send", "--yes")
        if len(self.sink.letters) != recipients:
            raise RuntimeError(f"the letters were not sent: {sent.stderr}")

    def settings(self, folders):
        text = SETTINGS.format(smtp=self.sink.port, imap=self.imap, folders=json.dumps(folders))
        (self.folder / "campaign.toml").write_text(text)

    def run(self, *arguments, environment=None):
        return subprocess.run([self.program, *arguments], cwd=self.folder, text=True, capture_output=True,
                              env={**self.environment, **(environment or {})})

    def letter(self, n):
        return email.message_from_bytes(self.sink.letters[f"office{n}@ministry.test"], policy=email.policy.default)

    def answer(self, n, words=b"We agree.", subject=b"Re: A letter"):
        """What an office answers."""
        letter = self.letter(n)
        fields = [f"From: office{n}@ministry.test", f"To: {letter['Reply-To']}", f"In-Reply-To: {letter['Message-ID']}",
                  f"Message-ID: <answer{n}@ministry.test>", "Date: Mon, 30 Nov 2026 10:00:00 +0000"]
        return "\n".join(fields).encode() + b"\nSubject: " + subject + b"\n\n" + words + b"\n"


def other(n, words="Something else."):
    """A mail that is about no letter."""
    return (f"Received: by mx.coalition.test; Mon, 30 Nov 2026 09:00:00 +0000\nFrom: person{n}@elsewhere.test\nTo: {US}\n"
            f"Message-ID: <other{n}@elsewhere.test>\nDate: Mon, 30 Nov 2026 09:00:00 +0000\nSubject: Number {n}\n\n"
            f"{words}\n").encode()


class Judge:
    """What must hold, and whether it does."""

    def __init__(self):
        self.said = []

    def __call__(self, what, holds, ran=None):
        self.said.append((what, bool(holds)))
        if not holds:
            print(f"  does not hold: {what}", file=sys.stderr)
            if ran is not None:
                print(f"    exit {ran.returncode}\n    {ran.stdout.strip()}\n    {ran.stderr.strip()}", file=sys.stderr)


def judge(box, program, folder):
    """All that must hold with one server."""
    must = Judge()
    campaign = Campaign(program, folder / "campaign", box.port, box.authority)
    large = campaign.answer(3, b"x" * 70 + b"\n" + b"lorem ipsum\n" * 250_000)
    nul = campaign.answer(4, b"We\0agree.")
    eight_bit = campaign.answer(5, "Einverstanden, mit Grüßen".encode(), "Re: Für die Flüsse".encode())
    latin = campaign.answer(6, "D'accord, été".encode("latin-1"), "Re: Été".encode("latin-1"))
    quoted = campaign.answer(7, b"We agree.\n\nFrom what you write we learn.\n\n>From there, too.")
    kinds = [large, *([nul] if box.takes_nul else []), eight_bit, latin, quoted]
    inbox = [campaign.answer(1), campaign.answer(2), *kinds, *(other(n) for n in range(100))]
    box.put("INBOX", inbox)
    before = box.flags()
    ran = campaign.run("sync", "--json")
    effects = [told["effect"] for line in ran.stdout.splitlines() for told in json.loads(line)["deliveries"]]
    must("every mail is read, and what it says is heard", ran.returncode == 0 and effects == ["replied"] * (2 + len(kinds)), ran)
    must("nothing in the mailbox is changed", box.flags() == before)
    again = campaign.run("sync")
    must("a second run counts nothing", again.returncode == 0 and "0 new mails" in again.stderr, again)

    maildir = folder / "copy"
    mail = mailbox.Maildir(maildir, create=True)
    for number, one in enumerate(inbox):
        (maildir / "new" / f"{number:05}.copy").write_bytes(one)
    ran = campaign.run("sync", "--maildir", str(maildir))
    must("the same mails count once more in no Maildir", "0 new mails" in ran.stderr, ran)
    mbox = mailbox.mbox(folder / "copy.mbox")
    for one in inbox:
        mbox.add(one)
    mbox.flush()
    ran = campaign.run("sync", "--mbox", str(folder / "copy.mbox"))
    must("nor in an mbox", "0 new mails" in ran.stderr, ran)

    campaign.settings(["INBOX", "Junk", "Entwürfe"])
    box.put("junk", [campaign.answer(8)])
    box.put("decomposed", [campaign.answer(9)])
    ran = campaign.run("sync")
    must("the folder for junk is found, and a decomposed name", ran.returncode == 0 and "2 new mails" in ran.stderr, ran)
    campaign.settings(["INBOX", "Junc"])
    ran = campaign.run("sync")
    must("a wrong name tells those that are there", ran.returncode == 3 and "`INBOX`" in ran.stderr and box.junk in ran.stderr, ran)
    campaign.settings(["INBOX"])
    ran = campaign.run("sync", environment={"INBOX_PASSWORD": "wrong"})
    must("a refused login says what is offered", ran.returncode == 3 and "it offers `" in ran.stderr, ran)

    withheld(box, campaign, must)
    return must.said


def withheld(box, campaign, must):
    """One mail cannot be read by the server itself: its file is another's."""
    box.put("INBOX", [other(200), campaign.answer(10), other(201)])
    file = next(file for file in reversed(box.files()) if b"answer10@" in file.read_bytes())
    owner, mode = file.stat(), file.stat().st_mode & 0o777
    os.chown(file, 0, 0)
    file.chmod(0)
    ran = campaign.run("sync")
    held = ran.returncode == 1 and "cannot be fetched" in ran.stderr and "2 new mails" in ran.stderr
    must("a mail that the server cannot read is said, and hides no other", held, ran)
    print("  " + ran.stderr.strip().replace("\n", "\n  "))
    file = next(one for one in box.files() if one.stat().st_mode & 0o777 == 0)
    os.chown(file, owner.st_uid, owner.st_gid)
    file.chmod(mode)
    ran = campaign.run("sync", "--json")
    must("and is read once the server can", ran.returncode == 0 and '"replied"' in ran.stdout, ran)


def measure(box, program, folder, many):
    """How long reading many mails takes, the first time and again, and how much memory."""
    campaign = Campaign(program, folder / "many", box.port, box.authority)
    box.put("INBOX", [other(n, "Thank you for your letter of last week.\n" * 40) for n in range(1000, 1000 + many)])
    client = box.client()
    client.select("INBOX", readonly=True)
    client.logout()
    taken = []
    for _ in range(3):
        begin = time.monotonic()
        timed = subprocess.run(["/usr/bin/time", "-f", "%M %U", program, "sync", "-q"], cwd=campaign.folder, text=True,
                               capture_output=True, env=campaign.environment)
        last = timed.stderr.strip().splitlines()[-1].split()
        taken.append((time.monotonic() - begin, int(last[0]) / 1024, float(last[1])))
    return taken


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("-s", "--suite", default="bookworm")
    parser.add_argument("--servers", default=os.environ.get("UNDERSIGNED_SERVERS", "~/.cache/undersigned-servers"))
    parser.add_argument("--port", type=int, default=2890)
    parser.add_argument("--out")
    parser.add_argument("--results")
    parser.add_argument("--many", type=int, default=0)
    parser.add_argument("program")
    parser.add_argument("names", nargs="*")
    args = parser.parse_args()
    servers = Path(args.servers).expanduser()
    out = Path(args.out or servers / "results" / "mailboxes").resolve()
    shutil.rmtree(out, ignore_errors=True)
    make_tls(out / "tls")
    program = str(Path(args.program).resolve())
    table, times, all_hold = {}, [], True
    wanted = [box(servers, args.suite) for box in BOXES if not args.names or box.kind in args.names]
    for box in wanted:
        if not box.is_there():
            print(f"{box.root} is not there: ../real/prepare.sh unpacks it", file=sys.stderr)
            return 2
        print(box.kind, box.version())
        box.start(args.port, out / "tls", out / f"{box.kind}.log")
        try:
            for what, holds in judge(box, program, out / box.kind):
                table.setdefault(what, {})[box.kind] = holds
                all_hold &= holds
            if args.many:
                taken = measure(box, program, out / box.kind, args.many)
                times.append((box, taken))
                print("  " + "; ".join(f"{seconds:.1f} s, {memory:.0f} MB, {own:.1f} s of its own" for seconds, memory, own in taken))
        finally:
            box.stop()
    lines = ["| what must hold | " + " | ".join(f"{box.kind} {box.version()}" for box in wanted) + " |", "|---" * (len(wanted) + 1) + "|"]
    word = {True: "holds", False: "**does not**", None: "–"}
    lines += [f"| {what} | " + " | ".join(word[told.get(box.kind)] for box in wanted) + " |" for what, told in table.items()]
    if times:
        lines += ["", f"{args.many:,} mails of 2 KB: the first run, the second, the third.", "",
                  "| server | seconds | MB | seconds of its own |", "|---|---|---|---|"]
        lines += [f"| {box.kind} | " + " | ".join(", ".join(f"{one[at]:.1f}" for one in taken) for at in range(3)) + " |" for box, taken in times]
    print("\n".join(lines))
    if args.results:
        Path(args.results).write_text("\n".join(lines) + "\n")
    return 0 if all_hold else 1


if __name__ == "__main__":
    sys.exit(main())

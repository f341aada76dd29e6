#!/usr/bin/env python3
"""Signs in at a real provider (npm's oidc-provider), sends through Dovecot's submission service and reads Dovecot's IMAP, which ask the
provider about each token, and says for each thing that must hold whether it does. A headless Chromium gives the consent.

    run.py [--servers DIR] [--port N] [--out DIR] [--quick] [--measure LETTERS] [--results FILE] PROGRAM

PROGRAM is a build of `undersigned`. The provider is unpacked into DIR ($UNDERSIGNED_SERVERS, or else ~/.cache/undersigned-servers)
where it is not there yet. It needs root, npm, openssl, and of Debian `dovecot-imapd dovecot-submissiond chromium-driver`, and for the keyring `gnome-keyring dbus-daemon`. Everything
stays on loopback, at the ports from N (2790) on. `--quick` leaves out what waits for tokens to end. With `--measure LETTERS`, so many
letters are sent over ten lifetimes of a token, and with a password, in turn.

Exit status: 0 all of it holds, 1 something does not, 2 usage or a server that cannot be run.
"""

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import threading
import time
from importlib.machinery import SourceFileLoader
from pathlib import Path

sys.dont_write_bytecode = True  # the clone stays clean
MAILBOXES = Path(__file__).resolve().parent.parent / "mailboxes"
sys.path.append(str(MAILBOXES))
from browser import Browser
from servers import Dovecot, Keyring, Loop, Provider, Proxy, Sink

# It is called as this file is.
mailboxes = SourceFileLoader("mailboxes", str(MAILBOXES / "run.py")).load_module()
Judge, make_tls = mailboxes.Judge, mailboxes.make_tls

USER = "letters@coalition.test"
KEY = "a key of many words"
SETTINGS = """id = "{name}"
name = "The river"
[sender]
from = "Letters <letters@coalition.test>"
[letter]
template = "letter.md"
date = 2026-11-30
language = "en"
[lists]
recipients = "recipients.csv"
signatories = "signatories.csv"
[pace]
{pace}
[smtp]
url = "smtps://letters%40coalition.test@localhost:{smtp}"
{auth}
{inbox}
"""
INBOX = """[inbox]
url = "imaps://letters%40coalition.test@localhost:{imap}"
auth = "oauth"
"""


class Campaign:
    def __init__(self, program, folder, state, authority, recipients=12):
        self.program, self.folder, self.state, self.said = program, folder, state, []
        folder.mkdir(parents=True)
        rows = "".join(f"office{n}@{folder.name}.test,Office {n}\n" for n in range(recipients))
        (folder / "recipients.csv").write_text("email,name\n" + rows)
        (folder / "signatories.csv").write_text("name\nThe River Office\n")
        (folder / "letter.md").write_text('+++\nsubject = "A letter to {{recipient.name}}"\n+++\n\nDear {{recipient.name}},\n\nkeep the river.\n')
        # No keyring is asked: what lasts of a sign-in is in a file under KEY.
        self.environment = {**os.environ, "SSL_CERT_FILE": str(authority), "XDG_STATE_HOME": str(state), "SIGN_IN_KEY": KEY,
                            "SMTP_PASSWORD": "a-password", "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent"}

    def settings(self, smtp, auth, pace="per_second = 20", inbox=""):
        text = SETTINGS.format(name=self.folder.name, pace=pace, smtp=smtp, auth=auth, inbox=inbox)
        (self.folder / "campaign.toml").write_text(text)
        return self

    def start(self, *arguments, stdin=subprocess.DEVNULL):
        return subprocess.Popen([self.program, *arguments], cwd=self.folder, text=True, stdin=stdin,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.environment)

    def end(self, process, typed=None):
        stdout, stderr = process.communicate(typed, timeout=600)
        self.said += [stdout, stderr]
        return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)

    def run(self, *arguments, typed=None):
        process = self.start(*arguments, stdin=subprocess.DEVNULL if typed is None else subprocess.PIPE)
        return self.end(process, typed)

    def log_in(self, browser):
        """A person signs in, in a browser on this machine."""
        process = self.start("login", "--no-open", "-vv")
        browser.consent(process.stdout.readline().strip(), USER, "Done here.")
        return self.end(process)

    def log_in_by_device(self, browser):
        process = self.start("login", "--device", "-vv")
        page, code = process.stdout.readline().strip(), process.stdout.readline().strip()
        browser.consent(page, USER, "Sign-in Success", code)
        return self.end(process)

    def states(self):
        told = json.loads(self.run("log", "--format", "json").stdout)
        return [row["state"] for row in told]

    def offices(self):
        return sorted(f"office{n}@{self.folder.name}.test" for n in range(len((self.folder / "recipients.csv").read_text().splitlines()) - 1))


def took(sink, campaign):
    return sorted(to for to in sink.took if to.endswith(f"@{campaign.folder.name}.test"))


class Bed:
    """All the servers, and what a campaign there needs."""

    def __init__(self, args, out):
        self.program, self.out, self.made = str(Path(args.program).resolve()), out, []
        make_tls(out / "tls")
        self.tls, self.authority = out / "tls", out / "tls" / "authority.pem"
        self.loop = Loop()
        self.provider = Provider(Path(args.servers).expanduser(), self.tls, args.port, out / "provider.log")
        self.sink = Sink(self.loop)
        self.dovecot = Dovecot(out / "dovecot", self.tls, args.port + 3, self.provider.plain, self.sink.port)
        self.proxy = Proxy(self.loop, self.dovecot.submissions, 0.4)
        self.browser = Browser(args.port + 2)

    def campaign(self, name, recipients=12, state=None, client="undersigned", smtp=None, **more):
        campaign = Campaign(self.program, self.out / name, self.out / (state or f"{name}-state"), self.authority, recipients)
        self.made.append(campaign)
        auth = 'auth = "oauth"\n' + self.provider.settings(client)
        return campaign.settings(smtp or self.dovecot.submissions, auth, **more)

    def close(self):
        self.browser.close()
        self.dovecot.close()
        self.provider.close()


def sign_in(bed, must):
    """Both ways of giving consent, sending, reading, and going."""
    campaign = bed.campaign("once", inbox=INBOX.format(imap=bed.dovecot.imaps) + 'sent_folder = "Sent"\n')
    ran = campaign.log_in(bed.browser)
    must("a person gives consent in a browser", ran.returncode == 0 and "signed in as" in ran.stderr, ran)
    ran = campaign.run("send", "--yes", "-vv")
    must("each letter goes through Dovecot's submission, once", ran.returncode == 0 and took(bed.sink, campaign) == campaign.offices(), ran)
    filed = list((bed.dovecot.mail / USER / "Maildir" / ".Sent").glob("*/*office*")) or list((bed.dovecot.mail / USER / "Maildir" / ".Sent").glob("[cn]*/*"))
    must("a copy of each lies in the Sent folder on Dovecot", len(filed) == 12)
    ran = campaign.run("sync", "-vv")
    must("the inbox is read with the same consent", ran.returncode == 0, ran)
    counted = bed.provider.tell(anew=1)["counts"]
    must("no login was refused by Dovecot", "not let in" not in counted and counted.get("let in", 0) >= 3)
    ran = campaign.run("logout", "-vv")
    gone = bed.provider.tell(anew=1)["counts"]
    must("whoever signs out is forgotten, and the provider takes the consent back", ran.returncode == 0 and gone.get("grant revoked", 0) + gone.get("revoked", 0) > 0, ran)
    ran = campaign.run("send", "--yes")
    must("then nobody is signed in", ran.returncode == 2 and "nobody has signed in" in ran.stderr, ran)

    device = bed.campaign("device", recipients=3)
    ran = device.log_in_by_device(bed.browser)
    must("a person gives consent by a code on another device", ran.returncode == 0 and "signed in as" in ran.stderr, ran)
    ran = device.run("send", "--yes")
    must("and the letters go", ran.returncode == 0 and took(bed.sink, device) == device.offices(), ran)


def keyring(bed, must):
    """What lasts of a sign-in, and a password, are in the keyring of the person's desktop."""
    if not Keyring.is_there():
        print("  left out: gnome-keyring and dbus-daemon are not there")
        return
    ring = Keyring(bed.out / "desktop")
    try:
        campaign = bed.campaign("keyring", recipients=3)
        settings = campaign.folder / "campaign.toml"
        settings.write_text(settings.read_text().replace('key = { env = "SIGN_IN_KEY" }\n', ""))
        campaign.environment |= ring.environment
        ran = campaign.log_in(bed.browser)
        must("a sign-in is kept in the keyring", ran.returncode == 0 and "it is kept in the keyring" in ran.stderr, ran)
        ran = campaign.run("send", "--yes", "-vv")
        must("and renewed from there", ran.returncode == 0 and took(bed.sink, campaign) == campaign.offices(), ran)
        ran = campaign.run("logout")
        gone = campaign.run("send", "--yes")
        must("until it is forgotten", ran.returncode == 0 and gone.returncode == 2 and "nobody has signed in" in gone.stderr, gone)

        office = bed.campaign("password", recipients=3)
        office.settings(bed.dovecot.submissions, "password = { keyring = true }")
        office.environment |= ring.environment
        ran = office.run("login", typed="a-password\n")
        sent = office.run("send", "--yes")
        must("a password is kept in the keyring, and sends", ran.returncode == sent.returncode == 0 and took(bed.sink, office) == office.offices(), sent)
    finally:
        ring.close()


def long_tokens(bed, must):
    """2,000 characters do not fit into the line with AUTH."""
    bed.provider.tell(bits=12_000)
    campaign = bed.campaign("long", recipients=3, inbox=INBOX.format(imap=bed.dovecot.imaps))
    campaign.log_in(bed.browser)
    ran = campaign.run("send", "--yes", "-vv")
    token = max(bed.provider.tell()["tokens"], key=len)
    must("a token of 2,000 characters is taken by Dovecot's submission", ran.returncode == 0 and len(token) >= 2000 and took(bed.sink, campaign) == campaign.offices(), ran)
    ran = campaign.run("sync")
    must("and by its IMAP", ran.returncode == 0, ran)
    bed.provider.tell(bits=256)


def wrong_audience(bed, must):
    """The application is one whose tokens are for another server."""
    campaign = bed.campaign("calendar", recipients=3, client="calendar")
    campaign.log_in(bed.browser)
    ran = campaign.run("send", "--yes", "-vv")
    said = "refused the access token" in ran.stderr and "`undersigned login`" in ran.stderr
    must("a token for another audience stops the run with what to do", ran.returncode == 3 and said, ran)
    must("and marks nobody", set(campaign.states()) == {"planned"} and not took(bed.sink, campaign))


def lifetimes(bed, must):
    """Each letter takes a new connection; a token lasts for two or three of them."""
    bed.provider.tell(ttl=3)
    campaign = bed.campaign("lifetimes", recipients=14, smtp=bed.proxy.port, pace="per_second = 1")
    campaign.log_in(bed.browser)
    bed.provider.tell(anew=1)
    begin, opened = time.monotonic(), bed.proxy.opened
    ran = campaign.run("send", "--yes", "-vv")
    over = (time.monotonic() - begin) / 3
    counted = bed.provider.tell(anew=1)["counts"]
    print(f"  {over:.1f} lifetimes, {bed.proxy.opened - opened} connections, {counted}")
    must("a run of more than three lifetimes of a token reaches everybody once", ran.returncode == 0 and over > 3 and took(bed.sink, campaign) == campaign.offices(), ran)
    must("no login is refused, and none is shown", "not let in" not in counted and "refused" not in ran.stderr, ran)
    must("the refresh token that comes with each is kept", counted.get("given refresh_token", 0) > 3 and not any(what.startswith("refused") for what in counted))
    bed.provider.tell(ttl=3600)


def withdrawn(bed, must):
    """The person takes their consent back in the middle of a run."""
    bed.provider.tell(ttl=3)
    campaign = bed.campaign("withdrawn", recipients=8, smtp=bed.proxy.port, pace="per_second = 1")
    campaign.log_in(bed.browser)
    process = campaign.start("send", "--yes", "-vv")

    def withdraw():
        while len(took(bed.sink, campaign)) < 2 and process.poll() is None:
            time.sleep(0.05)
        bed.provider.tell(withdraw=1)

    watcher = threading.Thread(target=withdraw)
    watcher.start()
    ran = campaign.end(process)
    watcher.join()
    states = campaign.states()
    must("consent withdrawn in the middle stops the run with what to do", ran.returncode == 3 and "invalid_grant" in ran.stderr and "`undersigned login`" in ran.stderr, ran)
    must("and marks nobody", set(states) == {"accepted", "planned"} and states.count("accepted") == len(took(bed.sink, campaign)))
    bed.provider.tell(ttl=3600)
    campaign.log_in(bed.browser)
    ran = campaign.run("send", "--yes")
    must("after the next sign-in the run goes on, and reaches everybody once", ran.returncode == 0 and took(bed.sink, campaign) == campaign.offices(), ran)


def two_at_once(bed, must):
    """Two runs of one account on one machine: a refresh token that is shown twice would end the consent of both."""
    bed.provider.tell(ttl=3)
    both = [bed.campaign(name, recipients=8, state="both-state", smtp=bed.proxy.port, pace="per_second = 1") for name in ("one", "two")]
    both[0].log_in(bed.browser)
    bed.provider.tell(anew=1)
    running = [campaign.start("send", "--yes", "-vv") for campaign in both]
    ended = [campaign.end(process) for campaign, process in zip(both, running)]
    counted = bed.provider.tell(anew=1)["counts"]
    print(f"  {counted}")
    done = all(ran.returncode == 0 for ran in ended) and all(took(bed.sink, campaign) == campaign.offices() for campaign in both)
    must("two runs at once with one consent reach everybody once", done, next((ran for ran in ended if ran.returncode), ended[0]))
    must("no refresh token is shown twice", counted.get("given refresh_token", 0) >= 4 and not any(what.startswith("refused") for what in counted))
    bed.provider.tell(ttl=3600)


def secrets(bed, must):
    """Nothing that the provider gave is in what was said or written."""
    tokens = [*bed.provider.tell()["tokens"], KEY]
    said = "\n".join(text for campaign in bed.made for text in campaign.said)
    folders = {folder for campaign in bed.made for folder in (campaign.folder, campaign.state)}
    files = [file.read_bytes() for folder in folders for file in folder.rglob("*") if file.is_file()]
    shown = [token for token in tokens if token in said or any(token.encode() in file for file in files)]
    must(f"none of {len(tokens)} tokens and keys is in anything that was said or written", not shown and len(tokens) > 20)


def timed(campaign):
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    ran = campaign.run("send", "--yes")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.monotonic() - begin, cpu, ran


def measure(bed, must, letters):
    """Letters over ten lifetimes of a token, and with a password: the server hangs up after a fiftieth of them, with 421."""
    lifetime, seconds = 3, 33
    bed.provider.tell(ttl=lifetime)
    times = {"password": [], "oauth": []}
    for turn in range(3):
        for auth in times:
            sink = Sink(bed.loop, bed.tls, bed.provider.plain, max(letters // 50, 1))
            name = f"measure-{auth}-{turn}"
            campaign = bed.campaign(name, recipients=letters, smtp=sink.port, pace=f"per_second = {max(letters // seconds, 1)}")
            if auth == "password":
                campaign.settings(sink.port, 'password = { env = "SMTP_PASSWORD" }', pace=f"per_second = {max(letters // seconds, 1)}")
            else:
                campaign.log_in(bed.browser)
            bed.provider.tell(anew=1)
            took_seconds, cpu, ran = timed(campaign)
            renewed = bed.provider.tell(anew=1)["counts"].get("given refresh_token", 0)
            times[auth].append((took_seconds, cpu))
            print(f"  {auth}: {took_seconds:.2f} s, {cpu:.3f} s of CPU, {sink.logins} logins, {sink.refused} refused, {renewed} tokens renewed")
            right = ran.returncode == 0 and sorted(sink.took) == campaign.offices()
            # A token may end on the way on a machine that stands still for a second: it is renewed then, and nobody hears of it.
            must(f"{letters} letters over {took_seconds / lifetime:.0f} lifetimes of a token: no refused login is shown" if auth == "oauth"
                 else "the same with a password", right and "refused" not in ran.stderr and (auth == "password" or renewed >= 10), ran)
    bed.provider.tell(ttl=3600)
    medians = {auth: [statistics.median(one[at] for one in taken) for at in (0, 1)] for auth, taken in times.items()}
    (time_with, cpu_with), (time_without, cpu_without) = medians["oauth"], medians["password"]
    return (f"{letters:,} letters, median of 3 in turn: {time_without:.2f} s with a password, {time_with:.2f} s with tokens "
            f"({100 * (time_with / time_without - 1):+.1f} %); {cpu_without:.3f} s and {cpu_with:.3f} s of CPU, that is "
            f"{1000 * (cpu_with - cpu_without):.0f} ms more for the whole run.")


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--servers", default=os.environ.get("UNDERSIGNED_SERVERS", "~/.cache/undersigned-servers"))
    parser.add_argument("--port", type=int, default=2790)
    parser.add_argument("--out")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--measure", type=int, default=0)
    parser.add_argument("--results")
    parser.add_argument("program")
    args = parser.parse_args()
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    for tool in ("node", "npm", "openssl", "dovecot", "doveadm", "chromedriver"):
        if shutil.which(tool) is None:
            print(f"`{tool}` is missing", file=sys.stderr)
            return 2
    out = Path(args.out or Path(args.servers).expanduser() / "results" / "oauth").resolve()
    shutil.rmtree(out, ignore_errors=True)
    must, measured = Judge(), ""
    bed = Bed(args, out)
    try:
        print(f"oidc-provider, Dovecot {bed.dovecot.version()}")
        for part in [sign_in, keyring, long_tokens, wrong_audience] + ([] if args.quick else [lifetimes, withdrawn, two_at_once]):
            print(part.__name__)
            part(bed, must)
        if args.measure:
            print("measure")
            measured = measure(bed, must, args.measure)
        secrets(bed, must)
    finally:
        bed.close()
    word = {True: "holds", False: "**does not**"}
    lines = ["| what must hold | |", "|---|---|", *(f"| {what} | {word[holds]} |" for what, holds in must.said)]
    lines += ["", measured] if measured else []
    print("\n".join(lines))
    if args.results:
        Path(args.results).write_text("\n".join(lines) + "\n")
    return 0 if all(holds for _, holds in must.said) else 1


if __name__ == "__main__":
    sys.exit(main())

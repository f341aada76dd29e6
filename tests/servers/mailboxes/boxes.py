"""The servers that keep mailboxes: how each is set up in its folder, started, and given mail.

Each has one account, `letters`, with an inbox, a folder for junk, and a folder whose name has a decomposed letter.
"""

import imaplib
import os
import shutil
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "real"))
from daemon import PATH, Daemon

USER, SECRET = "letters", "correct horse"
# `Entwürfe`, with a u and two dots of its own, in modified UTF-7 (RFC 3501, 5.1.3).
DECOMPOSED = "Entwu&Awg-rfe"


class Box:
    """A server that lives in a Debian of its own."""

    kind = ""
    package = ""
    script = ""
    prefix = ""  # what stands before the names of folders
    junk = "Junk"  # what the folder for junk is called
    takes_nul = True

    def __init__(self, folder, suite):
        self.root = Path(folder) / f"{suite}-{self.kind}"

    def is_there(self):
        return self.root.is_dir()

    def version(self):
        line = self.inside("dpkg-query", "-W", "-f", "${Version}", self.package).decode()
        return line.split(":")[-1].split("-")[0].split("+")[0]

    def write(self, path, text, mode=0o644):
        path = self.root / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)

    def inside(self, *command, text=None):
        return subprocess.run(["chroot", self.root, *command], env={"PATH": PATH, "LC_ALL": "C.UTF-8"}, check=True,
                              input=text.encode() if text else None, stdin=None if text else subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE).stdout

    def clear(self, *places):
        for place in places:
            place = self.root / place
            for left in place.iterdir() if place.is_dir() else []:
                shutil.rmtree(left) if left.is_dir() and not left.is_symlink() else left.unlink()

    def account(self):
        """The account is one of the system's."""
        if subprocess.run(["chroot", self.root, "id", USER], capture_output=True, env={"PATH": PATH}).returncode:
            self.inside("useradd", "-m", "-d", f"/srv/{USER}", USER)
        self.inside("chpasswd", text=f"{USER}:{SECRET}\n")

    def start(self, port, tls, log):
        """Starts it anew, with empty folders. `tls` has the certificate and its key."""
        self.port, self.authority = port, tls / "authority.pem"
        pem = (tls / "server.pem").read_text()
        self.write("etc/server.pem", pem + (tls / "server.key").read_text())
        self.set_up()
        self.daemon = Daemon(self.script, log, self.root)
        try:
            self.wait()
            self.make_folders()
        except BaseException:
            self.daemon.stop()
            raise

    def wait(self, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                self.client().logout()
                return
            except (OSError, imaplib.IMAP4.error):
                time.sleep(0.2)
        raise RuntimeError(f"{self.kind} does not answer on port {self.port}")

    def stop(self):
        self.daemon.stop()

    def client(self):
        """Another program that reads the mailbox."""
        trust = ssl.create_default_context(cafile=self.authority)
        client = imaplib.IMAP4_SSL("localhost", self.port, ssl_context=trust, timeout=60)
        client.login(USER, SECRET)
        return client

    def flags(self):
        """What another client sees of the inbox, without opening it for writing."""
        client = self.client()
        client.select("INBOX", readonly=True)
        seen = client.fetch("1:*", "(FLAGS)")[1]
        client.logout()
        return seen

    def set_up(self):
        raise NotImplementedError

    def make_folders(self):
        client = self.client()
        for name in (self.junk, DECOMPOSED):
            client.create(f'"{self.prefix}{name}"')
        client.logout()

    def put(self, folder, mails):
        """Puts mails, as bytes, into `INBOX`, `junk` or `decomposed`."""
        raise NotImplementedError

    def file_of(self, uid):
        """The file of a mail in the inbox."""
        raise NotImplementedError


class WithMaildir(Box):
    """One whose folders are Maildirs: mail is put there as a delivery agent would."""

    number = 0
    names = {}  # the folders on the disk
    made = ["INBOX"]  # those that are made before the server runs

    def maildir(self, folder):
        return self.root / "srv" / USER / "Maildir" / self.names[folder]

    def put(self, folder, mails):
        maildir = self.maildir(folder)
        owner = (self.root / "srv" / USER).stat()
        for mail in mails:
            WithMaildir.number += 1
            file = maildir / "new" / f"{1700000000 + WithMaildir.number}.M{WithMaildir.number}.mx"
            file.write_bytes(mail)
            os.chown(file, owner.st_uid, owner.st_gid)

    def files(self):
        """The files of the inbox, in their order."""
        found = [file for part in ("cur", "new") for file in (self.maildir("INBOX") / part).iterdir()]
        return sorted(found, key=lambda file: file.name)

    def make_maildirs(self):
        owner = (self.root / "srv" / USER).stat()
        for folder in self.made:
            maildir = self.maildir(folder)
            for part in ("", "cur", "new", "tmp"):
                (maildir / part).mkdir(parents=True, exist_ok=True)
                os.chown(maildir / part, owner.st_uid, owner.st_gid)


class Dovecot(WithMaildir):
    kind, package = "dovecot", "dovecot-core"
    script = "exec dovecot -F -c /etc/dovecot/throw-away.conf"
    junk = "Spam"
    names = {"INBOX": "", "junk": ".Spam", "decomposed": f".{DECOMPOSED}"}
    made = list(names)

    def set_up(self):
        self.account()
        self.clear(f"srv/{USER}")
        self.make_maildirs()
        self.write("etc/dovecot/throw-away.users", f"{USER}:{{PLAIN}}{SECRET}\n")
        self.write("etc/dovecot/throw-away.conf", f"""
base_dir = /run/dovecot
log_path = /dev/stderr
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = </etc/server.pem
ssl_key = </etc/server.pem
mail_location = maildir:~/Maildir
first_valid_uid = 1
passdb {{
  driver = passwd-file
  args = /etc/dovecot/throw-away.users
}}
userdb {{
  driver = passwd
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox {self.junk} {{
    special_use = \\Junk
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {self.port}
    ssl = yes
  }}
}}
""")

    def make_folders(self):
        pass


class Courier(WithMaildir):
    kind, package = "courier-imap", "courier-imap"
    prefix = "INBOX."
    script = ("mkdir -p /run/courier/authdaemon && chown courier:courier /run/courier /run/courier/authdaemon &&"
              " authdaemond start && imapd-ssl start && exec sleep infinity")

    def set_up(self):
        self.account()
        self.clear(f"srv/{USER}")
        self.make_maildirs()
        settings = self.root / "etc/courier/imapd-ssl"
        lines = [line for line in settings.read_text().splitlines()
                 if not line.startswith(("SSLPORT=", "SSLADDRESS=", "TLS_CERTFILE="))]
        lines += [f"SSLPORT={self.port}", "SSLADDRESS=127.0.0.1", "TLS_CERTFILE=/etc/server.pem"]
        settings.write_text("\n".join(lines) + "\n")
        (self.root / "etc/server.pem").chmod(0o600)

    # It keeps names in UTF-8 on the disk, and moves what is new into `cur` when the inbox is opened.
    names = {"INBOX": "", "junk": ".Junk", "decomposed": ".Entwu\u0308rfe"}


class Cyrus(Box):
    kind, package = "cyrus", "cyrus-imapd"
    # The shell stays: who becomes another user no longer ends with its parent.
    script = "/usr/lib/cyrus/bin/master -C /etc/throw-away.imapd -M /etc/throw-away.cyrus; exit"
    takes_nul = False

    def set_up(self):
        self.clear("srv", "var/lib/cyrus", "var/spool/cyrus/mail", "run/cyrus")
        self.write("etc/throw-away.imapd", """
configdirectory: /var/lib/cyrus
proc_path: /run/cyrus/proc
mboxname_lockpath: /run/cyrus/lock
defaultpartition: default
partition-default: /var/spool/cyrus/mail
altnamespace: no
unixhierarchysep: no
admins: cyrus
allowplaintext: yes
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_mech_list: PLAIN
virtdomains: off
autocreate_quota: 0
tls_server_cert: /etc/server.pem
tls_server_key: /etc/server.pem
munge8bit: yes
syslog_prefix: cyrus
""")
        self.write("etc/throw-away.cyrus", f"""
START {{
  recover cmd="/usr/sbin/cyrus ctl_cyrusdb -r -C /etc/throw-away.imapd"
}}
SERVICES {{
  imaps cmd="imapd -s -C /etc/throw-away.imapd" listen="127.0.0.1:{self.port}" prefork=0
}}
EVENTS {{
}}
""")
        for place in ("srv", "var/lib/cyrus", "var/spool/cyrus/mail", "run/cyrus", "run/cyrus/proc", "run/cyrus/lock"):
            (self.root / place).mkdir(parents=True, exist_ok=True)
            self.inside("chown", "cyrus:mail", f"/{place}")
        (self.root / "etc/sasldb2").unlink(missing_ok=True)
        for user in (USER, "cyrus"):
            self.inside("saslpasswd2", "-p", "-c", user, text=SECRET)
        self.inside("chown", "cyrus", "/etc/sasldb2", "/etc/server.pem")

    def wait(self, seconds=60):
        end = time.monotonic() + seconds
        while True:
            try:
                trust = ssl.create_default_context(cafile=self.authority)
                admin = imaplib.IMAP4_SSL("localhost", self.port, ssl_context=trust, timeout=10)
                admin.login("cyrus", SECRET)
                break
            except (OSError, imaplib.IMAP4.error):
                if time.monotonic() > end:
                    raise
                time.sleep(0.3)
        admin.create(f"user.{USER}")
        admin.logout()

    prefix = "INBOX."

    def put(self, folder, mails):
        name = {"INBOX": "INBOX", "junk": f"INBOX.{self.junk}", "decomposed": f"INBOX.{DECOMPOSED}"}[folder]
        client = self.client()
        for mail in mails:
            done = client.append(f'"{name}"', None, None, mail.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
            if done[0] != "OK":
                raise RuntimeError(f"it takes no mail: {done}")
        client.logout()

    def files(self):
        folder = self.root / "var/spool/cyrus/mail"
        return sorted(folder.glob("uuid/**/[0-9]*."), key=lambda file: int(file.name[:-1]))


BOXES = [Dovecot, Cyrus, Courier]

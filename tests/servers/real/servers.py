"""The servers: how each is set up in its folder, started, and what lies in its mailbox.

Every server takes letters to the addresses in `known`, all into one mailbox, and refuses all others at RCPT, in its own
words and with its own limits. Only what a case is about is set; where a limit stays as it is shipped, nothing is said.
"""

import email
import email.policy
import mailbox
import re
import shutil
import subprocess
from collections import Counter
from email.utils import parseaddr
from pathlib import Path

from campaign import DOMAINS
from daemon import PATH, Daemon

NAME = "mx.server.test"
HARAKA = "3.3.4"


class Server:
    """One that lives in a Debian of its own."""

    kind = ""
    package = ""
    script = ""  # what starts it, inside
    wipe = []  # what an earlier case left behind

    def __init__(self, folder, suite):
        self.root = Path(folder) / f"{suite}-{self.kind}"

    def is_there(self):
        return self.root.is_dir()

    def version(self):
        line = subprocess.run(["chroot", self.root, "dpkg-query", "-W", "-f", "${Version}", self.package], text=True,
                              capture_output=True, env={"PATH": PATH}).stdout
        return re.sub(r"^\d+:|[-+].*", "", line)

    def write(self, path, text, mode=0o644):
        path = self.root / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)

    def inside(self, *command):
        subprocess.run(["chroot", self.root, *command], env={"PATH": PATH, "LC_ALL": "C.UTF-8"}, check=True,
                       stdin=subprocess.DEVNULL, capture_output=True)

    def start(self, port, known, case, log):
        """Starts it anew, with an empty queue and an empty mailbox."""
        self.port = port
        for place in ["srv", *self.wipe]:
            place = self.root / place
            for left in place.iterdir() if place.is_dir() else []:
                shutil.rmtree(left) if left.is_dir() and not left.is_symlink() else left.unlink()
        self.set_up(known, case)
        self.daemon = Daemon(self.script.format(port=port), log, self.root)
        try:
            self.daemon.wait_for(port)
        except RuntimeError:
            self.daemon.stop()
            raise

    def set_up(self, known, case):
        raise NotImplementedError

    def stop(self):
        self.daemon.stop()

    def messages(self):
        """The messages in the mailbox, as bytes."""
        for folder in ("srv/mail/new", "srv/mail/cur"):
            folder = self.root / folder
            for file in folder.iterdir() if folder.is_dir() else []:
                try:
                    yield file.read_bytes()
                except FileNotFoundError:
                    pass  # it moved on

    def letters(self):
        """How often a letter to each address lies in the mailbox."""
        return Counter(addressee(raw) for raw in self.messages())

    def logs(self):
        """The server's own log files."""
        return []


def addressee(raw):
    """Whom a letter is addressed to; the letters of a case have one recipient each."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    return parseaddr(str(message["To"]))[1]


class Exim(Server):
    kind, package = "exim", "exim4-daemon-heavy"
    # A queue runner, since after ten letters over one connection Exim leaves the rest to it.
    script = "exim4 -bd -q2s; exec sleep infinity"
    wipe = ["var/spool/exim4", "var/log/exim4"]

    def set_up(self, known, case):
        self.write("srv/known", "".join(f"{address.split('@')[0]}:\n" for address in known))
        rate = case.get("rate", "")
        self.write("etc/exim4/exim4.conf", f"""
primary_hostname = {NAME}
domainlist ours = {' : '.join(DOMAINS)}
local_interfaces = 127.0.0.1
daemon_smtp_ports = {self.port}
tls_advertise_hosts =
host_lookup =
rfc1413_query_timeout = 0s
keep_environment =
never_users =
acl_smtp_rcpt = at_rcpt
{case.get('main', '')}
begin acl
at_rcpt:
{rate}
  require message = relay not permitted
          domains = {'!+ours' if case.get('refuses_all') else '+ours'}
  require verify = recipient
  accept
begin routers
offices:
  driver = accept
  domains = +ours
  local_parts = lsearch;/srv/known
  transport = inbox
begin transports
inbox:
  driver = appendfile
  directory = /srv/mail
  maildir_format
  create_directory
  envelope_to_add
  user = mail
  group = mail
begin retry
* * F,1h,5s
""")
        self.inside("install", "-d", "-o", "mail", "-g", "mail", "/srv/mail")

    def logs(self):
        return list((self.root / "var/log/exim4").glob("*"))


class Postfix(Server):
    kind, package = "postfix", "postfix"
    script = "/srv/policy; postfix start; exec sleep infinity"
    queues = ("active", "bounce", "corrupt", "defer", "deferred", "hold", "incoming", "maildrop", "pid", "trace")
    wipe = [*(f"var/spool/postfix/{queue}" for queue in queues), "var/lib/postfix", "var/lib/policyd-rate-limit"]

    def set_up(self, known, case):
        (self.root / "var/log/postfix.log").unlink(missing_ok=True)
        self.write("srv/known", "".join(f"{address} mail/\n" for address in known))
        policy = case.get("policy")
        ask = f"check_policy_service inet:127.0.0.1:{self.port + 1}, " if policy else ""
        at_data = policy == "rate at DATA"
        self.write("srv/policy", "#!/bin/sh\n" + {
            None: "",
            "postgrey": f"install -d -o postgrey /srv/postgrey; "
                        f"postgrey --inet=127.0.0.1:{self.port + 1} --dbdir=/srv/postgrey --delay=20 &\nsleep 2\n",
            "rate": "cd /var; rm -rf run/policyd-rate-limit; "
                    "install -d -o policyd-rate-limit run/policyd-rate-limit lib/policyd-rate-limit; "
                    "policyd-rate-limit -f /srv/rate.yaml &\nsleep 2\n",
        }[policy and policy.split()[0]], 0o755)
        # What comes later in a file of YAML counts.
        shipped = (self.root / "etc/policyd-rate-limit.yaml").read_text()
        self.write("srv/rate.yaml", shipped + f"""
SOCKET: ["127.0.0.1", {self.port + 1}]
limits:
  - [10, 60]
limit_by_ip: True
limited_networks: ["127.0.0.0/8"]
count_mode: {int(at_data)}
""")
        self.write("etc/postfix/main.cf", f"""
compatibility_level = 3.6
maillog_file = /var/log/postfix.log
myhostname = {NAME}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mydestination =
disable_dns_lookups = yes
smtpd_peername_lookup = no
alias_maps =
alias_database =
virtual_mailbox_domains = {', '.join(DOMAINS)}
virtual_mailbox_base = /srv
virtual_mailbox_maps = texthash:/srv/known
virtual_minimum_uid = 1
virtual_uid_maps = static:8
virtual_gid_maps = static:8
default_transport = error:nothing leaves this machine
relay_transport = error:nothing leaves this machine
smtpd_relay_restrictions = reject_unauth_destination
smtpd_recipient_restrictions = reject_unlisted_recipient, {"" if at_data else ask}permit
smtpd_data_restrictions = {ask if at_data else ""}permit
{case.get('main', '')}
""")
        services = []
        for line in (self.root / "usr/share/postfix/master.cf.dist").read_text().splitlines():
            fields = line.split()
            if line[:1].isalpha() and len(fields) >= 8:
                # Everything stays in the folder as it is, without a second one inside.
                fields[4] = "n"
                if fields[:2] == ["smtp", "inet"]:
                    fields[0] = f"127.0.0.1:{self.port}"
                line = " ".join(fields)
            services.append(line)
        self.write("etc/postfix/master.cf", "\n".join(services) + "\n")
        self.inside("install", "-d", "-o", "mail", "-g", "mail", "/srv/mail")
        self.inside("install", "-d", "-o", "postfix", "/var/lib/postfix")

    def logs(self):
        return [self.root / "var/log/postfix.log"]


class OpenSmtpd(Server):
    kind, package = "opensmtpd", "opensmtpd"
    script = "smtpd -d -f /srv/smtpd.conf & exec sleep infinity"
    wipe = ["var/spool/smtpd"]

    def set_up(self, known, case):
        self.write("srv/known", "".join(f"{address} inbox\n" for address in known))
        names = ", ".join(f'"{domain}"' for domain in DOMAINS)
        self.write("srv/smtpd.conf", f"""
table offices file:/srv/known
listen on 127.0.0.1 port {self.port} hostname {NAME}
action "inbox" maildir "/srv/mail" virtual <offices>
match from any for domain {{ {names} }} action "inbox"
""")
        make_user(self)


class Sendmail(Server):
    kind, package = "sendmail", "sendmail-bin"
    script = ("cd /srv && m4 sendmail.mc >/etc/mail/sendmail.cf && newaliases && sendmail-mta -bd -q2s; "
              "exec sleep infinity")
    wipe = ["var/spool/mqueue", "var/mail"]

    def set_up(self, known, case):
        make_user(self)
        aliases = [f"{address.split('@')[0]}: inbox\n" for address in known]
        self.write("etc/mail/aliases", "".join(aliases) + "postmaster: root\n")
        self.write("etc/mail/service.switch", "hosts files\naliases files\npasswd files\n")
        ours = "\n".join(f"LOCAL_DOMAIN(`{domain}')dnl" for domain in DOMAINS)
        self.write("srv/sendmail.mc", f"""divert(-1)
include(`/usr/share/sendmail/cf/m4/cf.m4')
OSTYPE(`debian')dnl
DOMAIN(`debian-mta')dnl
undefine(`confHOST_STATUS_DIRECTORY')dnl
define(`confDOMAIN_NAME', `{NAME}')dnl
define(`confTO_IDENT', `0')dnl
define(`confSERVICE_SWITCH_FILE', `/etc/mail/service.switch')dnl
define(`confHOSTS_FILE', `/etc/hosts')dnl
dnl A busy machine would have it take unknown addresses too, and look at them later.
define(`confQUEUE_LA', `1000')dnl
define(`confREFUSE_LA', `1000')dnl
FEATURE(`no_default_msa')dnl
FEATURE(`accept_unresolvable_domains')dnl
FEATURE(`local_lmtp', `/usr/libexec/sendmail/mail.local')dnl
DAEMON_OPTIONS(`Family=inet, Name=MTA, Port={self.port}, Addr=127.0.0.1')dnl
{ours}
MAILER(`local')dnl
MAILER(`smtp')dnl
""")
        # The lock of the mailbox is made by its owner.
        self.inside("chmod", "1777", "/var/mail")
        for folder in ("/var/run/sendmail/mta", "/var/lib/sendmail"):
            self.inside("install", "-d", "-o", "smmta", "-g", "smmsp", folder)

    def messages(self):
        box = self.root / "var/mail/inbox"
        if box.exists():
            # A copy, for the server writes to it meanwhile.
            copy = self.root / "srv/copy.mbox"
            shutil.copy(box, copy)
            yield from (message.as_bytes() for message in mailbox.mbox(copy))


class Courier(Server):
    kind, package = "courier", "courier-mta"
    script = ("install -d -o courier /run/courier /run/courier/authdaemon; makesmtpaccess; makeacceptmailfor; "
              "makehosteddomains; makealiases; authdaemond start; courier start; esmtpd start; exec sleep infinity")
    wipe = ["var/lib/courier/msgs", "var/lib/courier/msgq", "var/lib/courier/tmp"]

    def set_up(self, known, case):
        make_user(self)
        # Courier delivers to the Maildir of the person.
        self.inside("ln", "-sfn", "/srv/mail", "/home/inbox/Maildir")
        self.write("etc/courier/me", NAME + "\n")
        self.write("etc/courier/defaultdomain", NAME + "\n")
        self.write("etc/courier/locals", "\n".join(["localhost", NAME, *DOMAINS]) + "\n")
        self.write("etc/courier/esmtpacceptmailfor.dir/ours", "\n".join([NAME, *DOMAINS]) + "\n")
        aliases = [f"{address.split('@')[0]}: inbox\n" for address in known]
        self.write("etc/courier/aliases/offices", "".join(aliases))
        shipped = self.root / "etc/courier/esmtpd.shipped"
        if not shipped.exists():
            shutil.copy(self.root / "etc/courier/esmtpd", shipped)
        # No name server answers here. Only one case waits 24 seconds for each unknown address, as Courier is shipped.
        settings = f"""
PORT={self.port}
ADDRESS=127.0.0.1
BOFHCHECKDNS=0
TARPIT={int(case.get("tarpit", False))}
TCPDOPTS="-stderrlogger=/usr/sbin/courierlogger -nodnslookup"
"""
        self.write("etc/courier/esmtpd", shipped.read_text() + settings)
        for folder in self.wipe:
            self.inside("install", "-d", "-o", "courier", "-g", "courier", "/" + folder)


def make_user(server):
    """The one whose mailbox it is."""
    if "\ninbox:" not in (server.root / "etc/passwd").read_text():
        server.inside("useradd", "--create-home", "--shell", "/bin/sh", "inbox")
    server.inside("install", "-d", "-o", "inbox", "-g", "inbox", "/srv/mail")
    for part in ("new", "cur", "tmp"):
        server.inside("install", "-d", "-o", "inbox", "-g", "inbox", f"/srv/mail/{part}")


class Haraka(Server):
    kind = "haraka"
    wipe = ["case"]

    def __init__(self, folder, suite):
        self.root = Path(folder) / f"haraka-{HARAKA}"

    def version(self):
        return HARAKA

    def start(self, port, known, case, log):
        self.port = port
        shutil.rmtree(self.root / "case", ignore_errors=True)
        node = shutil.which("node") or "node"
        haraka = self.root / "node_modules/Haraka/bin/haraka"
        subprocess.run([node, haraka, "-i", self.root / "case"], check=True, stdin=subprocess.DEVNULL,
                       capture_output=True)
        self.write("case/config/smtp.ini", f"listen=127.0.0.1:{port}\nnodes=0\n")
        self.write("case/config/me", NAME + "\n")
        self.write("case/config/plugins", "offices\nqueue/test\n")
        self.write("case/config/known", "".join(address + "\n" for address in known))
        self.write("case/plugins/offices.js", """
exports.hook_rcpt = function (next, connection, [recipient]) {
    const address = `${recipient.user}@${recipient.host}`;
    if (this.config.get('known', 'list').includes(address)) return next(OK);
    next(DENY, `no such office: ${address}`);
}
""")
        (self.root / "case/mail").mkdir()
        self.daemon = Daemon(f"exec {node} {haraka} -c {self.root}/case", log,
                             environment=[f"TMPDIR={self.root}/case/mail"])
        try:
            self.daemon.wait_for(port)
        except RuntimeError:
            self.daemon.stop()
            raise

    def messages(self):
        for file in (self.root / "case/mail").glob("*.eml"):
            yield file.read_bytes()


ALL = [Exim, Postfix, OpenSmtpd, Sendmail, Courier, Haraka]

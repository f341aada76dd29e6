"""The servers that mail goes through: the provider, Dovecot's submission and IMAP, which ask the provider about each token, a proxy that
hangs up on whoever is silent, and the sinks behind it all."""

import asyncio
import base64
import json
import os
import pwd
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
import urllib.parse
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
VERSION = "9.13.3"

DOVECOT = """base_dir = {run}
state_dir = {run}
log_path = {folder}/dovecot.log
listen = 127.0.0.1
protocols = imap submission
ssl = required
ssl_cert = <{tls}/server.pem
ssl_key = <{tls}/server.key
auth_mechanisms = xoauth2 oauthbearer plain
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:~/Maildir
hostname = localhost
namespace inbox {{
  inbox = yes
  mailbox Sent {{
    auto = create
    special_use = \\Sent
  }}
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2.ext
}}
passdb {{
  driver = static
  mechanisms = plain
  args = password=a-password
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
submission_relay_host = 127.0.0.1
submission_relay_port = {sink}
submission_relay_trusted = yes
# Without this, who was refused waits for longer each time, and a token of a few seconds ends meanwhile.
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service submission-login {{
  inet_listener submission {{
    port = 0
  }}
  inet_listener submissions {{
    port = {submissions}
    ssl = yes
  }}
}}
"""

INTROSPECTION = """introspection_mode = post
introspection_url = http://dovecot:dovecot-secret@127.0.0.1:{plain}/token/introspection
username_attribute = sub
active_attribute = active
active_value = true
scope = mail
"""


def wait_for(port):
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"port {port} does not answer after twenty seconds")


class Provider:
    def __init__(self, servers, tls, port, log):
        packages = servers / f"oidc-provider-{VERSION}"
        if not packages.is_dir():
            fresh = packages.with_suffix(".new")
            shutil.rmtree(fresh, ignore_errors=True)
            shutil.copytree(HERE / "provider", fresh)
            # The lock file names the checksum of each package.
            subprocess.run(["npm", "ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund"], cwd=fresh, check=True,
                           stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
            fresh.rename(packages)
        self.port, self.plain = port, port + 1
        self.log = open(log, "w")
        words = ["node", str(HERE / "provider.mjs"), str(self.port), str(self.plain), str(tls / "server.pem"), str(tls / "server.key")]
        self.process = subprocess.Popen(words, cwd=packages, stdout=self.log, stderr=self.log)
        wait_for(self.plain)

    def tell(self, **what):
        """Says how long tokens last (`ttl`, seconds), how long they are (`bits`), that consent is withdrawn (`withdraw`), that it is
        to count anew (`anew`); gives what it has counted and the tokens that it gave."""
        asked = urllib.parse.urlencode(what)
        with urllib.request.urlopen(f"http://127.0.0.1:{self.plain}/told?{asked}", timeout=10) as answer:
            return json.load(answer)

    def settings(self, client="undersigned"):
        at = f"https://localhost:{self.port}"
        return (f'[oauth]\nclient_id = "{client}"\nkey = {{ env = "SIGN_IN_KEY" }}\nprovider = {{ authorization_url = "{at}/auth", '
                f'token_url = "{at}/token", device_url = "{at}/device/auth", revocation_url = "{at}/token/revocation", '
                f'scopes = ["openid", "offline_access", "mail"] }}\n')

    def close(self):
        self.process.terminate()
        self.process.wait()


class Dovecot:
    def __init__(self, folder, tls, port, plain, sink):
        folder.mkdir(parents=True)
        self.config, self.imaps, self.submissions = folder / "dovecot.conf", port, port + 1
        person = pwd.getpwnam("nobody")
        (folder / "run").mkdir()
        (folder / "mail").mkdir()
        os.chown(folder / "mail", person.pw_uid, person.pw_gid)
        self.mail = folder / "mail"
        self.config.write_text(DOVECOT.format(run=folder / "run", folder=folder, tls=tls, uid=person.pw_uid, gid=person.pw_gid,
                                              sink=sink, imaps=self.imaps, submissions=self.submissions))
        (folder / "oauth2.ext").write_text(INTROSPECTION.format(plain=plain))
        subprocess.run(["dovecot", "-c", str(self.config)], check=True, stdin=subprocess.DEVNULL)
        wait_for(self.imaps)
        wait_for(self.submissions)

    def version(self):
        return subprocess.run(["dovecot", "--version"], capture_output=True, text=True).stdout.split()[0]

    def close(self):
        subprocess.run(["doveadm", "-c", str(self.config), "stop"], check=False)


class Keyring:
    """GNOME's keyring on a bus of its own, unlocked, as a person's desktop has it."""

    def __init__(self, folder):
        folder.mkdir(parents=True)
        folder.chmod(0o700)
        self.bus = subprocess.Popen(["dbus-daemon", "--session", "--nofork", "--print-address=1"], stdout=subprocess.PIPE, text=True,
                                    stderr=subprocess.DEVNULL)
        self.environment = {"DBUS_SESSION_BUS_ADDRESS": self.bus.stdout.readline().strip(), "HOME": str(folder),
                            "XDG_RUNTIME_DIR": str(folder), "XDG_DATA_HOME": str(folder / "data")}
        self.daemon = subprocess.Popen(["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"], stdin=subprocess.PIPE,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, **self.environment})
        self.daemon.stdin.write(b"the password of the desktop")
        self.daemon.stdin.close()
        time.sleep(1)

    @staticmethod
    def is_there():
        return all(shutil.which(tool) for tool in ("dbus-daemon", "gnome-keyring-daemon"))

    def close(self):
        for process in (self.daemon, self.bus):
            process.terminate()
            process.wait()


class Loop:
    """What is served by Python runs on one thread."""

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()

    def serve(self, handle, port, tls=None):
        async def start():
            return await asyncio.start_server(handle, "127.0.0.1", port, limit=2**24, ssl=tls)
        return asyncio.run_coroutine_threadsafe(start(), self.loop).result().sockets[0].getsockname()[1]


class Sink:
    """Takes every letter, and notes to whom. With TLS, it asks for a login: of a token, it asks the provider; after so many letters of a
    connection it hangs up with 421."""

    def __init__(self, loop, tls=None, plain=None, most=None):
        self.took, self.tls, self.plain, self.most, self.refused, self.logins = [], tls, plain, most, 0, 0
        context = None
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(tls / "server.pem", tls / "server.key")
        self.port = loop.serve(self.serve, 0, context)

    async def is_right(self, response):
        text = base64.b64decode(response).decode()
        if text.startswith("user="):
            token = text.split("auth=Bearer ")[1].rstrip("\x01")
            body = urllib.parse.urlencode({"token": token, "client_id": "dovecot", "client_secret": "dovecot-secret"}).encode()
            ask = lambda: json.load(urllib.request.urlopen(f"http://127.0.0.1:{self.plain}/token/introspection", body, timeout=10))
            return (await asyncio.get_running_loop().run_in_executor(None, ask))["active"]
        return text.split("\0")[2] == "a-password"

    async def serve(self, reader, writer):
        def say(line):
            writer.write(line + b"\r\n")

        say(b"220 sink")
        to, letters = [], 0
        try:
            while line := await reader.readline():
                verb = line[:4].upper()
                if verb == b"EHLO":
                    say(b"250-sink\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n" + (b"250-AUTH XOAUTH2 PLAIN\r\n" if self.tls else b"") + b"250 SIZE 30000000")
                elif verb == b"AUTH":
                    response = line.split()[2:]
                    if not response:
                        say(b"334 ")
                        response = [(await reader.readline()).strip()]
                    self.logins += 1
                    if await self.is_right(response[0]):
                        say(b"235 2.7.0 welcome")
                    else:
                        self.refused += 1
                        say(b"334 " + base64.b64encode(b'{"status":"401"}'))
                        await reader.readline()
                        say(b"535 5.7.8 no")
                elif verb == b"MAIL" and self.most and letters >= self.most:
                    say(b"421 4.3.2 too many messages in this connection")
                    break
                elif verb == b"RCPT":
                    to.append(re.search(rb"<(.*?)>", line)[1].decode())
                    say(b"250 2.1.5 ok")
                elif verb == b"DATA":
                    say(b"354 go")
                    await reader.readuntil(b"\r\n.\r\n")
                    self.took += to
                    to, letters = [], letters + 1
                    say(b"250 2.0.0 taken")
                elif verb == b"QUIT":
                    say(b"221 bye")
                    break
                else:
                    if verb == b"RSET":
                        to = []
                    say(b"250 2.0.0 ok")
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass
        writer.close()


class Proxy:
    """Hands everything on, and hangs up on a client that has nothing to say for a while, once it was answered: the next letter needs a
    new connection, and that a token. A server that is slow is waited for, so that no letter is cut off behind its final dot."""

    def __init__(self, loop, behind, silence):
        self.behind, self.silence, self.opened = behind, silence, 0
        self.port = loop.serve(self.serve, 0)

    async def serve(self, reader, writer):
        self.opened += 1
        behind_reader, behind_writer = await asyncio.open_connection("127.0.0.1", self.behind)
        last, answered = time.monotonic(), False

        async def hand_on(source, sink, is_answer):
            nonlocal last, answered
            try:
                while piece := await source.read(65536):
                    last, answered = time.monotonic(), is_answer
                    sink.write(piece)
                    await sink.drain()
            except ConnectionError:
                pass

        both = [asyncio.ensure_future(hand_on(reader, behind_writer, False)), asyncio.ensure_future(hand_on(behind_reader, writer, True))]
        while not (answered and time.monotonic() - last > self.silence) and not any(one.done() for one in both):
            await asyncio.sleep(0.05)
        for one in both:
            one.cancel()
        writer.close()
        behind_writer.close()

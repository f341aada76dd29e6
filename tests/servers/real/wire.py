"""Stands between the program and a server, hands every byte on as it comes, and remembers what was said: which letters
were offered ahead, how many were taken, and what the server had against the others."""

import asyncio
import re
import threading
from collections import Counter

BODY_END = b"\r\n.\r\n"


def wording(code, text):
    """A refusal without what differs from letter to letter, so that alike ones are counted together."""
    text = re.sub(r"<[^>]*>|[\w.+-]+@[\w.-]+", "<…>", text)
    text = re.sub(r"\d+(\.\d+)?e[+-]\d+|(?<![\d.])\d+\.\d+(?![\d.])", "N", text)
    text = re.sub(r"\b[\w-]{20,}\b|\b[0-9A-Z]+-[0-9A-Za-z]+-[0-9A-Za-z]+\b", "ID", text)
    return f"{code} {text}".strip()


class Account:
    """What was said over all connections."""

    def __init__(self):
        self.connections = 0
        self.offered_ahead = 0  # MAIL before the reply to the dot of the letter before it
        self.taken = 0  # dots answered with 250
        self.unanswered = Counter()  # verbs that a connection ended without an answer to
        self.refusals = Counter()  # (verb, wording) of replies from 400 up

    def most_said(self):
        """The refusal that was said most, or none."""
        return max(self.refusals.items(), key=lambda item: item[1], default=None)


class Conversation:
    """One connection: which reply answers what."""

    def __init__(self, account):
        self.account = account
        self.waiting = ["greeting"]  # what the server has not answered yet
        self.in_body = False
        self.tail = b""  # of the client's bytes: an unfinished line, or the end of a body so far
        self.line = b""  # of the server's
        self.words = ""  # how the reply begins that is being read
        self.refused = False  # the recipient of this letter, or the letter itself: DATA is refused for that alone
        account.connections += 1

    def from_client(self, data):
        self.tail += data
        while self.tail:
            if self.in_body:
                # The body may be a dot alone: the line end before it is that of DATA.
                if self.tail.startswith(b".\r\n") and self.body_begins:
                    self.tail = self.tail[3:]
                elif (end := self.tail.find(BODY_END)) >= 0:
                    self.tail = self.tail[end + len(BODY_END):]
                else:
                    self.body_begins = False
                    self.tail = self.tail[-(len(BODY_END) - 1):]
                    return
                self.in_body = False
                self.waiting.append("dot")
                continue
            line, end, rest = self.tail.partition(b"\r\n")
            if not end:
                return
            self.tail = rest
            verb = line.split(b" ")[0].split(b":")[0].upper().decode("ascii", "replace")
            if verb == "MAIL" and "dot" in self.waiting:
                self.account.offered_ahead += 1
            self.waiting.append(verb)

    def from_server(self, data):
        self.line += data
        *lines, self.line = self.line.split(b"\r\n")
        for line in lines:
            text = line.decode("utf-8", "replace")
            self.words = self.words or text[4:]  # the first line says most
            if not re.match(r"\d{3}( |$)", text):
                continue  # more of the same reply follows
            words, self.words = self.words, ""
            verb = self.waiting.pop(0) if self.waiting else "unasked"
            code = int(text[:3])
            if code == 354:
                self.in_body, self.body_begins = True, True
            elif verb == "dot" and code == 250:
                self.account.taken += 1
            elif code >= 400 and not (verb in ("RCPT", "DATA") and self.refused):
                self.account.refusals[verb, wording(code, words)] += 1
            if verb in ("MAIL", "RCPT"):
                self.refused = code >= 400

    def ended(self):
        self.account.unanswered.update(verb for verb in self.waiting if verb != "QUIT")


class Wire:
    """Listens on a port of loopback and hands on to the server's. `account` is of what was said since `begin`."""

    def __init__(self, server_port):
        self.record = None
        self.server_port = server_port
        self.ready = threading.Event()
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()
        self.ready.wait()

    def begin(self, record):
        """A new account, and a new record, for what is said from now on."""
        self.end()
        self.account = Account()
        self.record = open(record, "wb")

    def end(self):
        record, self.record = self.record, None
        if record:
            record.close()

    def _run(self):
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(asyncio.start_server(self._talk, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self.ready.set()
        self.loop.run_forever()

    async def _talk(self, reader, writer):
        number = self.account.connections + 1
        conversation = Conversation(self.account)
        try:
            from_server, to_server = await asyncio.open_connection("127.0.0.1", self.server_port)
        except OSError:
            conversation.ended()
            writer.close()
            return

        async def hand_on(source, target, note, arrow):
            try:
                while data := await source.read(65536):
                    note(data)
                    if self.record:
                        lines = (b"%d %s %s\n" % (number, arrow, line) for line in data.splitlines())
                        self.record.write(b"".join(lines))
                    target.write(data)
                    await target.drain()
            except OSError:
                pass
            finally:
                target.close()

        await asyncio.gather(hand_on(reader, to_server, conversation.from_client, b">"),
                             hand_on(from_server, writer, conversation.from_server, b"<"), return_exceptions=True)
        conversation.ended()

    def close(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.end()

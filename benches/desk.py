#!/usr/bin/env python3
"""How long the desk takes for a page of a large ledger.

    benches/desk.py BINARY [--letters N] [--requests N] [--folder FOLDER]

A campaign to N (1,000,000) is planned into a new ledger by `send --limit 1`, to a server of this script. Then all its
letters are made accepted by SQL, but for one in a hundred that failed and one in fifty that was answered: what a send
would take minutes for. `serve` is started five times, and asked for each page as often as is said (500), one request
after another, in an order that is mixed. Times are those of the whole request over loopback; memory is the peak of the
process. A folder that is named is kept, and taken again the next time.
"""

import argparse
import random
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from http.client import HTTPConnection
from pathlib import Path

HERE = Path(__file__).parent
MICROSECONDS = 1_000_000


def sink(listener):
    """Takes every letter."""
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection, connection.makefile("rb") as lines:
            connection.sendall(b"220 sink\r\n")
            in_data = False
            for line in lines:
                if in_data:
                    in_data = line != b".\r\n"
                    if not in_data:
                        connection.sendall(b"250 2.0.0 taken\r\n")
                elif line.upper().startswith(b"DATA"):
                    in_data = True
                    connection.sendall(b"354 go on\r\n")
                elif line.upper().startswith(b"QUIT"):
                    connection.sendall(b"221 bye\r\n")
                    break
                else:
                    connection.sendall(b"250 2.1.0 fine\r\n")


def make(folder, binary, letters):
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=sink, args=(listener,), daemon=True).start()
    port = str(listener.getsockname()[1])
    subprocess.run([sys.executable, HERE / "campaign.py", folder, "--letters", str(letters), "--port", port], check=True)
    begun = time.perf_counter()
    subprocess.run([binary, "-C", folder, "-q", "send", "--yes", "--limit", "1"], check=False, stdout=subprocess.DEVNULL)
    print(f"the plan into a new ledger: {time.perf_counter() - begun:.1f} s")
    ledger = sqlite3.connect(folder / "logs/ledger.db")
    now = int(time.time()) * MICROSECONDS
    # Ten days, evenly.
    at = f"({now} - (id % 864000) * {MICROSECONDS})"
    ledger.executescript(f"""
        UPDATE delivery SET state = 'accepted', attempts = 1, first_attempt_at = {at}, last_attempt_at = {at}, accepted_at = {at},
            smtp_code = 250, smtp_enhanced = '2.0.0', smtp_text = 'taken', message_id = id || '@coalition.example'
            WHERE state = 'planned';
        UPDATE delivery SET state = 'failed', accepted_at = NULL, smtp_code = 550, smtp_text = 'no such user' WHERE id % 100 = 7;
        UPDATE delivery SET answer = 'replied', answer_by = 'mail', answered_at = {at} + 60000000 WHERE id % 50 = 3;
        DELETE FROM tally;
        INSERT INTO tally (campaign, round, state, count) SELECT campaign, round, state, count(*) FROM delivery GROUP BY 1, 2, 3;
        PRAGMA wal_checkpoint(TRUNCATE);
    """)
    ledger.close()


class Desk:
    def __init__(self, folder, binary):
        begun = time.perf_counter()
        self.process = subprocess.Popen([binary, "-C", folder, "serve", "--no-open"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        host, first = re.match(r"http://([^/]*)(/.*)", self.process.stdout.readline()).groups()
        self.started = time.perf_counter() - begun
        self.connection = HTTPConnection(host)
        self.connection.request("GET", first)
        answer = self.connection.getresponse()
        answer.read()
        self.cookie = answer.getheader("set-cookie").split(";")[0]

    def get(self, path):
        begun = time.perf_counter()
        self.connection.request("GET", path, headers={"Cookie": self.cookie})
        answer = self.connection.getresponse()
        body = answer.read()
        took = time.perf_counter() - begun
        if answer.status != 200:
            sys.exit(f"{path}: {answer.status}")
        return took, body

    def peak(self):
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+)", status).group(1)) / 1024

    def close(self):
        self.process.terminate()
        self.process.wait()


def turned(desk, path, times):
    """The page that is come to by turning so often, or the last one."""
    for _ in range(times):
        _, body = desk.get(path)
        found = re.search(rb'href="([^"]*)" rel="next"', body)
        if not found:
            break
        path = found.group(1).decode().replace("&amp;", "&")
    return path


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("binary", type=Path)
    arguments.add_argument("--letters", type=int, default=1_000_000)
    arguments.add_argument("--requests", type=int, default=500)
    arguments.add_argument("--folder", type=Path)
    given = arguments.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp(dir=HERE.parent / "target"))
    binary = given.binary.resolve()
    if not (folder / "logs/ledger.db").exists():
        make(folder, binary, given.letters)
    starts = []
    for _ in range(5):
        desk = Desk(folder, binary)
        starts.append(desk.started)
        desk.close()
    desk = Desk(folder, binary)
    print(f"start: {sorted(starts)[2] * 1000:.0f} ms")
    print(f"the first overview: {desk.get('/')[0] * 1000:.0f} ms")
    time.sleep(8)
    last = given.letters // 50
    key = re.search(rb'href="(/recipients/[a-z0-9]{26})"', desk.get("/recipients")[1]).group(1).decode()
    pages = {
        "overview": ["/"],
        "recipients": ["/recipients"],
        "recipients, any page": [f"/recipients?page={random.randrange(1, last)}" for _ in range(200)],
        "failed": ["/recipients?state=failed"],
        "failed, page 20, turned to": [turned(desk, "/recipients?state=failed", 19)],
        "answered": ["/recipients?answer=replied"],
        "one recipient": [key],
        "inbox": ["/inbox"],
    }
    if given.requests > 1:
        desk.get("/recipients?sort=name")
    slow = {
        "by name": ["/recipients?sort=name"],
        "by name, page 3, turned to": [turned(desk, "/recipients?sort=name", 2)],
        "by last answer": ["/recipients?sort=answered"],
        "a word that many have": ["/recipients?q=org"],
        "a word that nobody has": ["/recipients?q=zzzzzz"],
    }
    queue = [name for name in pages for _ in range(given.requests)]
    queue += [name for name in slow for _ in range(min(given.requests, 10))]
    random.seed(7)
    random.shuffle(queue)
    took, weight = {name: [] for name in {**pages, **slow}}, {}
    for name in queue:
        seconds, body = desk.get(random.choice({**pages, **slow}[name]))
        took[name].append(seconds * 1000)
        weight[name] = max(weight.get(name, 0), len(body))
    for name, times in took.items():
        times.sort()
        at = lambda part: times[min(len(times) - 1, int(len(times) * part))]
        print(f"{name:32} median {at(.5):8.1f} ms   p99 {at(.99):8.1f} ms   {weight[name] / 1000:6.1f} KB   ({len(times)})")
    print(f"peak memory: {desk.peak():.1f} MB")
    desk.close()
    if not given.folder:
        shutil.rmtree(folder)


main()

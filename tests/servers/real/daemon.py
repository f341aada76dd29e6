"""Runs a server in a namespace of its own, so that all its processes end together, and writes down what it logs."""

import socket
import subprocess
import threading
import time
from pathlib import Path

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Daemon:
    """Runs a shell script until it is stopped: inside of `root`, where one is given."""

    def __init__(self, script, log, root=None, environment=()):
        self.log = open(log, "ab", buffering=0)
        self.syslog = None
        setting = ["env", "-i", f"PATH={PATH}", "LC_ALL=C.UTF-8", "HOME=/root", *environment]
        if root:
            self._listen(Path(root) / "dev/log")
            inner = ["sh", "-c", 'mount -t proc proc "$0/proc" && exec "$@"', root, *setting, "chroot", root,
                     "sh", "-c", script]
        else:
            inner = ["sh", "-c", 'exec "$@"', "sh", *setting, "sh", "-c", script]
        # The end of the first process in a PID namespace is the end of all others in it.
        self.process = subprocess.Popen(["unshare", "--mount", "--pid", "--fork", "--kill-child", *inner],
                                        stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT,
                                        start_new_session=True)

    def _listen(self, path):
        """Takes what the server tells the system's log."""
        path.unlink(missing_ok=True)
        self.syslog = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.syslog.bind(str(path))
        path.chmod(0o666)

        def write_down():
            while True:
                try:
                    line = self.syslog.recv(65536)
                except OSError:
                    return
                if not line:
                    return
                self.log.write(line.partition(b">")[2].rstrip(b"\0\n") + b"\n")

        self.writer = threading.Thread(target=write_down, daemon=True)
        self.writer.start()

    def wait_for(self, port, seconds=60):
        """Until the port is answered with a greeting."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            try:
                with socket.create_connection(("127.0.0.1", port), 5) as client:
                    client.settimeout(5)
                    if client.recv(3) == b"220":
                        client.sendall(b"QUIT\r\n")
                        while client.recv(512):
                            pass
                        return
            except OSError:
                pass
            time.sleep(0.2)
        raise RuntimeError(f"the server does not answer on port {port}; see {self.log.name}")

    def stop(self):
        self.process.kill()
        self.process.wait()
        if self.syslog:
            self.syslog.shutdown(socket.SHUT_RDWR)
            self.writer.join(5)
            self.syslog.close()
        self.log.close()

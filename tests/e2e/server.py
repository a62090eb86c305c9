"""The real program as a process: started on free ports, awaited, watched and stopped by its process number.

    with Server(directory) as server:
        server.http_port, server.udp_port, server.stream_port

AESEL_BINARY says which program; the default is the release build.
"""

import collections
import os
import pathlib
import re
import resource
import signal
import subprocess
import threading
import time

from waiting import SLOWNESS

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.path.abspath(os.environ.get("AESEL_BINARY", ROOT / "build" / "release" / "app" / "aesel"))
READY = re.compile(r"ready http=(\d+) udp=(\d+) stream=(\d+)")
SANITIZER = re.compile(r"ERROR: \w+Sanitizer|WARNING: ThreadSanitizer|runtime error:")


def clean_environment(**more):
    """The environment without settings of ours, which would win over the command line."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AESEL_")}
    kept.update(more)
    return kept


def run(*arguments, seconds=30, environment=None, cwd=None):
    """Runs one verb to its end; the completed process with text output."""
    return subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=seconds * SLOWNESS,
                          env=clean_environment(**(environment or {})), cwd=cwd, stdin=subprocess.DEVNULL, check=False)


def raise_file_limit():
    """As many open files as we may have; servers inherit it. The new soft limit."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


class Process:
    """A child whose output is collected. Ends with the test that made it, at the latest."""

    def __init__(self, *arguments, environment=None, cwd=None):
        self.lines = collections.deque(maxlen=200_000)
        self.errors = collections.deque(maxlen=2_000)
        self.started_at = time.monotonic()
        self.child = subprocess.Popen([BINARY, *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                      stderr=subprocess.PIPE, env=clean_environment(**(environment or {})), cwd=cwd)
        self._changed = threading.Condition()
        self._readers = [self._read(self.child.stdout, self.lines), self._read(self.child.stderr, self.errors)]

    def _read(self, pipe, into):
        def loop():
            for line in pipe:
                with self._changed:
                    into.append(line.decode(errors="replace").rstrip("\n"))
                    self._changed.notify_all()
            with self._changed:
                self._changed.notify_all()
        thread = threading.Thread(target=loop, daemon=True)
        thread.start()
        return thread

    def wait_for_line(self, pattern, seconds=10.0):
        """The first match of `pattern` in a line of standard output."""
        deadline = time.monotonic() + seconds * SLOWNESS
        with self._changed:
            while True:
                for line in self.lines:
                    match = re.search(pattern, line)
                    if match:
                        return match
                left = deadline - time.monotonic()
                if left <= 0 or not any(reader.is_alive() for reader in self._readers):
                    raise AssertionError(f"no line like {pattern!r} from {self.child.args}\n{self.log()}")
                self._changed.wait(min(left, 0.2))

    def log(self):
        return "\n".join(["-- standard output:", *list(self.lines)[-20:], "-- standard error:", *list(self.errors)[-60:]])

    def alive(self):
        return self.child.poll() is None

    def signal(self, number):
        self.child.send_signal(number)

    def wait(self, seconds=10.0):
        """The exit code."""
        try:
            code = self.child.wait(seconds * SLOWNESS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"{self.child.args} still ran after {seconds * SLOWNESS:g} s\n{self.log()}") from None
        for reader in self._readers:
            reader.join(5)
        found = [line for line in self.errors if SANITIZER.search(line)]
        assert not found, self.log()
        return code

    def kill(self):
        if self.alive():
            self.child.kill()
        self.child.wait()

    def rss_bytes(self):
        with open(f"/proc/{self.child.pid}/status", encoding="ascii") as status:
            for line in status:
                if line.startswith("VmRSS:"):
                    return int(line.split()[1]) * 1024
        raise AssertionError("no VmRSS")

    def cpu_seconds(self):
        with open(f"/proc/{self.child.pid}/stat", encoding="ascii") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Server(Process):
    """`aesel serve` with its store in `directory`. More settings as keyword arguments: dots are written `__`."""

    def __init__(self, directory, roles="all", **settings):
        self.store = pathlib.Path(directory) / "aesel.db"
        values = {"roles": roles, "http.port": 0, "udp.port": 0, "event.stream.udp.port": 0, "log.level": "warning",
                  "storage.sqlite.path": self.store}
        values.update({name.replace("__", "."): value for name, value in settings.items()})
        super().__init__("serve", *(f"--{name}={value}" for name, value in values.items()), cwd=directory)
        try:
            match = self.wait_for_line(READY, 20)
        except BaseException:
            self.kill()
            raise
        self.ready_after_s = time.monotonic() - self.started_at
        self.http_port, self.udp_port, self.stream_port = (int(port) for port in match.groups())

    def stop(self):
        """SIGTERM; the exit code must be 0 and nothing may have been complained about by a sanitizer."""
        if self.alive():
            self.signal(signal.SIGTERM)
        code = self.wait(10)
        assert code == 0, f"exit code {code}\n{self.log()}"

    def crash(self):
        """SIGKILL."""
        self.signal(signal.SIGKILL)
        self.wait()

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if kind is not None:
            self.kill()
            print(self.log())
            return
        if self.alive():
            self.stop()
        else:
            assert self.child.returncode in (0, -signal.SIGKILL), self.log()

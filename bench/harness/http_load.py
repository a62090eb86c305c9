"""HTTP beside nginx, and confirmed creates beside SQLite."""
import json
import os
import re
import statistics
import struct
import subprocess
import threading
import time

from .api import Api
from .processes import Nginx, find_program, progress, stop

CONNECTIONS = 64


def wrk(*arguments):
    """Requests per second and the p99; RuntimeError when some were not answered with success."""
    run = subprocess.run([find_program("wrk"), "-t1", f"-c{CONNECTIONS}", "--latency", *map(str, arguments)],
                         stdout=subprocess.PIPE, text=True, check=True)
    wrong = re.search(r"(Non-2xx.*|Socket errors.*)", run.stdout)
    if wrong and not re.fullmatch(r"Socket errors: connect 0, read 0, write 0, timeout 0", wrong.group()):
        raise RuntimeError("wrk: " + wrong.group())
    return {"requests_per_s": float(re.search(r"Requests/sec:\s+([0-9.]+)", run.stdout).group(1)),
            "requests": int(re.search(r"(\d+) requests in", run.stdout).group(1)),
            "p99_us": _microseconds(re.search(r"99%\s+([0-9.]+)(us|ms|s)", run.stdout))}


def _microseconds(match):
    return float(match.group(1)) * {"us": 1, "ms": 1e3, "s": 1e6}[match.group(2)]


def measure_get(aesel, workspace, *, repetitions, seconds):
    """GET of one object, Aesel and nginx in turn. None without wrk or nginx."""
    if find_program("wrk") is None or find_program("nginx") is None:
        return None
    api = Api(aesel.http_port)
    key = api.create_objects("http", 1)[0]
    body = api.object_body(key)
    nginx = Nginx(workspace, {"object.json": body})
    rates = {"aesel": [], "nginx": []}
    for repetition in range(repetitions):
        progress(f"GET of one object, {repetition + 1} of {repetitions}")
        rates["nginx"].append(wrk(f"-d{seconds}s", f"http://127.0.0.1:{nginx.port}/object.json")["requests_per_s"])
        rates["aesel"].append(
            wrk(f"-d{seconds}s", f"http://127.0.0.1:{aesel.http_port}/v1/object/{key}")["requests_per_s"])
    stop(nginx.child)
    return {"body_bytes": len(body), **{name: statistics.median(values) for name, values in rates.items()},
            "ratio": statistics.median(a / n for a, n in zip(rates["aesel"], rates["nginx"])), "all": rates}


class CommitCounter:
    """Counts the commits of a SQLite file in WAL mode from outside: a frame that ends a transaction tells the
    size of the database in its header. Format: https://www.sqlite.org/fileformat2.html#walformat"""

    FRAME_HEADER = 24
    FILE_HEADER = 32

    def __init__(self, store):
        self._path = store + "-wal"
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.commits = 0

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()

    def _run(self):
        file = os.open(self._path, os.O_RDONLY)
        page, salts = self._header(file)
        index = self._count(file, page, salts, 0)
        self.commits = 0  # what was there before
        while not self._stop.wait(0.004):
            index = self._count(file, page, salts, index)
            now = self._header(file)[1]
            if now != salts:  # the log begins anew; behind what it has overwritten are the last of the old frames
                self._count(file, page, salts, index)
                salts, index = now, 0
        self._count(file, page, salts, index)
        os.close(file)

    def _header(self, file):
        header = os.pread(file, self.FILE_HEADER, 0)
        return struct.unpack(">I", header[8:12])[0], header[16:24]

    def _count(self, file, page, salts, index):
        """Counts from frame `index` to the last one with these salts; the index behind it."""
        stride = self.FRAME_HEADER + page
        while True:
            header = os.pread(file, self.FRAME_HEADER, self.FILE_HEADER + index * stride)
            if len(header) < self.FRAME_HEADER or header[8:16] != salts:
                return index
            self.commits += struct.unpack(">I", header[4:8])[0] != 0
            index += 1


def _creates(aesel, script, seconds):
    with CommitCounter(aesel.store) as counter:
        run = wrk(f"-d{seconds}s", "-s", script, f"http://127.0.0.1:{aesel.http_port}/v1/object")
    run["commits"] = counter.commits
    run["group"] = run["requests"] / max(1, counter.commits)
    return run


def _baseline(build, workspace, group, seconds):
    path = workspace.new_file(".db")
    run = subprocess.run([f"{build}/bench/creates_baseline", "--path", path, "--group", str(group), "--seconds",
                          str(seconds)], stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(run.stdout)["rows_per_s"]


def measure_creates(aesel, build, workspace, script, *, repetitions, seconds):
    """Creates confirmed to 64 connections, and what SQLite alone commits in groups of the size seen. None without
    wrk."""
    if find_program("wrk") is None:
        return None
    runs = []
    for repetition in range(repetitions):
        progress(f"confirmed creates, {repetition + 1} of {repetitions}")
        run = _creates(aesel, script, seconds)
        time.sleep(0.2)
        run["sqlite"] = _baseline(build, workspace, max(1, round(run["group"])), seconds)
        runs.append(run)
    median = {name: statistics.median(run[name] for run in runs) for name in ("requests_per_s", "group", "sqlite")}
    return {**median, "ratio": statistics.median(run["requests_per_s"] / run["sqlite"] for run in runs), "all": runs}

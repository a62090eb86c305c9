"""The gateway: what a process of its own costs beside nginx's proxy_pass, and what logins cost a running stream."""
import http.client
import json
import statistics
import subprocess
import threading
import time

from .api import Api
from .http_load import wrk
from .processes import Aesel, Nginx, find_program, free_udp_ports, progress, stop

LOGINS = 8
STREAM = {"rate": 60 * 16, "devices": 10}  # 16 objects, 60 times a second


def measure_proxy(binary, workspace, *, repetitions, seconds):
    """GET of one object through a gateway process and through nginx, to the same objects service, in turn. None
    without wrk or nginx."""
    if find_program("wrk") is None or find_program("nginx") is None:
        return None
    objects = Aesel(binary, workspace, roles="objects", event__stream__method="udp")
    gateway = Aesel(binary, workspace, roles="gateway",
                    directory__static__objects=f"http://127.0.0.1:{objects.http_port}")
    key = Api(objects.http_port).create_objects("proxy", 1)[0]
    nginx = Nginx(workspace, proxy_to=objects.http_port)
    runs = {"aesel": [], "nginx": []}
    for repetition in range(repetitions):
        progress(f"GET through a gateway, {repetition + 1} of {repetitions}")
        for name, port in (("nginx", nginx.port), ("aesel", gateway.http_port)):
            runs[name].append(wrk(f"-d{seconds}s", f"http://127.0.0.1:{port}/v1/object/{key}"))
    stop(nginx.child)
    gateway.stop()
    objects.stop()

    def median(name, figure):
        return statistics.median(run[figure] for run in runs[name])

    def ratio(figure):
        return statistics.median(a[figure] / n[figure] for a, n in zip(runs["aesel"], runs["nginx"]))

    return {"aesel": median("aesel", "requests_per_s"), "nginx": median("nginx", "requests_per_s"),
            "ratio": ratio("requests_per_s"), "aesel_p99_us": median("aesel", "p99_us"),
            "nginx_p99_us": median("nginx", "p99_us"), "p99_ratio": ratio("p99_us"), "all": runs}


class Logins:
    """Clients that log in again and again while the block runs."""

    def __init__(self, port, username, password, clients):
        self._body = json.dumps({"username": username, "password": password})
        self._port, self._done, self.count, self.failures = port, threading.Event(), 0, []
        self._threads = [threading.Thread(target=self._run) for _ in range(clients)]

    def _run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        while not self._done.is_set():
            connection.request("POST", "/login", self._body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                self.failures.append(answer.status)
                return
            self.count += 1
        connection.close()

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        time.sleep(0.3)
        return self

    def __exit__(self, *_):
        self._done.set()
        for thread in self._threads:
            thread.join()


def measure_logins(build, binary, workspace, *, repetitions, seconds):
    """Latency of a 60 Hz stream with and without eight clients that log in all the time, in turn."""
    aesel = Aesel(binary, workspace)
    user = {"username": "bench", "password": "a password for the benchmark", "isActive": True}
    Api(aesel.http_port).send("POST", "/users/sign-up", user)
    first_port = free_udp_ports(STREAM["devices"])
    api = Api(aesel.http_port)
    api.register_devices("logins", first_port, STREAM["devices"])
    keys = api.create_objects("logins", 16)

    def stream():
        run = subprocess.run([f"{build}/bench/fan_out_load", "--port", str(aesel.port), "--pid", str(aesel.pid),
                              "--first-port", str(first_port), "--scene", "logins", "--keys", ",".join(keys),
                              "--devices", str(STREAM["devices"]), "--rate", str(STREAM["rate"]),
                              "--seconds", str(seconds)], stdout=subprocess.PIPE, text=True, check=True)
        return json.loads(run.stdout)

    without, during, rates = [], [], []
    for repetition in range(repetitions):
        progress(f"a stream with and without logins, {repetition + 1} of {repetitions}")
        without.append(stream())
        with Logins(aesel.http_port, user["username"], user["password"], LOGINS) as logins:
            before, started = logins.count, time.perf_counter()
            during.append(stream())
            rates.append((logins.count - before) / (time.perf_counter() - started))
        if logins.failures:
            raise RuntimeError(f"login: status {logins.failures[0]}")
    aesel.stop()

    def median(trials, figure):
        return statistics.median(trial[figure] for trial in trials)

    return {"logins_per_s": statistics.median(rates), "p50_us": median(without, "p50_us"), "p99_us": median(without, "p99_us"),
            "p50_us_during": median(during, "p50_us"), "p99_us_during": median(during, "p99_us"),
            "loss_during": median(during, "loss"), "all": {"without": without, "during": during}}

"""Starting and ending the servers that are measured. Every child is ended by its own process id, in any case."""
import atexit
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

_children = []


def progress(text):
    print(text, file=sys.stderr, flush=True)


def spawn(arguments, log, **options):
    """A child in a session of its own, so that Ctrl-C reaches it through stop_all() alone."""
    child = subprocess.Popen([str(a) for a in arguments], stderr=log, start_new_session=True, **options)
    _children.append(child)
    return child


def stop(child):
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(timeout=6)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
    if child.stdout:
        child.stdout.close()
    if child in _children:
        _children.remove(child)


@atexit.register
def stop_all():
    for child in list(_children):
        stop(child)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def free_udp_ports(count):
    """The first of `count` consecutive UDP ports, below the range from which the system hands out its own."""
    for first in range(21_000 + os.getpid() % 5_000, 31_000, count):
        probes = []
        try:
            for port in range(first, first + count):
                probe = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                probes.append(probe)
                probe.bind(("127.0.0.1", port))
            return first
        except OSError:
            continue
        finally:
            for probe in probes:
                probe.close()
    raise RuntimeError("no free UDP ports on 127.0.0.1")


def wait_for_tcp(port, child, seconds=5):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and child.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=0.2).close()
            return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"{child.args[0]} does not listen on port {port}")


def find_program(name):
    """Servers of Debian live in /usr/sbin, which is not on every user's path."""
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")


class Workspace:
    """A temporary directory for stores, configurations and logs."""

    def __init__(self):
        self._directory = tempfile.TemporaryDirectory(prefix="aesel-bench-")
        self.path = self._directory.name
        os.chmod(self.path, 0o755)  # nginx's worker and Mosquitto run as users of their own
        self._made = 0

    def file(self, name):
        return os.path.join(self.path, name)

    def new_file(self, suffix):
        self._made += 1
        return self.file(f"{self._made}{suffix}")

    def log(self, name):
        return open(self.file(name + ".log"), "ab")

    def close(self):
        stop_all()
        self._directory.cleanup()


class Aesel:
    """One `aesel serve` with every role unless told otherwise, on free ports and a store of its own (or a given one).
    Settings as keyword arguments; dots are written `__`."""

    name = "Aesel"

    def __init__(self, binary, workspace, store=None, **settings):
        self.store = store or workspace.new_file(".db")
        self.log_path = workspace.file("aesel.log")
        started = time.monotonic()
        self.child = spawn(
            [binary, "serve", "--http.port", 0, "--udp.port", 0, "--event.stream.udp.port", 0,
             "--storage.sqlite.path", self.store,
             *(f"--{name.replace('__', '.')}={value}" for name, value in settings.items())],
            log=workspace.log("aesel"), stdout=subprocess.PIPE, text=True)
        line = self._await_ready()
        self.start_seconds = time.monotonic() - started
        ports = dict(re.findall(r"(\w+)=(\d+)", line))
        self.http_port = int(ports["http"])
        self.port = int(ports["udp"])
        self.pid = self.child.pid

    def _await_ready(self):
        for line in self.child.stdout:
            if line.startswith("ready "):
                return line
        raise RuntimeError("aesel did not become ready; its log:\n" + open(self.log_path).read()[-2000:])

    def resident_bytes(self):
        return resident_bytes(self.pid)

    def stop(self):
        stop(self.child)


def resident_bytes(pid):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS:"))


class Floor:
    name = "floor"

    def __init__(self, binary, workspace, *, first_port, devices):
        self.child = spawn([binary, first_port, devices], log=workspace.log("floor"), stdout=subprocess.PIPE,
                           text=True)
        self.port = int(self.child.stdout.readline().rsplit("=", 1)[1])
        self.pid = self.child.pid


class Peer:
    """A message server of Debian, started with its own defaults where they do not slow it down."""

    def __init__(self, name, protocol, arguments, workspace, port):
        self.name = name
        self.protocol = protocol
        self.port = port
        self.child = spawn(arguments, log=workspace.log(protocol), stdout=subprocess.DEVNULL)
        wait_for_tcp(port, self.child)
        self.pid = self.child.pid


def start_peers(workspace):
    """The peers that are installed, and the names of those that are not."""
    configuration = workspace.file("mosquitto.conf")
    ports = {name: free_port() for name in ("nats-server", "redis-server", "mosquitto")}
    with open(configuration, "w") as file:
        # tcp_nodelay: in its favour. No log of connections.
        file.write(f"listener {ports['mosquitto']} 127.0.0.1\nallow_anonymous true\npersistence false\n"
                   "set_tcp_nodelay true\nlog_type error\n")
    plans = [
        ("NATS", "nats", "nats-server", ["-a", "127.0.0.1", "-p", ports["nats-server"], "-l",
                                         workspace.file("nats-server.log")]),
        ("Redis", "redis", "redis-server", ["--port", ports["redis-server"], "--bind", "127.0.0.1", "--save", "",
                                            "--appendonly", "no", "--dir", workspace.path]),
        ("Mosquitto", "mqtt", "mosquitto", ["-c", configuration]),
    ]
    peers, missing = [], []
    for name, protocol, program, arguments in plans:
        path = find_program(program)
        if path is None:
            missing.append(name)
            continue
        peers.append(Peer(name, protocol, [path, *arguments], workspace, ports[program]))
    return peers, missing


class Nginx:
    """One worker that serves the files it is given ({name: content}), and passes /v1/ on to a port if there is one."""

    def __init__(self, workspace, files=None, *, proxy_to=None):
        root = workspace.file("www")
        os.makedirs(root, exist_ok=True)
        for name, content in (files or {}).items():
            with open(os.path.join(root, name), "wb") as file:
                file.write(content)
        self.port = free_port()
        configuration = workspace.file("nginx.conf")
        with open(configuration, "w") as file:
            file.write(self._configuration(workspace, root, proxy_to))
        self.child = spawn([find_program("nginx"), "-c", configuration, "-p", workspace.path,
                            "-e", workspace.file("nginx.log")], log=workspace.log("nginx"))
        wait_for_tcp(self.port, self.child)

    def _configuration(self, workspace, root, proxy_to):
        upstream = location = ""
        if proxy_to is not None:
            upstream = f"  upstream service {{ server 127.0.0.1:{proxy_to}; keepalive 64; }}\n"
            location = ('location /v1/ { proxy_pass http://service; proxy_http_version 1.1; '
                        'proxy_set_header Connection ""; }')
        temporary = "".join(f"  {kind}_temp_path {workspace.path}/nginx-{kind};\n"
                            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        return (f"daemon off;\nworker_processes 1;\npid {workspace.path}/nginx.pid;\n"
                f"error_log {workspace.path}/nginx.log;\n"
                "events { worker_connections 1024; }\n"
                "http {\n  access_log off;\n  sendfile on;\n  keepalive_requests 100000000;\n"
                "  types { application/json json; }\n  open_file_cache max=16;\n" + temporary + upstream +
                f"  server {{ listen 127.0.0.1:{self.port}; root {root}; {location} }}\n}}\n")

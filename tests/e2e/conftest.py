"""Fixtures: systems of running servers, and everything that must be closed afterwards."""

import contextlib
import os

import api_schema
import pytest
from clients import Device, EventSender, Http
from server import BINARY, Server, raise_file_limit
from shapes import unique


class System:
    """Servers that do the whole job together, and where to reach each service."""

    ROLES = ("objects", "scenes", "assets", "projects", "gateway")

    def __init__(self, servers):
        """`servers`: a server for each role; one may play several."""
        self.servers = set(servers.values())
        for role in self.ROLES:
            setattr(self, f"{role}_server", servers[role])
            setattr(self, role, Http(servers[role].http_port))
        self.udp_port, self.stream_port = servers["objects"].udp_port, servers["scenes"].stream_port
        self.one_process = len(self.servers) == 1


@contextlib.contextmanager
def one_process(directory, secured=False, **settings):
    more = {"auth__active": True} if secured else {}
    with Server(directory, **more, **settings) as server:
        yield System(dict.fromkeys(System.ROLES, server))


@contextlib.contextmanager
def apart(directory, secured=False, **settings):
    """Five processes: objects and scenes joined by UDP, assets, projects, and a gateway that routes to them."""
    for role in System.ROLES:
        (directory / role).mkdir()
    credentials = {"http__basic__username": "inner", "http__basic__password": "inner secret"} if secured else {}
    with contextlib.ExitStack() as stack:
        servers = {}

        def begin(role, **more):
            servers[role] = stack.enter_context(Server(directory / role, roles=role, **more, **settings))
            return servers[role]

        scenes = begin("scenes", **credentials)
        begin("objects", event__stream__method="udp", event__stream__udp__destination=f"127.0.0.1:{scenes.stream_port}", **credentials)
        begin("assets", **credentials)
        begin("projects", **credentials)
        door = {"auth__active": True} if secured else {}
        for role, server in servers.items():
            door[f"directory__static__{role}"] = f"http://127.0.0.1:{server.http_port}"
            if secured:
                door[f"directory__static__{role}__username"], door[f"directory__static__{role}__password"] = "inner", "inner secret"
        begin("gateway", **door)
        yield System(servers)


LAYOUTS = {"one_process": one_process, "apart": apart}


def pytest_sessionstart(session):
    if not session.config.option.collectonly and not os.access(BINARY, os.X_OK):
        pytest.exit(f"{BINARY} is not there; build it with make build, or set AESEL_BINARY", returncode=2)
    raise_file_limit()


def pytest_sessionfinish(session):
    api_schema.write_coverage()


@pytest.fixture(autouse=True)
def described():
    """A reply that the description does not know fails the test, also where a thread of load met it."""
    before = len(api_schema.violations)
    yield
    assert not api_schema.violations[before:], "\n".join(api_schema.violations[before:])


@pytest.fixture(scope="session", params=LAYOUTS)
def system(request, tmp_path_factory):
    """Shared by the tests that leave it as it is; they use names of their own."""
    with LAYOUTS[request.param](tmp_path_factory.mktemp(request.param)) as running:
        yield running


@pytest.fixture
def objects(system):
    return system.objects


@pytest.fixture
def scenes(system):
    return system.scenes


@pytest.fixture
def start(tmp_path):
    """Starts a server of the test's own: start(), start(events__flush_ms=10), ..."""
    with contextlib.ExitStack() as stack:
        def begin(directory=tmp_path, **settings):
            server = stack.enter_context(Server(directory, **settings))
            stack.callback(lambda: print(server.log()))  # shown when the test fails
            return server
        yield begin


@pytest.fixture
def closing():
    """Takes anything with close() and closes it at the end."""
    with contextlib.ExitStack() as stack:
        def take(thing):
            stack.callback(thing.close)
            return thing
        yield take


@pytest.fixture
def sender(system, closing):
    return closing(EventSender(system.udp_port))


@pytest.fixture
def scene():
    """The key of a scene that nobody has touched yet."""
    return unique("scene")


@pytest.fixture
def device(closing):
    return closing(Device(unique("device")))


@pytest.fixture
def watcher(system, scene, device):
    """A device registered to `scene`."""
    device.register(system.scenes, scene)
    return device

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

    def __init__(self, objects, scenes, gateway):
        self.servers = {objects, scenes, gateway}
        self.objects_server, self.scenes_server, self.gateway_server = objects, scenes, gateway
        self.objects, self.scenes, self.gateway = (Http(server.http_port) for server in (objects, scenes, gateway))
        self.udp_port, self.stream_port = objects.udp_port, scenes.stream_port
        self.one_process = len(self.servers) == 1


@contextlib.contextmanager
def one_process(directory, **settings):
    with Server(directory, **settings) as server:
        yield System(server, server, server)


@contextlib.contextmanager
def apart(directory, **settings):
    """Objects and scenes as two processes joined by UDP, and a third that routes to them."""
    folders = [directory / role for role in ("objects", "scenes", "gateway")]
    for folder in folders:
        folder.mkdir()
    with Server(folders[1], roles="scenes", **settings) as scenes:
        with Server(folders[0], roles="objects", event__stream__method="udp",
                    event__stream__udp__destination=f"127.0.0.1:{scenes.stream_port}", **settings) as objects:
            with Server(folders[2], roles="gateway", directory__static__objects=f"http://127.0.0.1:{objects.http_port}",
                        directory__static__scenes=f"http://127.0.0.1:{scenes.http_port}", **settings) as gateway:
                yield System(objects, scenes, gateway)


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

"""A disk that is full: transactions say so, events go on, and all is well when space returns."""

import contextlib
import ctypes
import os

import pytest
from clients import Device, EventSender, Http
from server import Server
from shapes import create_object, done, get_object, moved, refused, unique
from waiting import wait_for

LIBC = ctypes.CDLL(None, use_errno=True)


@contextlib.contextmanager
def small_disk(directory, size):
    """A memory file system of that size; skips the test where that is not allowed."""
    directory.mkdir()
    if LIBC.mount(b"tmpfs", str(directory).encode(), b"tmpfs", 0, f"size={size}".encode()) != 0:
        pytest.skip(f"mounting a small disk is not allowed here: {os.strerror(ctypes.get_errno())}")
    try:
        yield directory
    finally:
        LIBC.umount2(str(directory).encode(), 2)  # lazily: a test that failed may have files open


def fill(directory):
    """Takes all space that is left; the file that holds it."""
    path = directory / "filler"
    with open(path, "wb", buffering=0) as file:
        for size in (65_536, 4096, 1):
            with contextlib.suppress(OSError):
                while True:
                    file.write(b"x" * size)
    return path


def test_transactions_are_503_events_flow_and_all_is_well_again(tmp_path, closing):
    with small_disk(tmp_path / "disk", 6 << 20) as disk:
        with Server(disk) as server:
            http, sender = closing(Http(server.http_port)), closing(EventSender(server.udp_port))
            device, scene = closing(Device(unique("device"))), unique("scene")
            device.register(http, scene)
            key = create_object(http, name="moving", scene=scene)
            device.next()
            kept = [key]
            filler = fill(disk)
            reply = None
            for _ in range(2000):  # what SQLite still has room for in its own files is used up first
                reply = http.post("/v1/object", {"objects": [{"name": "x" * 1000, "assets": ["y" * 1000] * 10}]})
                if reply.status != 200:
                    break
                kept.append(reply.json["objects"][0]["key"])
            refused(reply, 503, 120)
            for _ in range(20):
                refused(http.post("/v1/object", {"objects": [{"name": "x" * 1000, "assets": ["y" * 1000] * 10}]}), 503, 120)
            for number in range(300):
                sender.send({"msg_type": 1, "key": key, "transform": moved(number)})
                assert device.next()["transform"] == moved(number)
            assert get_object(http, key)["transform"] == moved(299), "GET answers the newest state, stored or not"
            assert http.get("/health").status == 200
            filler.unlink()
            wait_for("a create to succeed", lambda: http.post("/v1/object", {"objects": [{"name": "again"}]}).status == 200, 10)
            done(http.post(f"/v1/object/{key}", {"objects": [{"name": "renamed"}]}))
            assert wait_for("ready", lambda: http.get("/ready").status == 200, 10)
        with Server(disk) as server:
            http = closing(Http(server.http_port))
            element = get_object(http, key)
            assert (element["transform"], element["name"]) == (moved(299), "renamed")
            for one in kept:
                get_object(http, one)


def test_registering_on_a_full_disk_is_told_and_works_later(tmp_path, closing):
    with small_disk(tmp_path / "disk", 6 << 20) as disk, Server(disk) as server:
        http = closing(Http(server.http_port))
        filler = fill(disk)
        tags = ["t" * 500] * 1
        reply = None
        for number in range(2000):
            reply = http.put(f"/v1/scene/{unique('s')}", {"scenes": [{"description": "d" * 1000, "tags": [f"{number}{tag}" for tag in tags]}]})
            if reply.status != 200:
                break
        assert reply.status in (500, 503) and reply.json["err_code"] == 120, reply
        filler.unlink()
        wait_for("a scene", lambda: http.put(f"/v1/scene/{unique('s')}", {"scenes": [{}]}).status == 200, 10)


def test_a_start_on_a_full_disk_is_refused_clearly(tmp_path):
    from server import run
    with small_disk(tmp_path / "disk", 1 << 20) as disk:
        fill(disk)
        refusal = run("serve", f"--storage.sqlite.path={disk / 'aesel.db'}", "--http.port=0", "--udp.port=0", "--event.stream.udp.port=0")
        assert refusal.returncode not in (0, -6, -11) and str(disk) in refusal.stderr, refusal

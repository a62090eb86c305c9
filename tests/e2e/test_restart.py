"""What a restart keeps, and how a process ends: nothing confirmed is lost, and nobody waits."""

import signal
import threading
import time

import pytest
from clients import Device, EventSender, Http, stays_within
from load import EventLoad, TransactionLoad
from server import Server
from server import run as run_verb
from shapes import (create_object, create_property, done, get_object, get_property, moved, object_keyframe, property_keyframe,
                    refused, unique)


def test_a_restart_keeps_everything(tmp_path, closing):
    device = closing(Device(unique("device")))
    with Server(tmp_path) as server:
        http = closing(Http(server.http_port))
        for scene in ("a", "b"):
            done(http.put(f"/v1/scene/{scene}", {"scenes": [{"name": f"scene {scene}", "tags": ["t"]}]}))
            device.register(http, scene)
        motion = {"translation": [1, 2, 3], "rotation": [0.1, 0.2, 0.3]}
        done(http.post("/v1/align", {"scenes": [{"key": "b", "devices": [{"key": device.name, "transform": motion}]}]}))
        moving = create_object(http, name="moving", scene="a", assets=["x"], parent="p",
                               actions=[{"name": "walk", "keyframes": [object_keyframe(1, moved(1))]}])
        locked = create_object(http, name="locked")
        done(http.get(f"/v1/object/{locked}/lock?device=holder"))
        light = create_property(http, name="light", values=[1], actions=[{"name": "fade", "keyframes": [property_keyframe(2, 3.0)]}])
        deleted = create_object(http)
        done(http.delete(f"/v1/object/{deleted}"))
        sender = closing(EventSender(server.udp_port))
        sender.send({"msg_type": 1, "key": moving, "transform": moved(77)})
        sender.send({"msg_type": 9, "key": light, "values": [88]})
        sender.send({"msg_type": 16, "key": moving, "actions": [{"name": "walk", "keyframes": [{"frame": 1, "transform": moved(99)}]}]})
        device.expect(msg_type=16)
        before = [http.get(f"/v1/object/{key}").json for key in (moving, locked)] + [get_property(http, light)]
        scenes = [http.get(f"/v1/scene/{scene}").json for scene in ("a", "b")]
    with Server(tmp_path) as server:
        http = closing(Http(server.http_port))
        assert [http.get(f"/v1/object/{key}").json for key in (moving, locked)] + [get_property(http, light)] == before
        assert [http.get(f"/v1/scene/{scene}").json for scene in ("a", "b")] == scenes
        element = get_object(http, moving)
        assert element["transform"] == moved(77) and element["actions"][0]["keyframes"][0]["transform"] == moved(99)
        assert get_property(http, light)["values"] == [88.0]
        refused(http.get(f"/v1/object/{locked}/lock?device=other"), 423, 123)
        refused(http.get(f"/v1/object/{deleted}"), 404, 102)
        traveller = closing(Device(unique("traveller")))
        traveller.register(http, "a")
        answer = traveller.register(http, "b")["scenes"]
        assert answer[1]["key"] == "a"
        assert answer[0]["devices"][0]["transform"]["translation"] == pytest.approx([1, 2, 3])
        closing(EventSender(server.udp_port)).send({"msg_type": 1, "key": moving, "transform": moved(5)})
        assert device.expect(msg_type=1)["transform"] == moved(5), "registrations are kept too"


def test_a_second_start_on_the_same_store_is_refused_clearly(start, closing, tmp_path):
    server = start()
    refusal = run_verb("serve", f"--storage.sqlite.path={server.store}", "--http.port=0", "--udp.port=0",
                       "--event.stream.udp.port=0", cwd=tmp_path)
    assert refusal.returncode not in (0, -6, -11), refusal
    assert str(server.store) in refusal.stderr and str(server.child.pid) in refusal.stderr, refusal.stderr
    assert "ready" not in refusal.stdout and len(refusal.stderr.strip().splitlines()) <= 5, refusal.stderr
    create_object(closing(Http(server.http_port)))


def test_ports_that_are_taken_are_told(start, tmp_path):
    server = start()
    for name, port in (("http.port", server.http_port), ("udp.port", server.udp_port)):
        values = {"http.port": 0, "udp.port": 0, "event.stream.udp.port": 0, "storage.sqlite.path": tmp_path / "other.db", name: port}
        refusal = run_verb("serve", *(f"--{key}={value}" for key, value in values.items()), cwd=tmp_path)
        assert refusal.returncode not in (0, -6, -11) and str(port) in refusal.stderr, refusal


def test_a_store_that_is_none_is_refused(tmp_path):
    for content in (b"this is not a database, but it is long enough to look at" * 100,):
        path = tmp_path / "odd.db"
        path.write_bytes(content)
        refusal = run_verb("serve", f"--storage.sqlite.path={path}", "--http.port=0", "--udp.port=0", "--event.stream.udp.port=0",
                           cwd=tmp_path)
        assert refusal.returncode not in (0, -6, -11) and str(path) in refusal.stderr, refusal
        assert path.read_bytes() == content, "the file is not touched"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_an_idle_server_at_once(start, number):
    server = start()
    server.signal(number)
    began = time.monotonic()
    assert server.wait(5) == 0
    stays_within(1.5, began)


def test_a_signal_right_after_the_ready_line_ends_it_in_order(tmp_path):
    for _ in range(20):
        with Server(tmp_path) as server:
            server.signal(signal.SIGTERM)
            assert server.wait(5) == 0


def test_sigterm_under_load_flushes_and_leaves_within_5_seconds(tmp_path, closing):
    device, scene = closing(Device(unique("device"))), unique("scene")
    with Server(tmp_path) as server:
        http = closing(Http(server.http_port))
        keys = [create_object(http, name=f"n{number}", scene=scene) for number in range(50)]
        device.register(http, scene)
        seen, listening = {}, threading.Event()

        def listen():
            while not listening.is_set():
                try:
                    event = device.next(0.2)
                except AssertionError:
                    continue
                if event["msg_type"] == 1 and event["key"] in events.sent_at:
                    seen[event["key"]] = event["transform"][3]

        events = EventLoad(server.udp_port, keys)
        transactions = [TransactionLoad(server.http_port) for _ in range(4)]
        listener = threading.Thread(target=listen)
        for thread in (events, listener, *transactions):
            thread.start()
        idle = [Http(server.http_port) for _ in range(20)]
        for one in idle:
            one.get("/health")
        time.sleep(1)  # of load
        server.signal(signal.SIGTERM)
        began = time.monotonic()
        assert server.wait(10) == 0
        stays_within(5, began)
        for thread in (events, *transactions):
            thread.stop()
        listening.set()
        listener.join()
    assert len(seen) == len(keys)
    with Server(tmp_path) as server:
        http = closing(Http(server.http_port))
        for key in keys:
            stored = get_object(http, key)["transform"]
            assert stored == moved(stored[3], -stored[3]) and 0 <= stored[3] < len(events.sent_at[key])
            assert stored[3] >= seen[key], "whatever was sent on is stored"
        for load in transactions:
            assert load.confirmed
            for key, name in load.confirmed.items():
                assert get_object(http, key)["name"] in (name, load.asked.get(key))

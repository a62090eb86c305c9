"""Devices that are gone, unreachable or have no address do not delay the others."""

import time

from clients import Device, EventSender, Http, stays_within
from shapes import create_object, done, moved, unique
from waiting import SLOWNESS

GONE = [  # hostname, port
    ("127.0.0.1", 9), ("::1", 9), ("192.0.2.1", 6345), ("2001:db8::1", 6345), ("240.0.0.1", 6345), ("255.255.255.255", 6345),
    ("0.0.0.0", 0), ("no-such-host.invalid", 6345), ("also..not a host", 6345), ("", 6345), (None, None), ("x" * 1000, 6345),
    ("127.0.0.1", 99_999), ("127.0.0.1", -1), ("127.0.0.1", "6345"), ("198.51.100.7", 65_535)]


def register(http, scene, key, hostname, port):
    body = {"scenes": [{"key": scene, "devices": [{"key": key, "hostname": hostname, "port": port}]}]}
    reply = http.post("/v1/register", body)
    assert reply.status in (200, 400), reply


def test_the_others_receive_everything_in_time(system, sender, scene, closing):
    http, first, last = system.scenes, closing(Device(unique("first"))), closing(Device(unique("last")))
    first.register(http, scene)
    began = time.monotonic()
    for number, (hostname, port) in enumerate(GONE):
        register(http, scene, f"gone-{number}", hostname, port)
    stays_within(2, began)  # no registration waits for a name
    left = Device(unique("left"))
    left.register(http, scene)
    left.close()
    last.register(http, scene)
    key = create_object(system.objects, scene=scene)
    first.expect(msg_type=0), last.expect(msg_type=0)
    longest = 0.0
    for number in range(500):
        sent = time.monotonic()
        sender.send({"msg_type": 1, "key": key, "transform": moved(number)})
        assert first.next()["transform"] == last.next()["transform"] == moved(number)
        longest = max(longest, time.monotonic() - sent)
    assert longest < 0.25 * SLOWNESS, f"{longest:.3f} s"


def test_names_are_resolved_off_the_event_path_again_and_again(start, closing):
    server = start(fanout__resolve_ms=200)
    http, sender = closing(Http(server.http_port)), closing(EventSender(server.udp_port))
    device, scene = closing(Device(unique("device"))), unique("scene")
    device.register(http, scene)
    for number in range(50):
        register(http, scene, f"name-{number}", f"no-such-host-{number}.invalid", 6345)
    key = create_object(http, scene=scene)
    device.next()
    began, longest, count = time.monotonic(), 0.0, 0
    while time.monotonic() - began < 2:
        sent = time.monotonic()
        sender.send({"msg_type": 1, "key": key, "transform": moved(count)})
        assert device.next()["transform"] == moved(count)
        longest = max(longest, time.monotonic() - sent)
        count += 1
    assert longest < 0.25 * SLOWNESS
    assert http.get("/health").status == 200
    began = time.monotonic()
    server.stop()
    stays_within(5, began)


def test_a_device_that_comes_back_receives_again(system, sender, scene):
    device = Device(unique("device"))
    device.register(system.scenes, scene)
    key = create_object(system.objects, scene=scene)
    device.next()
    port = device.port
    device.close()
    for number in range(50):
        sender.send({"msg_type": 1, "key": key, "transform": moved(number)})
    back = Device(device.name)
    back.close()
    back.__init__(device.name)
    if back.port != port:  # the old port cannot be asked for by our Device; registering tells the new one
        back.register(system.scenes, scene)
    done(system.objects.post(f"/v1/object/{key}", {"objects": [{"type": "marker"}]}))
    assert back.expect(type="marker")["key"] == key
    back.close()

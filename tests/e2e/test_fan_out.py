"""Who receives: all devices of the scene, at once, wherever they are, and nobody else."""

import socket

import pytest
from clients import Device, EventSender, metrics
from shapes import create_object, done, moved, unique


@pytest.fixture
def object_key(objects, scene):
    return create_object(objects, name="thing", scene=scene)


def deregister(http, scene, device):
    done(http.post("/v1/deregister", {"scenes": [{"key": scene, "devices": [{"key": device.name}]}]}), records=1)


def test_every_device_of_the_scene_receives_the_same(scenes, closing, sender, scene, object_key):
    devices = [closing(Device(unique("device"))) for _ in range(20)]
    for device in devices:
        device.register(scenes, scene)
    sender.send({"msg_type": 1, "key": object_key, "transform": moved(3)})
    datagrams = {device.raw() for device in devices}
    assert len(datagrams) == 1


def test_a_registration_is_effective_on_the_next_event(scenes, closing, sender, scene, object_key):
    devices = []
    for number in range(10):
        devices.append(closing(Device(unique("device"))))
        devices[-1].register(scenes, scene)
        sender.send({"msg_type": 1, "key": object_key, "transform": moved(number)})
        for device in devices:
            assert device.next()["transform"] == moved(number)


@pytest.mark.parametrize(("family", "hostname"), [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"), (socket.AF_INET, "localhost")])
def test_devices_are_reached_by_ipv4_ipv6_and_name(scenes, closing, sender, scene, object_key, family, hostname):
    device = closing(Device(unique("device"), family))
    device.register(scenes, scene, hostname=hostname)
    if hostname != "localhost":
        sender.send({"msg_type": 1, "key": object_key, "transform": moved(1)})
        assert device.next()["key"] == object_key
        return
    for _ in range(100):  # a name takes effect once it is resolved
        sender.send({"msg_type": 1, "key": object_key, "transform": moved(1)})
        try:
            assert device.next(0.05)["key"] == object_key
            return
        except AssertionError as error:
            if "nothing came" not in str(error):
                raise
    pytest.fail("the host name was not resolved within 5 s")


def test_events_come_in_over_ipv6_too(system, closing, object_key, watcher):
    sender = closing(EventSender(system.udp_port, "::1"))
    sender.send({"msg_type": 1, "key": object_key, "transform": moved(1)})
    assert watcher.next()["key"] == object_key


def test_the_sender_receives_its_own_event(system, scenes, closing, scene, object_key):
    device = closing(Device(unique("device")))
    device.register(scenes, scene)
    device.socket.sendto(b'{"msg_type":1,"key":"%s","transform":[5]}' % object_key.encode(), ("127.0.0.1", system.udp_port))
    assert device.next()["transform"][0] == 5.0


def test_scenes_are_apart(scenes, objects, closing, sender, scene, watcher):
    other_scene = unique("scene")
    other = closing(Device(unique("device")))
    other.register(scenes, other_scene)
    here, there = create_object(objects, name="here", scene=scene), create_object(objects, name="there", scene=other_scene)
    for number in range(5):
        sender.send({"msg_type": 1, "key": here, "transform": moved(number)})
        sender.send({"msg_type": 1, "key": there, "transform": moved(number)})
    done(objects.post(f"/v1/object/{here}", {"objects": [{"type": "end"}]}))
    done(objects.post(f"/v1/object/{there}", {"objects": [{"type": "end"}]}))
    assert {event["key"] for event in watcher.until(type="end")} == {here}
    assert {event["key"] for event in other.until(type="end")} == {there}


def test_unknown_scenes_are_dropped(sender, scene, object_key, watcher):
    for _ in range(5):
        sender.send({"msg_type": 1, "key": object_key, "scene": unique("nowhere"), "transform": moved(1)})
        sender.send({"msg_type": 1, "key": object_key, "scene": scene, "transform": moved(2)})
        assert watcher.next()["transform"] == moved(2)


def test_deregistered_devices_receive_nothing(scenes, closing, sender, scene, object_key, watcher):
    leaving = closing(Device(unique("device")))
    leaving.register(scenes, scene)
    sender.send({"msg_type": 1, "key": object_key, "transform": moved(1)})
    assert leaving.next()["transform"] == watcher.next()["transform"] == moved(1)
    deregister(scenes, scene, leaving)
    sender.send({"msg_type": 1, "key": object_key, "transform": moved(2)})
    assert watcher.next()["transform"] == moved(2)
    leaving.register(scenes, scene)
    sender.send({"msg_type": 1, "key": object_key, "transform": moved(3)})
    assert leaving.next()["transform"] == moved(3), "the event in between was not sent"


def test_the_last_device_stops_receiving_too(scenes, sender, scene, object_key, watcher):
    deregister(scenes, scene, watcher)
    sender.send({"msg_type": 1, "key": object_key, "transform": moved(1)})
    watcher.register(scenes, scene)
    sender.send({"msg_type": 1, "key": object_key, "transform": moved(2)})
    assert watcher.next()["transform"] == moved(2)


def test_devices_of_a_deleted_scene_receive_nothing(scenes, sender, scene, object_key, watcher):
    done(scenes.delete(f"/v1/scene/{scene}"))
    sender.send({"msg_type": 1, "key": object_key, "transform": moved(1)})
    watcher.register(scenes, scene)
    sender.send({"msg_type": 1, "key": object_key, "transform": moved(2)})
    assert watcher.next()["transform"] == moved(2)


def test_registering_again_moves_the_address(scenes, closing, sender, scene, object_key, watcher):
    moved_to = closing(Device(watcher.name))
    moved_to.register(scenes, scene)
    sender.send({"msg_type": 1, "key": object_key, "transform": moved(1)})
    assert moved_to.next()["transform"] == moved(1)
    watcher.register(scenes, scene)
    sender.send({"msg_type": 1, "key": object_key, "transform": moved(2)})
    assert watcher.next()["transform"] == moved(2), "the event in between went to the new address only"


def test_one_device_may_be_in_several_scenes(scenes, objects, sender, scene, watcher):
    other_scene = unique("scene")
    watcher.register(scenes, other_scene)
    for place in (scene, other_scene):
        key = create_object(objects, scene=place)
        watcher.expect(msg_type=0)
        sender.send({"msg_type": 1, "key": key, "transform": moved(1)})
        assert watcher.next()["scene"] == place


def test_cache_calls_neither_help_nor_harm(scenes, sender, scene, object_key, watcher):
    for change in (scenes.put, scenes.delete, scenes.put):
        done(change(f"/v1/scene/cache/{scene}"))
        sender.send({"msg_type": 1, "key": object_key, "transform": moved(1)})
        if change == scenes.put:
            assert watcher.expect(key=object_key)["transform"] == moved(1)


def test_the_stream_port_takes_a_scene_line_and_a_body(system, scenes, closing, scene):
    device = closing(Device(unique("device"), padded=False))
    device.register(scenes, scene)
    stream = closing(EventSender(system.stream_port))
    bodies = [b'{"msg_type":1,"name":"abcd"}', "any text, not JSON: käse \x00 NUL".encode(), b"x" * 8000]
    for body in bodies:
        stream.send(scene.encode() + b"\n" + body)
        assert device.raw() == body
    stream.send(scene.encode() + b"\nfirst\nsecond")
    assert device.raw() == b"first", "only the second line is the body"
    stream.send(scene.encode() + b"\nwith a trailing line feed\n")
    assert device.raw() == b"with a trailing line feed"


def test_the_stream_port_survives_garbage(system, scenes, closing, scene):
    device = closing(Device(unique("device"), padded=False))
    device.register(scenes, scene)
    stream = closing(EventSender(system.stream_port))
    for garbage in (b"", b"\n", b"no line feed", b"\nbody of no scene", unique("nowhere").encode() + b"\nbody", b"\xff\xfe\n\xff",
                    b"kill", b"x" * 65_507, scene.encode()):
        stream.send(garbage)
        stream.send(scene.encode() + b"\ngood")
        assert device.raw() == b"good", garbage[:40]


def test_deliveries_are_counted(system, sender, scene, object_key, watcher):
    before = metrics(system.scenes)
    for _ in range(5):
        sender.send({"msg_type": 1, "key": object_key, "transform": moved(1)})
        watcher.next()
    after = metrics(system.scenes)
    grown = {name for name, value in after.items() if value >= before.get(name, 0) + 5}
    assert any("deliver" in name or "sent" in name or "send" in name for name in grown), sorted(grown)

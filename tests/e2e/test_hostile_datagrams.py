"""Garbage on the events port: counted, and the good events in between all arrive.

AESEL_E2E_RANDOM sets the number of random datagrams (1,000,000; a tenth of it under sanitizers).
"""

import json
import os
import random

import pytest
from clients import EventSender, metrics
from shapes import ABSENT_KEY, create_object, get_object, moved
from waiting import SLOWNESS

RANDOM_COUNT = int(os.environ.get("AESEL_E2E_RANDOM", "1000000" if SLOWNESS == 1 else "100000"))
BATCH = 100  # so many between two good ones; they fit any receive buffer
GROWTH_BYTES_MAX = 8 << 20


def deep(depth, opening=b"[", closing=b"]"):
    return b'{"msg_type":1,"key":"' + ABSENT_KEY.encode() + b'","transform":' + opening * depth + closing * depth + b"}"


def hostile(key, scene):
    """(what it is, datagram). None of these is an event."""
    good = json.dumps({"msg_type": 1, "key": key, "scene": scene, "transform": moved(1)}).encode()
    numbers = b'{"msg_type":1,"key":"%s","transform":[' % key.encode()
    yield "empty", b""
    for byte in (b"\x00", b"{", b"}", b"1", b"\xff", b"\n", b'"'):
        yield f"one byte {byte!r}", byte
    yield "as large as can be", b"x" * 65_507
    yield "as large as can be, of braces", b"{" * 65_507
    yield "as large as can be, one text", b'{"msg_type":1,"key":"' + b"k" * (65_507 - 23) + b'"}'
    yield "invalid UTF-8", good.replace(b'"scene": "', b'"scene": "\xff\xfe\x80')
    yield "invalid UTF-8 in the key", good.replace(key.encode(), b"\xc3\x28" * 12)
    yield "deep arrays", deep(30_000)
    yield "deep objects", deep(8_000, b'{"a":', b"}")
    yield "never closed", deep(60_000, b"[", b"")
    yield "NaN", numbers + b"NaN" + b",0" * 15 + b"]}"
    yield "infinity", numbers + b"Infinity" + b",0" * 15 + b"]}"
    yield "an exponent beyond all doubles", numbers + b"1e999" + b",0" * 15 + b"]}"
    yield "a negative one", numbers + b"-1e999" + b",0" * 15 + b"]}"
    yield "an unknown type", good.replace(b'"msg_type": 1', b'"msg_type": 77')
    yield "a type beyond all integers", good.replace(b'"msg_type": 1', b'"msg_type": 99999999999999999999')
    yield "no type", good.replace(b'"msg_type": 1, ', b"")
    yield "an array", b"[1,2,3]"
    yield "a list envelope", b'{"objects":[' + good + b"]}"
    yield "cut off", good[:-10]
    yield "a scene line before it", b"scene\n" + good
    yield "zeros", b"\x00" * 1000
    yield "a good one in UTF-16", good.decode().encode("utf-16")
    yield "a kill word", b"kill"


def harmless(key, scene):
    """(what it is, datagram). These may be applied or dropped, but must do no harm."""
    whole = {"msg_type": 1, "key": key, "scene": scene, "transform": moved(1)}
    yield "17 entries", json.dumps({**whole, "transform": [*moved(1), 17.0]}).encode()
    yield "16,000 entries", json.dumps({**whole, "transform": [1] * 16_000}).encode()
    yield "huge numbers", json.dumps({**whole, "transform": [1e308] * 16}).encode()
    yield "many digits", json.dumps(whole).encode().replace(b"1.0", b"1." + b"0" * 3000)
    yield "an unknown key", json.dumps({**whole, "key": ABSENT_KEY}).encode()
    yield "a key that is none", json.dumps({**whole, "key": "nonsense"}).encode()
    yield "no key", json.dumps({**whole, "key": None}).encode()
    yield "no scene, unknown key", json.dumps({"msg_type": 1, "key": ABSENT_KEY, "transform": moved(1)}).encode()
    yield "a real type", json.dumps({**whole, "msg_type": 1.0}).encode()
    yield "wrong types", json.dumps({"msg_type": 1, "key": [key], "scene": {}, "transform": {"a": 1}, "actions": 5}).encode()
    yield "members twice", b'{"msg_type":1,"msg_type":9,"key":"%s","key":"x","transform":[1],"transform":[2]}' % key.encode()
    yield "odd actions", json.dumps({**whole, "msg_type": 16, "actions": [1, None, {}, {"name": 5}, {"name": "x", "keyframes": [
        1, {"frame": "x"}, {"frame": 1, "transform": "y", "scale_handle": [1, 2, 3, 4, 5, 6]}]}]}).encode()
    yield "a line break in the scene", json.dumps({**whole, "scene": f"a\nb{scene}"}).encode()
    yield "a very long scene", json.dumps({**whole, "scene": "s" * 60_000}).encode()
    yield "a frame beyond all integers", json.dumps({**whole, "msg_type": 16, "actions": [{"name": "a", "keyframes": [{"frame": 1 << 70}]}]}).encode()


@pytest.fixture
def good_event(objects, scene, watcher, sender):
    """Sends a good event and waits until it has arrived: good_event()."""
    key = create_object(objects, name="good", scene=scene)
    watcher.expect(msg_type=0)
    count = 0

    def send(what=""):
        nonlocal count
        count += 1
        sender.send({"msg_type": 1, "key": key, "scene": scene, "transform": moved(count, 0.5)})
        for _ in range(1000):
            event = watcher.next()
            if event.get("key") == key and event["transform"] == moved(count, 0.5):
                return
        pytest.fail(f"the good event did not arrive after {what}")

    send.key = key
    return send


def test_no_datagram_keeps_good_events_from_arriving(system, sender, scene, good_event):
    before = metrics(system.objects)
    count = 0
    for _ in range(3):
        for what, datagram in hostile(good_event.key, scene):
            sender.send(datagram)
            good_event(what)
            count += 1
    after = metrics(system.objects)
    dropped = sum(value - before.get(name, 0) for name, value in after.items()
                  if name.startswith("aesel_events_") and ("malformed" in name or "unknown" in name or "dropped" in name))
    assert dropped >= count, {name: value for name, value in after.items() if name.startswith("aesel_events")}
    assert all(server.alive() for server in system.servers)
    assert get_object(system.objects, good_event.key)["name"] == "good"


def test_no_odd_event_does_harm(system, sender, scene, good_event, watcher):
    watcher.padded = True
    for _ in range(3):
        for what, datagram in harmless(good_event.key, scene):
            sender.send(datagram)
            good_event(what)
    element = get_object(system.objects, good_event.key)
    assert element["name"] == "good" and len(element["transform"]) == 16
    assert all(server.alive() for server in system.servers)


def mutations(key, scene, seed):
    """Endless datagrams: half of them random bytes, half good events with some bytes changed, cut or doubled."""
    source = random.Random(seed)
    events = [json.dumps(event).encode() for event in (
        {"msg_type": 1, "key": ABSENT_KEY, "name": "n", "scene": "nowhere", "transform": moved(1)},
        {"msg_type": 16, "key": ABSENT_KEY, "actions": [{"name": "a", "keyframes": [{"frame": 1, "transform": moved(1)}]}]},
        {"msg_type": 9, "key": ABSENT_KEY, "values": [1.0, 2.0], "scene": "nowhere"},
        {"msg_type": 24, "key": ABSENT_KEY, "actions": [{"name": "a", "keyframes": [{"frame": 1, "values": [{"value": 1.0}]}]}]},
        {"msg_type": 28, "key": ABSENT_KEY, "actions": [{"name": "a", "description": "d"}]})]
    while True:
        if source.random() < 0.5:
            yield source.randbytes(source.randrange(0, 120))
            continue
        event = bytearray(source.choice(events))
        for _ in range(source.randrange(1, 5)):
            at = source.randrange(len(event))
            choice = source.random()
            if choice < 0.6:
                event[at] = source.randrange(256)
            elif choice < 0.8:
                del event[at:at + source.randrange(1, 20)]
            else:
                event[at:at] = event[at:at + source.randrange(1, 20)]
            event = event or bytearray(b"x")
        yield bytes(event)


def test_random_datagrams_leave_memory_flat(system, closing, scene, good_event):
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    stream = mutations(good_event.key, scene, seed)
    sender = closing(EventSender(system.udp_port))
    good_event()
    early = None
    batches = RANDOM_COUNT // BATCH // (1 if system.one_process else 10)
    for number in range(batches):
        for _ in range(BATCH):
            sender.socket.send(next(stream))
        good_event(f"batch {number} of seed {seed}")
        if number == batches // 10:
            early = system.objects_server.rss_bytes()
    growth = system.objects_server.rss_bytes() - early
    print(f"{batches * BATCH} datagrams; memory grew by {growth} bytes over the last nine tenths")
    if SLOWNESS == 1:
        assert growth < GROWTH_BYTES_MAX
    assert all(server.alive() for server in system.servers)

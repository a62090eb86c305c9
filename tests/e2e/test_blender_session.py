"""A session of the Blender client from the first scene query to deregistration, the steps that need no assets."""

import json
import time

from clients import Device, EventSender
from shapes import close, done, moved, unique

NULLS = {"start_record": 0, "error_code": None, "error_message": None, "event_destination_port": None,
         "event_destination_key": None, "event_destination_salt": None}


def test_a_session(system, closing):
    http, scene = system.gateway, unique("First")
    sender = closing(EventSender(system.udp_port))
    listener = closing(Device(f"my-blender-{time.time()}"))

    # Create and find the scene: every scene of an answer needs a key and a name.
    done(http.put(f"/v1/scene/{scene}", {**NULLS, "num_records": 10, "scenes": [{"key": scene, "name": "The first", "tags": []}]}))
    unnamed = unique("unnamed")
    done(http.put(f"/v1/scene/{unnamed}", {"scenes": [{"key": unnamed}]}))
    query = {**NULLS, "num_records": 100_000, "scenes": [{"key": None, "name": None, "region": None, "tags": None}]}
    answer = done(http.post("/v1/scene/query", query))
    assert scene in [one["key"] for one in answer["scenes"]]
    assert all("key" in one and "name" in one for one in answer["scenes"])
    done(http.post(f"/v1/scene/{scene}", {**NULLS, "scenes": [{"key": scene, "name": "Renamed"}]}))

    # Register, with every member of the device but key, hostname and port null.
    device = {"key": listener.name, "hostname": "127.0.0.1", "port": listener.port, "connection_string": None, "transform": None}
    body = {**NULLS, "num_records": 2, "scenes": [{"key": scene, "devices": [device], "name": None, "tags": []}]}
    done(http.post(f"/v1/scene/{scene}/register", body), records=2)

    # Save two objects; their pose travels as translation, rotation and scale only.
    keys = {}
    for name, parent in (("Empty", ""), ("Cube", "Empty")):
        element = {"key": None, "name": name, "scene": scene, "type": "MESH", "subtype": "custom", "parent": parent, "transform": [],
                   "actions": [], "translation": [1.0, 2.0, 3.0], "euler_rotation": [0.0, 0.0, 0.0], "scale": [1.0, 1.0, 2.0]}
        keys[name] = done(http.post(f"/v1/scene/{scene}/object", {**NULLS, "objects": [element]}))["objects"][0]["key"]
        event = listener.next()
        assert event["name"] == name and len(event["transform"]) == 16

    # Load: every object needs key, name, parent and a transform of 16 numbers.
    loaded = done(http.post(f"/v1/scene/{scene}/object/query", {**NULLS, "num_records": 999, "objects": [
        {"scene": scene, "name": None, "key": None, "transform": None}]}), records=2)["objects"]
    assert [(one["key"], one["name"], one["parent"]) for one in loaded] == [(keys["Empty"], "Empty", ""), (keys["Cube"], "Cube", "Empty")]
    for one in loaded:
        close(one["transform"], [1, 0, 0, 1, 0, 1, 0, 2, 0, 0, 2, 3, 0, 0, 0, 1], 1e-9)

    # Lock, move, unlock. Each update comes back, by name, in a datagram that fits the client's buffer.
    lock = f"/v1/scene/{scene}/object/{keys['Cube']}/lock?device={listener.name}"
    assert http.get(lock).status == 200
    for number in range(30):
        sender.send({"msg_type": 1, "key": keys["Cube"], "name": "Cube", "scene": scene, "transform": moved(number / 7), "actions": []})
        datagram = listener.raw()
        assert len(datagram) <= 8192
        event = json.loads(datagram)
        assert event["name"] == "Cube" and event["transform"] == moved(number / 7)
    assert http.delete(lock).status == 200

    # Delete and leave; deregistering names the device by its key alone.
    assert http.delete(f"/v1/scene/{scene}/object/{keys['Cube']}").status == 200
    event = listener.next()
    assert event["msg_type"] == 3 and event["name"] == "Cube" and len(event["transform"]) == 16
    nothing = {"key": listener.name, "hostname": None, "port": None, "connection_string": None, "transform": None}
    done(http.post(f"/v1/scene/{scene}/deregister", {**NULLS, "scenes": [{"key": scene, "devices": [nothing]}]}), records=1)
    done(http.delete(f"/v1/scene/{scene}"))

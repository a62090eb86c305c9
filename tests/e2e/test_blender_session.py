"""A session of the Blender client, all eighteen steps from the login to the deregistration."""

import json
import time

from clients import Device, EventSender
from shapes import close, done, moved, unique
from test_users import sign_up
from uploads import upload

NULLS = {"start_record": 0, "error_code": None, "error_message": None, "event_destination_port": None,
         "event_destination_key": None, "event_destination_salt": None}


class LoggedIn:
    """Sends the token with every request, and the cookie with it, as the client's HTTP session does."""

    def __init__(self, http, username, password):
        reply = http.post("/login", {"username": username, "password": password})
        assert reply.status == 200 and "Authorization" in reply.headers, reply
        cookie = reply.headers["Set-Cookie"].split(";")[0]
        self.http, self.headers = http, {"Authorization": reply.headers["Authorization"], "Cookie": cookie}

    def __getattr__(self, method):
        def send(*arguments, headers=None, **more):
            return getattr(self.http, method)(*arguments, headers={**self.headers, **(headers or {})}, **more)
        return send


def relationship(asset, related, kind, sub_id="", subtype=""):
    return {"id": None, "assetId": asset, "assetSubId": sub_id, "relationshipType": kind, "relationshipSubtype": subtype, "relatedId": related}


def load_assets(http, related, kind):
    """What the client does with a scene and with each object: relationships, metadata in bulk, downloads."""
    reply = http.get(f"/v1/relationship?related={related}&type={kind}")
    assert reply.status == 200, "also when there is none: loading would stop here"
    found = reply.json
    assert all("assetId" in one and "assetSubId" in one for one in found)
    described = http.post("/v1/bulk/asset", {"ids": [one["assetId"] for one in found]})
    assert described.status == 200
    types = {one["key"]: one["fileType"] for one in described.json}
    assert set(types) == {one["assetId"] for one in found}
    return [(one["assetSubId"], types[one["assetId"]], http.get(f"/v1/asset/{one['assetId']}").body) for one in found]


def test_a_session(system, closing):
    scene = unique("First")
    user = sign_up(system.gateway)
    http = LoggedIn(system.gateway, user["username"], "secret password")
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

    # The assets of a scene that has none: an empty list all the way. Then save the scene's file, twice the same.
    assert load_assets(http, scene, "scene") == []
    blend = upload(http, b"BLENDER-v280" + bytes(5000), filename="/home/artist/scenes/first.blend",
                   content_type="text/plain", asset_type="Blender", file_type="blend")
    for name in ("Cube", "Lamp"):
        saved = http.put("/v1/relationship", relationship(blend, scene, "scene", name, "object"))
        assert saved.status == 200 and saved.json[0]["id"], saved
    wavefront = upload(http, b"o Cube", content_type="text/plain", asset_type="Blender", file_type="obj")
    assert http.put("/v1/relationship", relationship(wavefront, scene, "scene", "", "object")).status == 200
    loaded_files = load_assets(http, scene, "scene")
    assert [(name, kind) for name, kind, _ in loaded_files] == [("Cube", "blend"), ("Lamp", "blend"), ("", "obj")]
    assert loaded_files[0][2].startswith(b"BLENDER") and loaded_files[2][2] == b"o Cube"

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

    # Each object has a file of its own; loading takes the first one.
    for name, key in keys.items():
        file = upload(http, name.encode(), content_type="text/plain", asset_type="Blender", file_type="obj")
        assert http.put("/v1/relationship", relationship(file, key, "object")).status == 200
        assert load_assets(http, key, "object")[0] == ("", "obj", name.encode())

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

    # Delete: the object's files first.
    files = http.get(f"/v1/relationship?related={keys['Cube']}&type=object").json
    for one in files:
        assert http.delete(f"/v1/asset/{one['assetId']}").status == 200
    assert files and load_assets(http, keys["Cube"], "object") == []

    # Delete and leave; deregistering names the device by its key alone.
    assert http.delete(f"/v1/scene/{scene}/object/{keys['Cube']}").status == 200
    event = listener.next()
    assert event["msg_type"] == 3 and event["name"] == "Cube" and len(event["transform"]) == 16
    nothing = {"key": listener.name, "hostname": None, "port": None, "connection_string": None, "transform": None}
    done(http.post(f"/v1/scene/{scene}/deregister", {**NULLS, "scenes": [{"key": scene, "devices": [nothing]}]}), records=1)
    done(http.delete(f"/v1/scene/{scene}"))

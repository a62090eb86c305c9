"""The gateway's own collection of requests, in order: uploads, a scene, objects, properties, devices; GETs with bodies."""

from clients import Device
from shapes import done, moved, unique
from uploads import send, upload

BASIC = {"Authorization": "Basic dGVzdDp0ZXN0"}


def test_the_collection_of_requests(system, closing):
    http, scene, empty = system.gateway, unique("12345"), {}
    key = upload(http, b"plain upload")
    assert http.get(f"/v1/asset/{key}", empty).body == b"plain upload"
    reply = send(http, f"/v1/asset/{key}", b"newer", fields=[("scene", "of an older client")])
    assert reply.status == 200 and reply.body.decode() != key
    assert http.delete(f"/v1/asset/{reply.body.decode()}", empty).status == 200

    base = f"/v1/scene/{scene}"
    done(http.put(base, {"scenes": [{"key": scene, "name": "test", "latitude": 124.0, "longitude": 122.0, "tags": ["t"], "assets": ["a"]}]}))

    old = {"name": unique("Test Object"), "type": "Mesh", "subtype": "Cube", "owner": "", "frame": 0, "scene": scene, "translation": [0, 0, 1],
           "euler_rotation": [0, 0, 0], "scale": [1, 1, 2], "assets": ["TestAsset10"], "handles": [], "transform": moved(1)}
    made = done(http.post(f"{base}/object/", {"objects": [old]}), records=1)["objects"][0]["key"]
    done(http.get(f"{base}/object/{made}", {"objects": [{"key": made}]}), records=1)
    done(http.post(f"{base}/object/{made}", {"objects": [{"name": old["name"], "type": "Curve", "frame": 1}]}))
    done(http.post(f"{base}/object/query/", {"objects": [{"name": old["name"]}]}), records=1)
    assert http.get(f"{base}/object/{made}/lock?device=my-device", empty).status == 200
    assert http.delete(f"{base}/object/{made}/lock?device=my-device", empty).status == 200
    done(http.put(f"{base}/object/{made}/asset/extra", empty))
    done(http.delete(f"{base}/object/{made}/asset/extra", empty))
    done(http.delete(f"{base}/object/{made}", empty))

    name = unique("Test Property")
    made = done(http.post(f"{base}/property/", {"properties": [{"name": name, "scene": "testScene", "frame": 0, "values": [1.0]}]}))["properties"][0]["key"]
    done(http.post(f"{base}/property/{made}", {"properties": [{"name": name, "values": [2.0]}]}))
    done(http.get(f"{base}/property/{made}", empty))
    found = done(http.post(f"{base}/property/query/", {"properties": [{"name": name}]}), records=1)["properties"][0]
    assert found["key"] == made and found["scene"] == "testScene", "the scene in the path filters nothing"
    done(http.delete(f"{base}/property/{made}", empty))

    assert scene in [one["key"] for one in done(http.post("/v1/scene/query/", {"num_records": 100_000, "scenes": [{"name": "test"}]}))["scenes"]]
    done(http.put(f"{base}/asset/another", empty))
    done(http.delete(f"{base}/asset/another", empty))
    device = closing(Device(unique("device")))
    one = {"key": scene, "devices": [device.description()]}
    done(http.post(f"{base}/register/", {"scenes": [one]}), records=2)
    one["devices"][0]["transform"] = {"translation": [0, 0, 0], "rotation": [0, 0, 0]}
    done(http.post(f"{base}/align/", {"scenes": [one]}), records=1)
    done(http.post(base, {"scenes": [{"name": "renamed"}]}, headers=BASIC))
    done(http.post(f"{base}/deregister/", {"scenes": [one]}, headers=BASIC), records=1)
    done(http.delete(base, empty))

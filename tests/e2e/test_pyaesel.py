"""What the Python client really sends, with its oddities, through the gateway; a status from 400 on is a failure."""

import pytest
from clients import EventSender
from shapes import KEY, done, get_object, get_property, handle, unique
from uploads import upload
from waiting import wait_for

NULLS = {"start_record": None, "error_code": None, "error_message": None, "event_destination_port": None,
         "event_destination_key": None, "event_destination_salt": None}


def list_of(kind, *elements, num_records=999):
    return {"num_records": num_records, **NULLS, kind: list(elements)}


def an_object(**members):
    return {"key": None, "name": None, "scene": None, "type": None, "subtype": None, "owner": None, "parent": None,
            "asset_sub_id": None, "frame": None, "translation": [], "transform": [], "assets": [], "actions": [], **members}


def a_property(**members):
    return {"key": None, "name": None, "parent": None, "asset_sub_id": None, "scene": None, "frame": None, "values": [],
            "actions": [], **members}


def odd_handle():
    return {**handle(), "right_y": []}


@pytest.fixture
def base():
    return f"/v1/scene/{unique('url-scene')}"


def test_scene_api(system):
    http, key = system.gateway, unique("123")
    scene = {"key": key, "name": "test", "region": None, "latitude": None, "longitude": None, "tags": [], "assets": [],
             "devices": [], "isPublic": None, "public": None, "active": None, "distance": None}
    done(http.put(f"/v1/scene/{key}", list_of("scenes", scene)))
    assert done(http.get(f"/v1/scene/{key}"))["scenes"]
    region = unique("US-MD")
    done(http.post(f"/v1/scene/{key}", list_of("scenes", {**scene, "key": None, "name": None, "region": region})))
    found = done(http.post("/v1/scene/query", list_of("scenes", {**scene, "key": None, "name": None, "region": region}, num_records=10)))
    assert [one["key"] for one in found["scenes"]] == [key] and found["scenes"][0]["name"] == "test"
    device = {"key": "A", "hostname": "localhost", "port": 8080, "connection_string": None, "transform": None}
    register = list_of("scenes", {**scene, "devices": [device]}, num_records=2)
    assert done(http.post(f"/v1/scene/{key}/register", register))["scenes"]
    device = {**device, "hostname": None, "port": None, "transform": {"translation": [0.0, 0.0, 0.0], "rotation": [0.0, 0.0, 0.0]}}
    assert done(http.post(f"/v1/scene/{key}/align", list_of("scenes", {**scene, "devices": [device]})))["scenes"]
    done(http.post(f"/v1/scene/{key}/deregister", list_of("scenes", {**scene, "devices": [{**device, "transform": None}]})))
    assert http.delete(f"/v1/scene/{key}").status < 400


def test_object_api(system, base):
    http, name = system.gateway, unique("obj")
    created = done(http.post(f"{base}/object", list_of("objects", an_object(
        name=name, scene="test", type="mesh", subtype="cube", frame=0, translation=[0, 0, 0], transform=[1.0, 0.0, 0.0, 2.5]))))
    key = created["objects"][0]["key"]
    assert KEY.match(key)
    one = f"{base}/object/{key}"
    assert done(http.get(one))["objects"][0]["transform"][3] == 2.5
    renamed = unique("obj")
    assert done(http.post(one, list_of("objects", an_object(name=renamed))))["objects"]
    found = done(http.post(f"{base}/object/query", list_of("objects", an_object(name=renamed))))
    assert len(found["objects"]) == 1 and found["objects"][0]["scene"] == "test" and found["objects"][0]["transform"][3] == 2.5
    action = {"key": None, "name": "walk", "description": "d", "keyframes": []}
    keyframe = {"frame": 1, "transform": [], "translation_handle": [odd_handle()] * 3, "rotation_handle": [odd_handle()] * 4,
                "scale_handle": [odd_handle()] * 3}
    done(http.post(f"{one}/action", action))
    done(http.post(f"{one}/action/walk", {**action, "description": "e"}))
    done(http.post(f"{one}/action/walk/keyframe", keyframe))
    done(http.post(f"{one}/action/walk/keyframe/1", keyframe))
    done(http.delete(f"{one}/action/walk/keyframe/1"))
    done(http.delete(f"{one}/action/walk"))
    done(http.get(f"{one}/lock?device=dev"))
    done(http.delete(f"{one}/lock?device=dev"))
    done(http.delete(one))


def test_property_api(system, base):
    http, name = system.gateway, unique("prop")
    created = done(http.post(f"{base}/property", list_of("properties", a_property(name=name, scene="test", frame=1, values=[100.0]))))
    key = created["properties"][0]["key"]
    one = f"{base}/property/{key}"
    assert abs(done(http.get(one))["properties"][0]["values"][0] - 100.0) < 0.001
    renamed = unique("prop")
    done(http.post(one, list_of("properties", a_property(name=renamed))))
    found = done(http.post(f"{base}/property/query", list_of("properties", a_property(name=renamed))))
    assert found["properties"][0]["values"] == [100.0], "an update of the name keeps the values"
    keyframe = {"frame": 1, "values": [{"value": 100.0, **odd_handle()}]}
    done(http.post(f"{one}/action", {"name": "fade", "description": None, "keyframes": []}))
    done(http.post(f"{one}/action/fade", {"name": "fade", "description": "e", "keyframes": []}))
    done(http.post(f"{one}/action/fade/keyframe", keyframe))
    done(http.post(f"{one}/action/fade/keyframe/1", {"frame": 1, "values": [{"value": 101.0, **odd_handle()}]}))
    done(http.delete(f"{one}/action/fade/keyframe/1"))
    done(http.delete(f"{one}/action/fade"))
    done(http.delete(one))


def test_object_events(system, base, closing):
    http, sender = system.gateway, closing(EventSender(system.udp_port))
    walk = {"name": "walk", "keyframes": [{"frame": 1, "transform": [1.0] + [0.0] * 15}]}
    key = done(http.post(f"{base}/object", list_of("objects", an_object(name="o", scene="a", actions=[walk]))))["objects"][0]["key"]
    matrix = [2.0, 0, 0, 0, 0, 2.0, 0, 0, 0, 0, 2.0, 0, 0, 0, 0, 1.0]
    sender.send({"msg_type": 1, "key": key, "name": "o", "scene": None, "transform": matrix, "actions": []})
    wait_for("the transform", lambda: get_object(system.objects, key)["transform"] == matrix, 1.0)
    walk["keyframes"][0]["transform"] = matrix
    sender.send({"msg_type": 16, "key": key, "name": None, "scene": None, "transform": [], "actions": [{"key": None, "description": None, **walk}]})
    wait_for("the keyframe", lambda: get_object(system.objects, key)["actions"][0]["keyframes"][0]["transform"] == matrix, 1.0)
    assert get_object(system.objects, key)["transform"] == matrix
    done(http.delete(f"/v1/scene/{unique('yet-another')}/object/{key}"))


def test_property_events(system, base, closing):
    http, sender = system.gateway, closing(EventSender(system.udp_port))
    fade = {"name": "fade", "keyframes": [{"frame": 1, "values": [{"value": 100.0}]}]}
    key = done(http.post(f"{base}/property", list_of("properties", a_property(name="p", parent="q", actions=[fade]))))["properties"][0]["key"]
    sender.send({"msg_type": 9, "key": key, "name": "p", "scene": "b", "values": [110.0], "actions": []})
    wait_for("the value", lambda: get_property(system.objects, key)["values"] == [110.0], 1.0)
    assert get_property(system.objects, key)["parent"] == "q"
    fade["keyframes"][0]["values"][0] = {"value": 103.0, **odd_handle()}
    sender.send({"msg_type": 24, "key": key, "name": None, "scene": None, "values": [], "actions": [fade]})
    wait_for("the keyframe", lambda: get_property(system.objects, key)["actions"][0]["keyframes"][0]["values"][0]["value"] == 103.0, 1.0)


def succeeded(reply):
    assert reply.status < 400, reply
    return reply


def test_user_api(system):
    http, name = system.gateway, unique("pyaesel")
    user = {"key": None, "username": name, "password": "test", "email": f"{name}@test.com", "isAdmin": False, "isActive": True,
            "favoriteProjects": [], "favoriteScenes": []}
    key = succeeded(http.post("/users/sign-up", user)).json["id"]
    assert succeeded(http.get(f"/users/{key}")).json["username"] == name
    as_project = {"key": None, "name": None, "description": None, "category": None, "tags": [], "sceneGroups": [], "isPublic": None,
                  "email": f"{name}@test2.com"}
    succeeded(http.put(f"/users/{key}", as_project))
    assert len(succeeded(http.get(f"/users/?email={name}@test2.com")).json) >= 1
    for path in ("active", "admin", "projects/p1", "scenes/s1"):
        for method in ("DELETE", "PUT") if path == "active" else ("PUT", "DELETE"):
            succeeded(http.request(method, f"/users/{key}/{path}", headers={"Content-Length": "0"}))
    succeeded(http.delete(f"/users/{key}"))


@pytest.mark.parametrize("kind", ["project", "collection"])
def test_project_and_collection_api(system, kind):
    http, name = system.gateway, unique(kind)
    nulls = {"key": None, "name": None, "description": None, "category": None, "thumbnail": None, "tags": [], "isPublic": None,
             **({"sceneGroups": [], "assetCollectionIds": []} if kind == "project" else {})}
    key = succeeded(http.post(f"/v1/{kind}", {**nulls, "name": name, "tags": ["one"]})).json["id"]
    assert succeeded(http.get(f"/v1/{kind}/{key}")).json["name"] == name
    category = unique("category")
    succeeded(http.post(f"/v1/{kind}/{key}", {**nulls, "category": category}))
    found = succeeded(http.get(f"/v1/{kind}?num_records=10&page=0&category={category}&tags=one&description=x")).json
    assert [(one["id"], one["name"], one["tags"]) for one in found] == [(key, name, ["one"])]
    if kind == "collection":
        assert len(succeeded(http.post("/v1/bulk/collection", {"ids": [key]})).json) >= 1
    succeeded(http.delete(f"/v1/{kind}/{key}"))


def test_asset_api(system):
    http, kind = system.gateway, unique("type")
    content = bytes(range(256)) * 20
    key = upload(http, content, filename="../resources/test.txt", file_type=kind)
    assert succeeded(http.get(f"/v1/asset/{key}")).body == content
    assert succeeded(http.get(f"/v1/asset?file-type={kind}&limit=100&offset=0")).json[0]["key"] == key
    assert succeeded(http.post("/v1/bulk/asset", {"ids": [key]})).json[0]["key"] == key
    newer = upload(http, b"newer", path=f"/v1/asset/{key}", file_type=kind, related_id="x", related_type="y")
    assert succeeded(http.get(f"/v1/history/{newer}")).json[0]["assetIds"] == [newer, key]
    body = {"id": None, "assetId": newer, "assetSubId": None, "relationshipType": "test", "relationshipSubtype": None, "relatedId": kind}
    assert succeeded(http.put("/v1/relationship", body)).json[0]["id"]
    assert succeeded(http.get(f"/v1/relationship?type=test&related={kind}")).json[0]["id"]
    changed = succeeded(http.put(f"/v1/relationship?type=test&related={kind}", {**body, "assetSubId": "Cube"})).json
    assert changed[0]["id"] and changed[0]["assetSubId"] == "Cube"
    assert succeeded(http.delete(f"/v1/relationship?type=test&asset={newer}&related={kind}")).json[0]["id"]
    for old in (key, newer):
        succeeded(http.delete(f"/v1/asset/{old}"))

"""The flows of the existing clients' suites on scenes, at the scenes service and through the gateway."""

import re

import pytest
from shapes import done, refused, unique

UUID = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")


@pytest.fixture(params=["service", "gateway"])
def door(request, system):
    return system.scenes if request.param == "service" else system.gateway


def put_scene(http, key, **members):
    return done(http.put(f"/v1/scene/{key}", {"scenes": [members]}), records=1)


def get_scene(http, key):
    return done(http.get(f"/v1/scene/{key}"), records=1)["scenes"][0]


def found(http, *elements, **envelope):
    """Keys of the scenes that a query finds; none for 404/102."""
    reply = http.post("/v1/scene/query", {"num_records": 100, **envelope, "scenes": list(elements)})
    if reply.status == 404:
        refused(reply, 404, 102)
        return []
    body = done(reply)
    assert body["msg_type"] == 2 and body["num_records"] == len(body["scenes"])
    return [scene["key"] for scene in body["scenes"]]


def test_life_of_a_scene_with_devices(door, scene):
    name = unique("name")
    full = {"key": "", "name": name, "region": "r", "latitude": 100.0, "longitude": 2, "distance": 3.0, "active": True,
            "tags": ["t1", "t2"], "assets": ["a1"], "devices": [], "description": "d", "thumbnail": "k"}
    created = done(door.post("/v1/scene/", {"scenes": [full]}), records=1)
    assert created["msg_type"] == 0 and UUID.match(created["scenes"][0]["key"]), created
    assert done(door.put(f"/v1/scene/{scene}", {"scenes": [{**full, "name": "n"}]}), records=1)["scenes"][0]["key"] == scene
    by_name = done(door.post("/v1/scene/query/", {"scenes": [{"name": name}]}), records=1)
    assert by_name["scenes"][0]["key"] == created["scenes"][0]["key"]
    got = done(door.get(f"/v1/scene/{scene}/", {"a": "body"}))
    assert got["msg_type"] == 2
    assert done(door.put(f"/v1/scene/{scene}/asset/asset5"))["msg_type"] == 1
    done(door.delete(f"/v1/scene/{scene}/asset/asset5"))
    done(door.put(f"/v1/scene/cache/{scene}"))
    done(door.delete(f"/v1/scene/cache/{scene}"))
    assert done(door.post(f"/v1/scene/{scene}", {"scenes": [{"name": "renamed"}]}))["msg_type"] == 1
    assert get_scene(door, scene)["name"] == "renamed"
    assert done(door.delete(f"/v1/scene/{scene}"))["msg_type"] == 3
    refused(door.get(f"/v1/scene/{scene}"), 404, 102)


@pytest.mark.parametrize("where", ["service", "gateway"])
def test_life_of_a_registration(system, scene, where):
    http, path = (system.scenes, "/v1") if where == "service" else (system.gateway, "/v1/scene/whatever")
    body = {"num_records": 2, "transaction_id": "tx", "scenes": [{"key": scene, "devices": [
        {"key": "d", "hostname": "127.0.0.1", "port": 9, "connection_string": None, "transform": None}]}]}
    registered = done(http.post(f"{path}/register/", body), records=2)
    assert registered["msg_type"] == 4 and registered["transaction_id"] == "tx"
    first, second = registered["scenes"]
    assert first["key"] == scene and "key" not in second
    assert first["devices"] == [{"key": "d", "transform": {"translation": [0, 0, 0], "rotation": [0, 0, 0]}}]
    body["scenes"][0]["devices"][0]["transform"] = {"translation": [1, 2, 3], "rotation": [0, 0, 0]}
    for method in ("POST", "PUT"):
        aligned = done(http.request(method, f"{path}/align/", body), records=1)
        assert aligned["msg_type"] == 6 and aligned["scenes"][0]["key"] == scene
    gone = done(http.post(f"{path}/deregister/", {"scenes": [{"key": scene, "devices": [{"key": "d"}]}]}), records=1)
    assert gone["msg_type"] == 5 and gone["scenes"][0]["key"] == scene


def test_every_field_of_a_scene_comes_back(scenes, scene):
    members = {"name": "n", "description": "d", "thumbnail": "t", "region": "r", "latitude": 48.5, "longitude": -2.25,
               "active": False, "assets": ["a", "b"], "tags": ["x", "y"]}
    put_scene(scenes, scene, **members)
    got = get_scene(scenes, scene)
    for name, value in members.items():
        assert got[name] == value, name
    assert got["key"] == scene and got["public"] is True and got["devices"] == [] and got["distance"] == 0


def test_put_on_an_existing_scene_saves_the_edits(scenes, scene):
    put_scene(scenes, scene, name="one", region="r", tags=["a", "b"], assets=["1"])
    put_scene(scenes, scene, name="two", tags=["c"], region=None, isPublic=None, public=None)
    got = get_scene(scenes, scene)
    assert (got["name"], got["region"], got["tags"], got["assets"]) == ("two", "r", ["c"], ["1"])
    done(scenes.post("/v1/scene", {"scenes": [{"key": scene, "name": "three"}]}), records=1)
    assert found(scenes, {"key": scene}) == [scene] and get_scene(scenes, scene)["name"] == "three"


def test_update_appends_and_removes_and_keeps_the_rest(scenes, scene):
    put_scene(scenes, scene, name="n", active=False, tags=["a", "b"], assets=["1"], latitude=5.0)
    one = f"/v1/scene/{scene}"
    done(scenes.post(one, {"scenes": [{"tags": ["b", "c", ""], "assets": ["2"], "description": "d"}]}))
    got = get_scene(scenes, scene)
    assert (got["tags"], got["assets"], got["description"], got["active"]) == (["a", "b", "c"], ["1", "2"], "d", False)
    done(scenes.post(one, {"operation": 11, "scenes": [{"tags": ["a", "zzz"], "assets": ["1"]}]}))
    got = get_scene(scenes, scene)
    assert (got["tags"], got["assets"], got["name"], got["latitude"]) == (["b", "c"], ["2"], "n", 5.0)
    done(scenes.post(one, {"scenes": [{"tags": [], "name": "", "latitude": None}]}))
    assert get_scene(scenes, scene) == got


def test_scene_assets_are_added_once(scenes, scene):
    put_scene(scenes, scene, active=False)
    for _ in range(2):
        done(scenes.put(f"/v1/scene/{scene}/asset/a%20b"), records=1)
    got = get_scene(scenes, scene)
    assert got["assets"] == ["a b"] and got["active"] is False
    done(scenes.delete(f"/v1/scene/{scene}/asset/a%20b"), records=1)
    assert get_scene(scenes, scene)["assets"] == []


def test_query_matches_name_region_and_all_tags(scenes):
    region = unique("region")
    for number in range(3):
        put_scene(scenes, f"{region}-{number}", name=f"{region} n{number}", region=region, tags=["all", f"t{number}"])
    keys = [f"{region}-{number}" for number in range(3)]
    assert found(scenes, {"region": region}) == keys
    assert found(scenes, {"name": f"{region} n1"}) == [keys[1]]
    assert found(scenes, {"region": region, "tags": ["all", "t2"]}) == [keys[2]]
    assert found(scenes, {"region": region, "tags": ["t1", "t2"]}) == []
    assert found(scenes, {"region": region, "name": f"{region} N1"}) == []
    assert found(scenes, {"region": region, "active": False, "description": "ignored", "thumbnail": "x"}) == keys


def test_query_of_several_scenes_is_their_union(scenes):
    region = unique("region")
    for letter in "abc":
        put_scene(scenes, f"{region}-{letter}", region=region)
    elements = [{"key": f"{region}-c"}, {"key": f"{region}-a"}, {"region": region, "name": "none"}, {"key": f"{region}-c"}]
    assert sorted(found(scenes, *elements)) == [f"{region}-a", f"{region}-c"]


def test_query_pages_in_the_order_of_keys(scenes):
    region = unique("region")
    keys = [f"{region}-{number:02}" for number in range(25)]
    for key in reversed(keys):
        put_scene(scenes, key, region=region)
    assert found(scenes, {"region": region}) == keys, "a page may be larger than ten"
    assert found(scenes, {"region": region}, num_records=None) == keys[:10]
    assert found(scenes, {"region": region}, num_records=5, start_record=10) == keys[10:15]
    assert found(scenes, {"region": region}, num_records=50, start_record=20) == keys[20:]
    assert found(scenes, {"region": region}, start_record=25) == []
    assert found(scenes, {"region": region}, num_records=0) == []


def test_query_by_great_circle_distance_in_metres(scenes):
    region = unique("region")
    put_scene(scenes, f"{region}-london", region=region, latitude=51.5074, longitude=-0.1278)
    put_scene(scenes, f"{region}-nowhere", region=region)
    paris = {"region": region, "latitude": 48.8566, "longitude": 2.3522}
    assert found(scenes, {**paris, "distance": 343_557.0}) == [f"{region}-london"]
    assert found(scenes, {**paris, "distance": 343_555.0}) == []
    assert found(scenes, {"region": region, "latitude": 51.5074, "longitude": -0.1278, "distance": 0.001}) == [f"{region}-london"]
    assert len(found(scenes, {**paris, "distance": 0.0})) == 2


def test_private_scenes_are_not_found_by_strangers(scenes):
    region = unique("region")
    put_scene(scenes, f"{region}-private", region=region, private=True)
    put_scene(scenes, f"{region}-hidden", region=region, public=False)
    put_scene(scenes, f"{region}-open", region=region, private=False)
    assert found(scenes, {"region": region}) == [f"{region}-open"]
    assert found(scenes, {"key": f"{region}-private"}) == []
    assert scenes.get(f"/v1/scene/{region}-private").status == 404
    assert scenes.get(f"/v1/scene/{region}-hidden").status == 404
    assert not {f"{region}-private", f"{region}-hidden"} & set(found(scenes, {}, num_records=100_000))


def test_owners_find_their_private_scenes(scenes, scene):
    ann = {"headers": {"X-Aesel-Principal": "ann"}}
    done(scenes.put(f"/v1/scene/{scene}", {"scenes": [{"private": True, "name": "hers"}]}, **ann))
    got = done(scenes.get(f"/v1/scene/{scene}", **ann), records=1)["scenes"][0]
    assert got["public"] is False and got["user"] == "ann"
    assert scenes.get(f"/v1/scene/{scene}", headers={"X-Aesel-Principal": "bob"}).status == 404
    done(scenes.put(f"/v1/scene/{scene}/asset/a", **ann))
    assert done(scenes.get(f"/v1/scene/{scene}", **ann))["scenes"][0]["public"] is False


def test_registering_creates_the_scene_that_is_absent(scenes, scene, device):
    device.register(scenes, scene, name="made by a device", tags=["t"])
    got = get_scene(scenes, scene)
    assert (got["name"], got["tags"]) == ("made by a device", ["t"])


def test_registering_makes_the_keys_that_are_empty(scenes, device):
    body = done(scenes.post("/v1/register", {"scenes": [{"key": "", "devices": [{**device.description(), "key": ""}]}]}), records=2)
    assert UUID.match(body["scenes"][0]["key"]) and UUID.match(body["scenes"][0]["devices"][0]["key"])
    get_scene(scenes, body["scenes"][0]["key"])


def test_register_tells_where_to_send_events(system, scene, device):
    body = device.register(system.scenes, scene)
    if system.one_process:
        assert (body["event_destination_host"], body["event_destination_port"]) == ("127.0.0.1", system.udp_port)
    assert not [name for name in body if "cryption" in name], "no keys without encryption"


def test_device_query_tells_the_address_last_registered(scenes, scene, device):
    device.register(scenes, scene, hostname="old.example")
    device.register(scenes, scene, hostname="new.example")
    body = done(scenes.post("/v1/device/query", {"transaction_id": "tx", "scenes": [{"devices": [{"key": device.name}]}]}))
    found_device = body["scenes"][0]["devices"][0]
    assert body["msg_type"] == 7 and body["transaction_id"] == "tx"
    assert (found_device["key"], found_device["hostname"], found_device["port"]) == (device.name, "new.example", device.port)


def test_deleting_a_scene_deletes_its_registrations(scenes, scene, device):
    device.register(scenes, scene)
    done(scenes.delete(f"/v1/scene/{scene}"))
    put_scene(scenes, scene)
    align = {"scenes": [{"key": scene, "devices": [{"key": device.name, "transform": {}}]}]}
    reply = scenes.post("/v1/align", align)
    assert (reply.status, reply.json["err_code"]) == (200, 102), reply

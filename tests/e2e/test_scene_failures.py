"""What the scenes service refuses or forgives, with the status and error code of every situation."""

import json

import pytest
from shapes import done, refused, unique


def told(reply, code):
    """An application error of register, deregister or align: HTTP 200 and a code."""
    assert (reply.status, reply.json["err_code"]) == (200, code), reply
    return reply.json


@pytest.mark.parametrize(("method", "path"), [
    ("POST", "/v1/scene"), ("PUT", "/v1/scene/k"), ("POST", "/v1/scene/query"), ("POST", "/v1/scene/k"), ("POST", "/v1/register"),
    ("POST", "/v1/deregister"), ("POST", "/v1/align"), ("PUT", "/v1/align"), ("POST", "/v1/device/query")])
def test_broken_json_is_told_apart(scenes, method, path):
    whole = json.dumps({"scenes": [{"key": "k", "devices": [{"key": "d"}]}]}).encode()
    for body in (whole[:-4], b"", b"nonsense"):
        assert refused(scenes.request(method, path, body), 400, 110)["scenes"] == []


@pytest.mark.parametrize(("method", "path"), [("POST", "/v1/scene"), ("PUT", "/v1/scene/{}"), ("POST", "/v1/scene/{}")])
def test_wrongly_typed_members_are_ignored(scenes, scene, method, path):
    wrong = {"name": 123, "region": 5, "latitude": "abc", "longitude": "def", "distance": "x", "active": "no", "tags": 5,
             "assets": [1, None, "a"], "devices": "none", "thumbnail": {}, "description": []}
    for _ in range(2):  # the second one meets an existing scene
        done(scenes.request(method, path.format(scene), {"num_records": "x", "scenes": [wrong]}), records=1)


def test_a_query_without_usable_conditions_finds_every_scene(scenes, scene):
    done(scenes.put(f"/v1/scene/{scene}", {"scenes": [{}]}))
    for element in ({"name": 123}, {}, {"name": None, "tags": [], "assets": None}):
        body = done(scenes.post("/v1/scene/query", {"num_records": 100_000, "scenes": [element]}))
        assert scene in [found["key"] for found in body["scenes"]]


def test_a_query_without_a_match_is_not_found(scenes):
    refused(scenes.post("/v1/scene/query", {"scenes": [{"name": "nobody is called that"}]}), 404, 102)
    refused(scenes.post("/v1/scene/query", {"scenes": [{"key": "no such key"}]}), 404, 102)


def test_an_absent_scene_is_not_found(scenes):
    refused(scenes.get("/v1/scene/no-such-scene"), 404, 102)


def test_create_without_a_scene_is_refused(scenes):
    for method, path in (("POST", "/v1/scene"), ("PUT", "/v1/scene/k-never-made")):
        for body in ({}, {"scenes": []}, {"scenes": 5}):
            reply = scenes.request(method, path, body)
            assert reply.status >= 400 and reply.json["err_code"] in (120, 122), reply
    refused(scenes.get("/v1/scene/k-never-made"), 404, 102)


def test_a_query_without_a_scene_is_refused(scenes):
    reply = scenes.post("/v1/scene/query", {})
    assert reply.status >= 400 and reply.json["err_code"] in (120, 122), reply


def test_a_negative_page_is_refused(scenes):
    for page in ({"num_records": -1}, {"start_record": -1}):
        reply = scenes.post("/v1/scene/query", {**page, "scenes": [{}]})
        assert reply.status == 400 and reply.json["err_code"] != 100, reply


def test_changes_of_unknown_scenes_succeed(scenes):
    done(scenes.post("/v1/scene/unknown-key", {"scenes": [{"name": "n"}]}))
    done(scenes.post("/v1/scene/unknown-key", {}))
    done(scenes.delete("/v1/scene/unknown-key"))
    done(scenes.put("/v1/scene/badKey/asset/a"))
    done(scenes.delete("/v1/scene/badKey/asset/a"))
    for _ in range(2):
        done(scenes.put("/v1/scene/cache/not-there"))
    for _ in range(2):
        done(scenes.delete("/v1/scene/cache/not-there"))
    refused(scenes.get("/v1/scene/unknown-key"), 404, 102)
    refused(scenes.get("/v1/scene/badKey"), 404, 102)


@pytest.mark.parametrize("path", ["register", "deregister", "align"])
def test_numeric_keys_are_told_with_status_200(scenes, path):
    body = {"scenes": [{"key": 123, "devices": [{"key": 456, "hostname": 7, "port": "x", "transform": 5}]}]}
    told(scenes.post(f"/v1/{path}", body), 122)


@pytest.mark.parametrize("path", ["register", "deregister", "align"])
def test_a_scene_without_a_usable_device_is_told(scenes, scene, path):
    for devices in ([], None, [{"hostname": "h"}], [{"key": None}], [5]):
        body = told(scenes.post(f"/v1/{path}", {"scenes": [{"key": scene, "devices": devices}]}), 122)
        assert body["scenes"][0]["key"] == scene


@pytest.mark.parametrize("path", ["register", "deregister", "align"])
def test_no_scene_at_all_is_told(scenes, path):
    for body in ({}, {"scenes": []}, {"scenes": ["x", 3]}):
        reply = scenes.post(f"/v1/{path}", body)
        assert reply.status in (200, 400) and reply.json["err_code"] == 122, reply


def test_deregistering_what_is_not_registered_succeeds(scenes, scene):
    done(scenes.post("/v1/deregister", {"scenes": [{"key": scene, "devices": [{"key": "nobody"}]}]}), records=1)
    done(scenes.put(f"/v1/scene/{scene}", {"scenes": [{}]}))
    done(scenes.post("/v1/deregister", {"scenes": [{"key": scene, "devices": [{"key": "nobody"}]}]}), records=1)


def test_aligning_what_is_not_registered_is_told_and_makes_no_scene(scenes, scene):
    pose = {"translation": [1, 2, 3], "rotation": [0, 0, 0]}
    told(scenes.post("/v1/align", {"scenes": [{"key": scene, "devices": [{"key": "d", "transform": pose}]}]}), 102)
    refused(scenes.get(f"/v1/scene/{scene}"), 404, 102)


def test_odd_transforms_are_forgiven(scenes, scene, device):
    device.register(scenes, scene)
    for transform in ({}, {"translation": [1]}, {"rotation": [1, 2, 3, 4, 5]}, {"translation": ["x", None, 2]}, {"translation": 5}):
        body = {"scenes": [{"key": scene, "devices": [{"key": device.name, "transform": transform}]}]}
        done(scenes.post("/v1/align", body), records=1)
    for transform in (None, 5):
        body = {"scenes": [{"key": scene, "devices": [{"key": device.name, "transform": transform}]}]}
        reply = scenes.post("/v1/align", body)
        assert reply.status == 200 and reply.json["err_code"] in (100, 122), reply
    reply = scenes.post("/v1/align", {"scenes": [{"key": scene, "devices": [{"key": device.name}]}]})
    assert reply.status == 200 and reply.json["err_code"] in (100, 122), reply


def test_a_text_where_the_event_port_belongs_is_harmless(scenes, scene):
    done(scenes.put(f"/v1/scene/{scene}", {"event_destination_port": "8762", "scenes": [{}]}))


def test_devices_that_nobody_knows_are_not_found(scenes):
    refused(scenes.post("/v1/device/query", {"scenes": [{"devices": [{"key": unique("nobody")}]}]}), 404, 102)
    for body, codes in (({}, (120, 122)), ({"scenes": [{}]}, (122,))):
        reply = scenes.post("/v1/device/query", body)
        assert reply.status >= 400 and reply.json["err_code"] in codes, reply


def test_elements_that_are_no_objects_do_no_harm(scenes, scene):
    reply = scenes.put(f"/v1/scene/{scene}", {"scenes": [5, {"name": "n"}]})
    assert reply.status in (200, 400, 500), reply
    done(scenes.put(f"/v1/scene/{scene}", {"scenes": [{"devices": [5, None, {"key": "d"}]}]}))


def test_long_lists_and_texts_are_kept_whole(scenes, scene):
    tags = [f"tag {number}" for number in range(100)]
    description = "d" * 1000
    done(scenes.put(f"/v1/scene/{scene}", {"scenes": [{"tags": tags, "description": description}]}))
    got = done(scenes.get(f"/v1/scene/{scene}"))["scenes"][0]
    assert got["tags"] == tags and got["description"] == description

"""What the objects service refuses, with the recommended status and error code of every route."""

import json

import pytest
from shapes import ABSENT_KEY, create_object, create_property, done, get_object, get_property, refused

BAD_KEYS = ("Nonexistent", ABSENT_KEY)
KEYED = (  # method, path below the element, body; for objects and properties alike unless said otherwise
    ("GET", "", None), ("DELETE", "", None), ("POST", "", "list"), ("POST", "/action", {"name": "a"}),
    ("POST", "/action/a", {"description": "d"}), ("DELETE", "/action/a", None), ("POST", "/action/a/keyframe", {"frame": 1}),
    ("POST", "/action/a/keyframe/1", {"frame": 1}), ("DELETE", "/action/a/keyframe/1", None),
)
OBJECTS_ONLY = (("GET", "/lock?device=d", None), ("DELETE", "/lock?device=d", None), ("PUT", "/asset/a", None),
                ("DELETE", "/asset/a", None))


@pytest.mark.parametrize("key", BAD_KEYS)
@pytest.mark.parametrize(("kind", "method", "rest", "body"),
                         [("object", *row) for row in KEYED + OBJECTS_ONLY] + [("property", *row) for row in KEYED])
def test_absent_and_malformed_keys_are_not_found(objects, kind, key, method, rest, body):
    if body == "list":
        body = {"objects" if kind == "object" else "properties": [{"name": "n"}]}
    refused(objects.request(method, f"/v1/{kind}/{key}{rest}", body), 404, 102)


@pytest.mark.parametrize("kind", ["object", "property"])
@pytest.mark.parametrize("rest", ["", "/{key}", "/query", "/{key}/action", "/{key}/action/a", "/{key}/action/a/keyframe",
                                  "/{key}/action/a/keyframe/1"])
def test_broken_json_is_told_apart(objects, kind, rest):
    create = create_object if kind == "object" else create_property
    key = create(objects, actions=[{"name": "a", "keyframes": [{"frame": 1}]}])
    whole = json.dumps({"objects": [{"name": "n"}], "name": "b", "frame": 1}).encode()
    for body in (whole[:-3], b"", b"{", b"nonsense", b'{"a":NaN}', b'{"name":"\xff\xfe"}'):
        refused(objects.post(f"/v1/{kind}{rest.format(key=key)}", body), 400, 110)


def test_what_follows_the_first_value_is_ignored(objects):
    done(objects.post("/v1/object", b'{"objects":[{"name":"n"}]} and more'), records=1)


@pytest.mark.parametrize("body", [b"[]", b"3", b"null", b'"text"'])
def test_a_body_that_is_no_object_is_an_empty_one(objects, body):
    done(objects.post("/v1/object", body), records=0)
    done(objects.post("/v1/object/query", body), records=0)


def test_wrongly_typed_members_of_objects_are_ignored(objects):
    keyframe = {"frame": 1, "owner": 1, "transform": "x", "translation_handle": [{"left_type": 1, "left_x": True}]}
    wrong = {"key": 1, "name": 123, "type": 1, "subtype": 2, "owner": 3, "parent": 4, "scene": 5, "asset_sub_id": 6,
             "frame": "x", "assets": False, "transform": "no", "translation": 3, "euler_rotation": {}, "scale": "s",
             "actions": [{"name": "a", "description": 1, "keyframes": [keyframe, {"frame": "x"}, 5]}, {"name": 7}, 4]}
    body = done(objects.post("/v1/object", {"msg_type": "x", "num_records": "y", "objects": [wrong]}), records=1)
    element = get_object(objects, body["objects"][0]["key"])
    assert "name" not in element and [action["name"] for action in element["actions"]] == ["a"]
    assert [keyframe["frame"] for keyframe in element["actions"][0]["keyframes"]] == [1]


def test_wrongly_typed_members_of_properties_are_ignored(objects):
    wrong = {"key": 1, "name": 123, "parent": 4, "scene": 5, "asset_sub_id": 6, "frame": "x", "values": 3,
             "actions": [{"name": 1}, {"name": "a", "keyframes": [{"frame": "x"}, {"frame": 2, "values": [{"value": "x"}]}]}]}
    body = done(objects.post("/v1/property", {"properties": [wrong]}), records=1)
    element = get_property(objects, body["properties"][0]["key"])
    assert element["values"] == [] and [action["name"] for action in element["actions"]] == ["a"]


def test_elements_that_are_no_objects_are_skipped(objects):
    done(objects.post("/v1/object", {"objects": [1, None, [], {"name": "n"}]}), records=1)


@pytest.mark.parametrize(("kind", "create"), [("object", create_object), ("property", create_property)])
def test_missing_input_is_told(objects, kind, create):
    key = create(objects, actions=[{"name": "a"}])
    one = f"/v1/{kind}/{key}"
    for name in ({}, {"name": 5}, {"name": ""}, {"name": None}):
        refused(objects.post(f"{one}/action", name), 400, 122)
    for frame in ({}, {"frame": "1"}, {"frame": 1.5}, {"frame": None}, {"frame": 1 << 40}):
        refused(objects.post(f"{one}/action/a/keyframe", frame), 400, 122)


def test_a_lock_needs_a_device(objects):
    key = create_object(objects)
    for query in ("", "?device=", "?owner=x"):
        refused(objects.get(f"/v1/object/{key}/lock{query}"), 400, 122)
        refused(objects.delete(f"/v1/object/{key}/lock{query}"), 400, 122)


@pytest.mark.parametrize(("kind", "create"), [("object", create_object), ("property", create_property)])
def test_missing_actions_and_frames_are_not_found(objects, kind, create):
    key = create(objects, actions=[{"name": "a", "keyframes": [{"frame": 1}]}])
    one = f"/v1/{kind}/{key}/action"
    for method, rest, body in (("POST", "/none", {"description": "d"}), ("DELETE", "/none", None),
                               ("POST", "/none/keyframe", {"frame": 1}), ("POST", "/none/keyframe/1", {"frame": 1}),
                               ("DELETE", "/none/keyframe/1", None), ("POST", "/a/keyframe/2", {"frame": 2}),
                               ("DELETE", "/a/keyframe/2", None)):
        refused(objects.request(method, one + rest, body), 404, 102)


@pytest.mark.parametrize("kind", ["object", "property"])
@pytest.mark.parametrize("frame", ["x", "7x", "1.5", "99999999999", "0x1"])
def test_a_frame_in_the_path_is_a_whole_number(objects, kind, frame):
    key = (create_object if kind == "object" else create_property)(objects, actions=[{"name": "a", "keyframes": [{"frame": 7}]}])
    one = f"/v1/{kind}/{key}/action/a/keyframe/{frame}"
    refused(objects.post(one, {"frame": 7}), 400, 110)
    refused(objects.delete(one), 400, 110)


def test_changes_that_change_nothing_succeed(objects):
    key = create_object(objects, name="same", actions=[{"name": "a", "description": "d", "keyframes": [{"frame": 1}]}])
    one = f"/v1/object/{key}"
    for _ in range(2):
        done(objects.post(one, {"objects": [{"name": "same"}]}), records=1)
        done(objects.post(f"{one}/action/a", {"description": "d"}))
        done(objects.post(f"{one}/action/a/keyframe/1", {"frame": 1}))
        done(objects.post(f"{one}/action/a/keyframe", {"frame": 1}))
        done(objects.post(f"{one}/action", {"name": "b"}))
    done(objects.delete(f"{one}/asset/absent"), records=0)


def test_a_query_without_a_match_succeeds(objects):
    done(objects.post("/v1/object/query", {"objects": [{"name": "nobody is called that"}]}), records=0)
    done(objects.post("/v1/property/query", {"properties": [{"name": "nobody is called that"}]}), records=0)


def test_a_lock_that_another_holds_is_refused(objects):
    key = create_object(objects)
    done(objects.get(f"/v1/object/{key}/lock?device=one"))
    refused(objects.get(f"/v1/object/{key}/lock?device=two"), 423, 123)
    reply = objects.delete(f"/v1/object/{key}/lock?device=two")
    assert reply.status >= 400 and reply.json["err_code"] > 100, reply
    assert get_object(objects, key)["owner"] == "one"
    done(objects.delete(f"/v1/object/{key}/lock?device=one"))
    done(objects.get(f"/v1/object/{key}/lock?device=two"))


@pytest.mark.parametrize("path", ["/v1/object/query", "/v1/property/query"])
def test_query_is_a_post(objects, path):
    assert objects.get(path).status in (404, 405)
    assert objects.delete(path).status in (404, 405)

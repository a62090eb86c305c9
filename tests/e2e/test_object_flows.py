"""The flows of the existing clients' suites on objects, at the objects service and through the gateway."""

import pytest
from shapes import (ABSENT_KEY, IDENTITY, KEY, action_of, close, create_object, done, get_object, handle, moved,
                    object_keyframe, refused, unique)


@pytest.fixture(params=["service", "gateway"])
def door(request, system):
    """(client, prefix of the paths): both doors must do the same. The scene in the URL is any scene."""
    return (system.objects, "/v1/object") if request.param == "service" else (system.gateway, "/v1/scene/any/object")


def test_health_is_up(system):
    for http in (system.objects, system.scenes, system.gateway):
        reply = http.get("/health")
        assert reply.status == 200 and reply.json["status"] == "up", reply


def test_life_of_an_object_with_actions_assets_and_locks(door):
    http, path = door
    name = unique("life")
    keyframe = {**object_keyframe(0), "translation": [1, 2, 3], "quaternion_rotation": [1, 0, 0, 0], "scale": [1, 1, 1]}
    created = done(http.post(f"{path}/", {"msg_type": 0, "objects": [
        {"name": name, "type": "mesh", "subtype": "cube", "scene": "s", "owner": "", "assets": ["a"],
         "transform": IDENTITY, "actions": [{"name": "walk", "description": "d", "keyframes": [keyframe]}]}]}), records=1)
    assert created["msg_type"] == 0
    key = created["objects"][0]["key"]
    assert KEY.match(key)
    one = f"{path}/{key}"
    got = done(http.get(one, {"junk": ["is", "tolerated"]}), records=1)
    assert got["msg_type"] == 2 and got["objects"][0]["name"] == name

    updated = done(http.post(one, {"objects": [{"type": "curve", "subtype": "circle"}]}), records=1)
    assert updated["msg_type"] == 1 and updated["objects"][0]["key"] == key
    done(http.put(f"{one}/asset/b"), records=0)

    done(http.post(f"{one}/action", {"name": "run", "description": "fast"}), records=0)
    done(http.post(f"{one}/action/run", {"name": "run", "description": "faster"}))
    done(http.post(f"{one}/action/run/keyframe", {"frame": 3}))
    done(http.post(f"{one}/action/run/keyframe/3", object_keyframe(3, moved(5))))
    run = action_of(done(http.get(one))["objects"][0], "run")
    assert run["description"] == "faster" and run["keyframes"][0]["transform"][3] == 5
    done(http.delete(f"{one}/action/run/keyframe/3"))
    done(http.delete(f"{one}/action/run"))

    found = done(http.post(f"{path}/query/", {"num_records": 1, "objects": [{"name": name}]}), records=1)
    assert found["msg_type"] == 4 and found["objects"][0]["key"] == key and len(found["objects"]) == 1
    done(http.delete(f"{one}/asset/b"), records=0)
    assert done(http.get(f"{one}/lock?device=123"), records=0)["msg_type"] == 5
    assert http.get(f"{one}/lock?device=456").status != 200
    assert done(http.delete(f"{one}/lock?device=123"))["msg_type"] == 6
    assert done(http.delete(one), records=0)["msg_type"] == 3
    refused(http.get(one), 404, 102)


def test_every_field_comes_back(objects):
    members = {"name": unique("all"), "scene": "s1", "type": "mesh", "subtype": "cube", "owner": "someone",
               "parent": "the parent's name", "asset_sub_id": "part", "assets": ["one", "two"], "transform": moved(1, 2, 3)}
    element = get_object(objects, create_object(objects, **members))
    for name, value in members.items():
        assert element[name] == value, name
    assert element["actions"] == []


def test_parent_is_there_even_when_it_is_empty(objects):
    assert get_object(objects, create_object(objects))["parent"] == ""


def test_absent_texts_are_not_sent_and_lists_always_are(objects):
    element = get_object(objects, create_object(objects))
    assert not {"type", "subtype", "owner", "scene", "asset_sub_id"} & set(element)
    assert element["assets"] == [] and element["actions"] == [] and element["transform"] == IDENTITY


def test_numbers_are_written_with_a_decimal_point(objects):
    key = create_object(objects, transform=list(range(16)))
    text = objects.get(f"/v1/object/{key}").body.decode()
    assert '"transform":[0.0,1.0,2.0,' in text.replace(" ", ""), text


def test_transform_of_json_integers_is_taken(door):
    http, path = door
    key = done(http.post(path, {"objects": [{"name": unique("int")}]}))["objects"][0]["key"]
    done(http.post(f"{path}/{key}", {"objects": [{"transform": [2, 0, 0, 7, 0, 2, 0, 8, 0, 0, 2, 9, 0, 0, 0, 1]}]}), records=1)
    transform = done(http.get(f"{path}/{key}"))["objects"][0]["transform"]
    assert [transform[i] for i in (0, 3, 7, 11)] == [2, 7, 8, 9]


def test_update_without_a_transform_leaves_it_alone(objects):
    key = create_object(objects, transform=moved(4), name="before")
    for transform in ({}, {"transform": None}, {"transform": []}, {"transform": "no"}):
        done(objects.post(f"/v1/object/{key}", {"objects": [{"name": "after", **transform}]}), records=1)
        element = get_object(objects, key)
        assert element["transform"] == moved(4) and element["name"] == "after", transform


def test_short_long_and_odd_transforms_fill_up_with_identity(objects):
    short = get_object(objects, create_object(objects, transform=[9]))
    assert short["transform"] == [9.0, *IDENTITY[1:]]
    long = get_object(objects, create_object(objects, transform=[*moved(1), 17, 18]))
    assert long["transform"] == moved(1)
    odd = get_object(objects, create_object(objects, transform=[None, "x", 5]))
    assert odd["transform"] == [1.0, 0.0, 5.0, *IDENTITY[3:]]


def test_lock_asset_and_action_leave_the_transform_alone(objects):
    key = create_object(objects, transform=moved(6))
    one = f"/v1/object/{key}"
    done(objects.get(f"{one}/lock?device=d"))
    done(objects.put(f"{one}/asset/x"))
    done(objects.post(f"{one}/action", {"name": "a"}))
    done(objects.delete(f"{one}/asset/x"))
    assert get_object(objects, key)["transform"] == moved(6)


def test_update_appends_assets(objects):
    key = create_object(objects, assets=["1", "2"])
    done(objects.post(f"/v1/object/{key}", {"objects": [{"assets": ["3"]}]}), records=1)
    assert get_object(objects, key)["assets"] == ["1", "2", "3"]


def test_assets_are_added_once_and_removed(objects):
    key = create_object(objects, assets=["1"])
    for _ in range(2):
        done(objects.put(f"/v1/object/{key}/asset/2"), records=0)
    assert get_object(objects, key)["assets"] == ["1", "2"]
    for _ in range(2):
        done(objects.delete(f"/v1/object/{key}/asset/1"), records=0)
    assert get_object(objects, key)["assets"] == ["2"]


def test_several_elements_make_several_objects(objects):
    scene = unique("many")
    body = done(objects.post("/v1/object", {"objects": [{"name": f"n{i}", "scene": scene} for i in range(5)]}), records=5)
    keys = [element["key"] for element in body["objects"]]
    found = done(objects.post("/v1/object/query", {"objects": [{"scene": scene}]}), records=5)
    assert [element["key"] for element in found["objects"]] == keys, "in the order of their creation"


def test_query_is_exact_on_every_field_and_all_of_them(objects):
    members = {"name": unique("q"), "scene": unique("qs"), "type": "t", "subtype": "u", "owner": "o", "parent": "p",
               "asset_sub_id": "i", "assets": ["a1", "a2"]}
    key = create_object(objects, **members)
    create_object(objects, **{**members, "name": members["name"].upper()})
    for name in ("scene", "type", "subtype", "owner", "parent", "asset_sub_id"):
        criteria = {"name": members["name"], name: members[name]}
        body = done(objects.post("/v1/object/query", {"objects": [criteria]}), records=1)
        assert body["objects"][0]["key"] == key, name
        done(objects.post("/v1/object/query", {"objects": [{**criteria, name: "other"}]}), records=0)
    for assets, count in ((["a1"], 1), (["a1", "a2"], 1), (["a3"], 0)):
        done(objects.post("/v1/object/query", {"objects": [{"name": members["name"], "assets": assets}]}), records=count)


def test_query_ignores_what_is_no_criterion(objects):
    name = unique("extra")
    key = create_object(objects, name=name, transform=moved(1))
    criteria = {"name": name, "key": ABSENT_KEY, "frame": 7, "transform": [], "actions": [], "scene": None, "type": ""}
    body = done(objects.post("/v1/object/query", {"num_records": 999, "objects": [criteria]}), records=1)
    assert body["objects"][0]["key"] == key


def test_query_gives_at_most_num_records_for_each_element(objects):
    scene = unique("limit")
    done(objects.post("/v1/object", {"objects": [{"name": "x", "scene": scene}] * 12}), records=12)
    criteria = {"scene": scene}
    for limit, count in ((1, 1), (3, 3), (0, 0), (-1, 0), (999, 12), (1.5, 10), (None, 10)):
        done(objects.post("/v1/object/query", {"num_records": limit, "objects": [criteria]}), records=count)
    done(objects.post("/v1/object/query", {"num_records": 2, "objects": [criteria, criteria]}), records=4)
    done(objects.post("/v1/object/query", {"objects": []}), records=0)


def test_a_bare_element_is_taken_as_a_list_of_one(objects):
    name = unique("bare")
    key = done(objects.post("/v1/object", {"name": name, "assets": ["a"]}), records=1)["objects"][0]["key"]
    done(objects.post(f"/v1/object/{key}", {"type": "t"}), records=1)
    assert done(objects.post("/v1/object/query", {"name": name}), records=1)["objects"][0]["type"] == "t"


def test_slashes_at_the_end_and_doubled_are_tolerated(objects):
    key = create_object(objects)
    for path in (f"/v1/object/{key}/", f"//v1//object///{key}"):
        done(objects.get(path), records=1)


def test_upper_case_keys_are_the_same_keys(objects):
    key = create_object(objects)
    assert done(objects.get(f"/v1/object/{key.upper()}"), records=1)["objects"][0]["key"] == key


def test_a_key_of_the_client_never_becomes_the_identity(objects):
    assert create_object(objects, key=ABSENT_KEY) != ABSENT_KEY
    refused(objects.get(f"/v1/object/{ABSENT_KEY}"), 404, 102)


def test_transaction_id_is_echoed_and_not_invented(objects):
    element = {"name": unique("t")}
    assert done(objects.post("/v1/object", {"transaction_id": "tx", "objects": [element]}))["transaction_id"] == "tx"
    assert "transaction_id" not in done(objects.post("/v1/object", {"objects": [element]}))


def test_text_is_utf8_both_ways(objects):
    name = unique("Tänzer 踊る 💃")
    key = create_object(objects, name=name)
    assert name.encode() in objects.get(f"/v1/object/{key}").body


def test_actions_come_sorted_by_name_and_keyframes_by_frame(objects):
    keyframes = [{"frame": frame} for frame in (10, -5, 2)]
    key = create_object(objects, actions=[{"name": name, "keyframes": keyframes} for name in ("b", "C", "a")])
    actions = get_object(objects, key)["actions"]
    assert [action["name"] for action in actions] == ["C", "a", "b"], "byte order"
    assert [keyframe["frame"] for keyframe in actions[0]["keyframes"]] == [-5, 2, 10]


def test_all_handles_come_back_with_their_numbers(objects):
    key = create_object(objects, actions=[{"name": "a", "keyframes": [object_keyframe(1, moved(1), 2.0)]}])
    keyframe = get_object(objects, key)["actions"][0]["keyframes"][0]
    for name, count in (("translation_handle", 3), ("rotation_handle", 4), ("scale_handle", 3)):
        assert len(keyframe[name]) == count
        for one in keyframe[name]:
            assert one["left_type"] == "FREE" and one["right_type"] == "VECTOR"
            close([one["left_x"], one["left_y"], one["right_x"], one["right_y"]], [2.0, 2.1, 2.2, 2.3])


def test_missing_extra_and_odd_handles_are_tolerated(objects):
    keyframe = {"frame": 1, "translation_handle": [handle()], "rotation_handle": ["x", None, 3],
                "scale_handle": [{**handle(), "right_y": []}] * 9}
    key = create_object(objects, actions=[{"name": "a", "keyframes": [keyframe]}])
    got = get_object(objects, key)["actions"][0]["keyframes"][0]
    assert [len(got[name]) for name in ("translation_handle", "rotation_handle", "scale_handle")] == [3, 4, 3]
    assert got["translation_handle"][0]["left_x"] == 1.0 and got["translation_handle"][1]["left_x"] == 0.0
    assert got["scale_handle"][2]["right_y"] == 0.0


def test_keyframe_update_keeps_what_it_does_not_name_and_takes_the_index_from_the_path(objects):
    key = create_object(objects, actions=[{"name": "a", "keyframes": [object_keyframe(4, moved(1), 2.0)]}])
    one = f"/v1/object/{key}/action/a/keyframe/4"
    done(objects.post(one, {"transform": moved(9)}))
    keyframe = get_object(objects, key)["actions"][0]["keyframes"][0]
    assert keyframe["transform"] == moved(9) and keyframe["translation_handle"][0]["left_x"] == 2.0
    done(objects.post(one, {"frame": 99, "translation_handle": [handle(7.0)]}))
    keyframes = get_object(objects, key)["actions"][0]["keyframes"]
    assert [keyframe["frame"] for keyframe in keyframes] == [4]
    assert keyframes[0]["transform"] == moved(9) and keyframes[0]["translation_handle"][0]["left_x"] == 7.0


def test_action_create_replaces_and_update_keeps_keyframes(objects):
    key = create_object(objects, actions=[{"name": "a", "description": "old", "keyframes": [{"frame": 1}]}])
    done(objects.post(f"/v1/object/{key}/action/a", {"name": "renamed", "description": "new", "keyframes": [{"frame": 2}]}))
    action = get_object(objects, key)["actions"][0]
    assert (action["name"], action["description"], [k["frame"] for k in action["keyframes"]]) == ("a", "new", [1])
    done(objects.post(f"/v1/object/{key}/action", {"name": "a", "keyframes": [{"frame": 3}]}))
    action = get_object(objects, key)["actions"][0]
    assert [k["frame"] for k in action["keyframes"]] == [3] and "description" not in action


def test_action_names_are_opaque(objects):
    key = create_object(objects)
    for name, in_path in (("a.b", "a.b"), ("$x", "$x"), ("with space", "with%20space"), ("ü", "%C3%BC")):
        done(objects.post(f"/v1/object/{key}/action", {"name": name}))
        done(objects.post(f"/v1/object/{key}/action/{in_path}", {"description": "here"}))
        assert action_of(get_object(objects, key), name)["description"] == "here"
        done(objects.delete(f"/v1/object/{key}/action/{in_path}"))


def test_negative_frames_stay_negative(objects):
    key = create_object(objects, actions=[{"name": "a"}])
    done(objects.post(f"/v1/object/{key}/action/a/keyframe", {"frame": -5, "transform": moved(1)}))
    done(objects.post(f"/v1/object/{key}/action/a/keyframe/-5", {"transform": moved(2)}))
    keyframe = get_object(objects, key)["actions"][0]["keyframes"][0]
    assert keyframe["frame"] == -5 and keyframe["transform"] == moved(2)
    done(objects.delete(f"/v1/object/{key}/action/a/keyframe/-5"))
    assert get_object(objects, key)["actions"][0]["keyframes"] == []


def test_owner_of_a_create_holds_the_lock(objects):
    key = create_object(objects, owner="first")
    refused(objects.get(f"/v1/object/{key}/lock?device=second"), 423, 123)
    done(objects.delete(f"/v1/object/{key}/lock?device=first"))
    done(objects.get(f"/v1/object/{key}/lock?device=second&ignored=1"))
    assert get_object(objects, key)["owner"] == "second"


def test_a_lock_does_not_stop_updates(objects):
    key = create_object(objects, owner="someone")
    done(objects.post(f"/v1/object/{key}", {"objects": [{"name": "changed", "transform": moved(3)}]}), records=1)
    assert get_object(objects, key)["name"] == "changed"


def test_pose_of_an_object_from_blender_is_composed(objects):
    pose = {"transform": [], "translation": [1, 2, 3], "euler_rotation": [0, 0, 1.5707963267948966], "scale": [2, 2, 2]}
    close(get_object(objects, create_object(objects, **pose))["transform"],
          [0, -2, 0, 1, 2, 0, 0, 2, 0, 0, 2, 3, 0, 0, 0, 1], 1e-9)

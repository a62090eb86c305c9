"""What devices receive after changes over HTTP: the type, key and body of every kind of event."""

import json

import pytest
from shapes import (create_object, create_property, done, moved, object_keyframe, property_keyframe, refused, unique)


@pytest.fixture
def object_key(objects, scene, watcher):
    key = create_object(objects, name="thing", scene=scene, type="mesh", transform=moved(1), assets=["a"],
                        actions=[{"name": "walk", "description": "d", "keyframes": [object_keyframe(0, moved(2))]}])
    event = watcher.next()
    assert event["msg_type"] == 0
    return key


@pytest.fixture
def property_key(objects, scene, watcher):
    key = create_property(objects, name="light", scene=scene, values=[1.5],
                          actions=[{"name": "fade", "keyframes": [property_keyframe(0, 1.0)]}])
    event = watcher.next()
    assert event["msg_type"] == 8
    return key


def check_object(event, msg_type, key, scene, transform, name="thing"):
    """Every event about an object tells its name, scene and stored transform: listeners read them from all."""
    assert (event["msg_type"], event["key"], event["name"], event["scene"], event["transform"]) == (
        msg_type, key, name, scene, transform), event
    assert isinstance(event["assets"], list) and isinstance(event["actions"], list)


def test_object_create_is_type_0_with_the_new_key(objects, watcher, scene):
    key = create_object(objects, key="mine", name="new", scene=scene, transform=moved(3), parent="p",
                        actions=[{"name": "walk", "keyframes": [object_keyframe(1, moved(2))]}])
    event = watcher.next()
    check_object(event, 0, key, scene, moved(3), "new")
    assert event["parent"] == "p" and event["actions"][0]["keyframes"][0]["frame"] == 1


def test_object_update_is_type_1_with_the_current_state(objects, watcher, scene, object_key):
    done(objects.post(f"/v1/object/{object_key}", {"objects": [{"subtype": "cube"}]}))
    event = watcher.next()
    check_object(event, 1, object_key, scene, moved(1))
    assert event["subtype"] == "cube"
    done(objects.post(f"/v1/object/{object_key}", {"objects": [{"transform": moved(8), "name": "other"}]}))
    check_object(watcher.next(), 1, object_key, scene, moved(8), "other")


def test_object_delete_is_type_3(objects, watcher, scene, object_key):
    done(objects.delete(f"/v1/object/{object_key}"))
    check_object(watcher.next(), 3, object_key, scene, moved(1))


def test_object_actions_are_types_19_20_and_22(objects, watcher, scene, object_key):
    one = f"/v1/object/{object_key}/action"
    done(objects.post(one, {"name": "run", "description": "fast", "keyframes": [object_keyframe(4, moved(4))]}))
    event = watcher.next()
    check_object(event, 19, object_key, scene, moved(1))
    assert [action["name"] for action in event["actions"]] == ["run"]
    assert event["actions"][0]["description"] == "fast" and event["actions"][0]["keyframes"][0]["transform"] == moved(4)
    done(objects.post(f"{one}/run", {"description": "faster"}))
    event = watcher.next()
    check_object(event, 20, object_key, scene, moved(1))
    assert event["actions"][0]["name"] == "run" and event["actions"][0]["description"] == "faster"
    done(objects.delete(f"{one}/run"))
    event = watcher.next()
    check_object(event, 22, object_key, scene, moved(1))
    assert [(action["name"], action["keyframes"]) for action in event["actions"]] == [("run", [])]


def test_object_keyframes_are_types_15_16_and_18(objects, watcher, scene, object_key):
    one = f"/v1/object/{object_key}/action/walk/keyframe"
    for msg_type, request, frame, transform in (
            (15, lambda: objects.post(one, object_keyframe(5, moved(5))), 5, moved(5)),
            (16, lambda: objects.post(f"{one}/5", object_keyframe(5, moved(6))), 5, moved(6)),
            (18, lambda: objects.delete(f"{one}/5"), 5, None)):
        done(request())
        event = watcher.next()
        check_object(event, msg_type, object_key, scene, moved(1))
        assert [action["name"] for action in event["actions"]] == ["walk"]
        assert [keyframe["frame"] for keyframe in event["actions"][0]["keyframes"]] == [frame]
        if transform is not None:
            assert event["actions"][0]["keyframes"][0]["transform"] == transform


def test_properties_are_types_8_9_and_11(objects, watcher, scene):
    key = create_property(objects, name="light", scene=scene, values=[2])
    event = watcher.next()
    assert (event["msg_type"], event["key"], event["name"], event["scene"], event["values"]) == (8, key, "light", scene, [2.0])
    done(objects.post(f"/v1/property/{key}", {"properties": [{"values": [3]}]}))
    event = watcher.next()
    assert (event["msg_type"], event["key"], event["scene"], event["values"]) == (9, key, scene, [3.0])
    done(objects.delete(f"/v1/property/{key}"))
    event = watcher.next()
    assert (event["msg_type"], event["key"], event["scene"]) == (11, key, scene)


def test_property_actions_and_keyframes_have_types_of_their_own(objects, watcher, scene, property_key):
    one = f"/v1/property/{property_key}/action"
    for msg_type, request, name in (
            (27, lambda: objects.post(one, {"name": "rise"}), "rise"),
            (28, lambda: objects.post(f"{one}/rise", {"description": "d"}), "rise"),
            (23, lambda: objects.post(f"{one}/rise/keyframe", property_keyframe(1, 5.0)), "rise"),
            (24, lambda: objects.post(f"{one}/rise/keyframe/1", property_keyframe(1, 6.0)), "rise"),
            (26, lambda: objects.delete(f"{one}/rise/keyframe/1"), "rise"),
            (30, lambda: objects.delete(f"{one}/rise"), "rise")):
        done(request())
        event = watcher.next()
        assert (event["msg_type"], event["key"], event["scene"]) == (msg_type, property_key, scene), event
        assert [action["name"] for action in event["actions"]] == [name]
        if msg_type in (23, 24):
            assert event["actions"][0]["keyframes"][0]["values"][0]["value"] == (5.0 if msg_type == 23 else 6.0)


def test_what_changes_nothing_for_devices_emits_nothing(objects, watcher, object_key):
    one = f"/v1/object/{object_key}"
    done(objects.get(one))
    done(objects.post("/v1/object/query", {"objects": [{"name": "thing"}]}))
    done(objects.get(f"{one}/lock?device=d"))
    done(objects.delete(f"{one}/lock?device=d"))
    done(objects.put(f"{one}/asset/new"))
    done(objects.delete(f"{one}/asset/new"))
    done(objects.post(one, {"objects": [{"name": "marker"}]}))
    assert watcher.until(msg_type=1, name="marker") == []


def test_failed_changes_emit_nothing(objects, watcher, scene, object_key):
    one = f"/v1/object/{object_key}"
    refused(objects.post("/v1/object/nonexistent", {"objects": [{"scene": scene}]}), 404, 102)
    refused(objects.delete("/v1/object/nonexistent"), 404, 102)
    refused(objects.delete(f"{one}/action/none"), 404, 102)
    refused(objects.delete(f"{one}/action/walk/keyframe/99"), 404, 102)
    refused(objects.post(f"{one}/action/none", {"scene": scene}), 404, 102)
    refused(objects.post(f"{one}/action/walk/keyframe", {"scene": scene}), 400, 122)
    refused(objects.post(one, b"{broken"), 400, 110)
    done(objects.post(one, {"objects": [{"name": "marker"}]}))
    assert watcher.until(msg_type=1, name="marker") == []


def test_the_scene_of_a_body_says_where_its_event_goes(objects, scenes, closing, watcher, object_key):
    from clients import Device  # a second device, in a scene that the object is not in
    elsewhere = unique("elsewhere")
    other = closing(Device(unique("device")))
    other.register(scenes, elsewhere)
    done(objects.post(f"/v1/object/{object_key}/action/walk", {"description": "e", "scene": elsewhere}))
    assert other.expect(msg_type=20)["key"] == object_key
    done(objects.post(f"/v1/object/{object_key}", {"objects": [{"name": "marker"}]}))
    assert watcher.until(msg_type=1, name="marker") == []


def test_an_object_without_a_scene_emits_nothing_and_works(objects, watcher, scene):
    key = create_object(objects)
    done(objects.post(f"/v1/object/{key}", {"objects": [{"type": "x"}]}))
    done(objects.post(f"/v1/object/{key}", {"objects": [{"scene": scene, "name": "arrived"}]}))
    event = watcher.next()
    assert (event["key"], event["name"]) == (key, "arrived")


def test_several_elements_emit_an_event_each(objects, watcher, scene):
    done(objects.post("/v1/object", {"objects": [{"name": f"n{i}", "scene": scene} for i in range(20)]}), records=20)
    assert [watcher.next()["name"] for _ in range(20)] == [f"n{i}" for i in range(20)]


def test_large_objects_make_small_events(objects, watcher, scene):
    keyframes = [object_keyframe(frame, moved(frame)) for frame in range(50)]
    key = create_object(objects, name="large", scene=scene, actions=[{"name": "long", "keyframes": keyframes}])
    datagram = watcher.raw()
    assert len(datagram) <= 8192, "existing listeners read no more"
    event = json.loads(datagram)
    assert (event["msg_type"], event["key"], event["actions"]) == (0, key, [])


def test_members_come_in_the_order_that_clients_know(objects, watcher, scene, object_key):
    done(objects.post(f"/v1/object/{object_key}", {"objects": [{"subtype": "s"}]}))
    names = [name for name in json.loads(watcher.raw()) if name in (
        "msg_type", "key", "name", "scene", "type", "subtype", "transform", "assets", "actions")]
    assert names == ["msg_type", "key", "name", "scene", "type", "subtype", "transform", "assets", "actions"]


def test_control_characters_in_names_do_not_break_the_line(objects, watcher, scene):
    name = 'line\nbreak\r\t"quoted"\\ and \u0001'
    create_object(objects, name=name, scene=scene)
    assert watcher.next()["name"] == name

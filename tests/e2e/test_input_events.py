"""Events in over UDP: all six types, their effect over HTTP within a second, and what is sent on."""

import json

import pytest
from shapes import (ABSENT_KEY, IDENTITY, action_of, create_object, create_property, done, get_object, get_property, moved,
                    object_keyframe, property_keyframe, unique)
from waiting import wait_for

VISIBLE_S = 1.0


def visible(what, condition):
    return wait_for(what, condition, seconds=VISIBLE_S)


@pytest.fixture
def object_key(objects, scene, watcher):
    actions = [{"name": "walk", "description": "d", "keyframes": [object_keyframe(0, moved(1), 2.0)]}]
    key = create_object(objects, name="thing", scene=scene, transform=moved(1), actions=actions)
    assert watcher.next()["msg_type"] == 0
    return key


@pytest.fixture
def property_key(objects, scene, watcher):
    actions = [{"name": "fade", "description": "d", "keyframes": [property_keyframe(0, 1.0)]}]
    key = create_property(objects, name="light", scene=scene, values=[1.0], actions=actions)
    assert watcher.next()["msg_type"] == 8
    return key


def test_type_1_moves_an_object(objects, sender, watcher, object_key, scene):
    sender.send({"msg_type": 1, "key": object_key, "name": "thing", "scene": scene, "transform": moved(2.25, -1e-7, 3e5), "actions": []})
    event = watcher.expect(msg_type=1, key=object_key)
    assert event["transform"] == moved(2.25, -1e-7, 3e5) and event["name"] == "thing" and event["scene"] == scene
    visible("the transform", lambda: get_object(objects, object_key)["transform"] == moved(2.25, -1e-7, 3e5))


def test_type_16_updates_a_keyframe(objects, sender, watcher, object_key, scene):
    keyframe = {"frame": 0, "transform": moved(2.001)}
    sender.send({"msg_type": 16, "key": object_key, "name": None, "scene": None, "transform": [],
                 "actions": [{"name": "walk", "keyframes": [keyframe]}]})
    event = watcher.expect(msg_type=16, key=object_key)
    assert event["name"] == "thing" and event["scene"] == scene and event["transform"] == moved(1)
    assert event["actions"][0]["name"] == "walk" and event["actions"][0]["keyframes"][0]["transform"] == moved(2.001)
    stored = visible("the keyframe", lambda: next((
        keyframe for keyframe in get_object(objects, object_key)["actions"][0]["keyframes"] if keyframe["transform"] == moved(2.001)), None))
    assert stored["translation_handle"][0]["left_x"] == 2.0, "what the event does not name stays"
    assert get_object(objects, object_key)["transform"] == moved(1)


def test_type_20_updates_an_action(objects, sender, watcher, object_key):
    sender.send({"msg_type": 20, "key": object_key, "actions": [{"name": "walk", "description": "new", "keyframes": [{"frame": 9}]}]})
    event = watcher.expect(msg_type=20, key=object_key)
    assert event["actions"][0]["description"] == "new" and event["name"] == "thing"
    visible("the description", lambda: action_of(get_object(objects, object_key), "walk")["description"] == "new")
    keyframes = action_of(get_object(objects, object_key), "walk")["keyframes"]
    assert [keyframe["frame"] for keyframe in keyframes] == [0], "keyframes of an action event are not stored"


def test_type_9_sets_a_property(objects, sender, watcher, property_key, scene):
    sender.send({"msg_type": 9, "key": property_key, "name": "light", "scene": scene, "values": [110.0, 2], "actions": []})
    event = watcher.expect(msg_type=9, key=property_key)
    assert event["values"] == [110.0, 2.0]
    visible("the values", lambda: get_property(objects, property_key)["values"] == [110.0, 2.0])
    assert get_property(objects, property_key)["name"] == "light"


def test_type_24_updates_a_keyframe_of_a_property(objects, sender, watcher, property_key):
    sender.send({"msg_type": 24, "key": property_key, "name": None, "scene": None, "values": [],
                 "actions": [{"name": "fade", "keyframes": [{"frame": 0, "values": [{"value": 103.5}]}]}]})
    event = watcher.expect(msg_type=24, key=property_key)
    assert event["actions"][0]["keyframes"][0]["values"][0]["value"] == 103.5
    visible("the keyframe", lambda: get_property(objects, property_key)["actions"][0]["keyframes"][0]["values"][0]["value"] == 103.5)
    assert get_property(objects, property_key)["values"] == [1.0]


def test_type_28_updates_an_action_of_a_property(objects, sender, watcher, property_key):
    sender.send({"msg_type": 28, "key": property_key, "actions": [{"name": "fade", "description": "slow"}]})
    assert watcher.expect(msg_type=28, key=property_key)["actions"][0]["description"] == "slow"
    visible("the description", lambda: get_property(objects, property_key)["actions"][0]["description"] == "slow")


def test_an_event_without_a_scene_goes_where_the_object_is(sender, watcher, object_key):
    for scene in ({}, {"scene": None}, {"scene": ""}, {"scene": 5}):
        sender.send({"msg_type": 1, "key": object_key, "transform": moved(5), **scene})
        assert watcher.expect(key=object_key)["transform"] == moved(5), scene


def test_an_event_without_a_transform_keeps_the_stored_one(objects, sender, watcher, object_key):
    for transform in ({}, {"transform": []}, {"transform": None}):
        sender.send({"msg_type": 1, "key": object_key, "type": "mesh", **transform})
        assert watcher.expect(key=object_key)["transform"] == moved(1), transform
    visible("the type", lambda: get_object(objects, object_key)["type"] == "mesh")
    assert get_object(objects, object_key)["transform"] == moved(1)


def test_renaming_by_event_is_found_by_the_new_name(objects, sender, watcher, object_key):
    name = unique("renamed")
    sender.send({"msg_type": 1, "key": object_key, "name": name})
    assert watcher.expect(key=object_key)["name"] == name
    visible("the name", lambda: done(objects.post("/v1/object/query", {"objects": [{"name": name}]}))["num_records"] == 1)


def test_odd_forms_of_the_same_event(sender, watcher, object_key):
    transform = json.dumps(moved(4)).encode()
    key = object_key.encode()
    for number, text in enumerate((
            b'{"msg_type":1,"key":"%s","transform":%s}' % (key, transform),
            b' {\n\t"transform" : %s ,\r\n "key" : "%s" , "msg_type" : 1 }\n' % (transform, key),
            b'{"msg_type":1.0,"key":"%s","transform":%s}' % (key, transform),
            b'{"msg_type":1,"key":"%s","transform":%s} trailing text' % (key, transform),
            b'{"msg_type":1,"key":"%s","transform":%s}' % (key.upper(), transform),
            b'{"msg_type":1,"k\\u0065y":"%s","transform":%s}' % (key, transform),
            b'{"msg_type":1,"key":"%s","transform":[1,0,0,4,0,1,0,0,0,0,1,0,0,0,0,1,17,18]}' % key,
            b'{"msg_type":1,"key":"%s","transform":%s,"unknown":{"deep":[[[]]]}}' % (key, transform))):
        sender.send(b'{"msg_type":1,"key":"%s","transform":%s}' % (key, json.dumps(moved(0)).encode()))
        while watcher.expect(key=object_key)["transform"] != moved(0):
            assert number == 3, "only the real msg_type may be pending"
        sender.send(text)
        if number != 2:  # a real msg_type may be taken or dropped
            assert watcher.expect(key=object_key)["transform"] == moved(4), text


def test_unknown_keys_are_sent_on_but_change_nothing(objects, sender, watcher, scene):
    sender.send({"msg_type": 1, "key": ABSENT_KEY, "name": "ghost", "scene": scene, "transform": moved(3)})
    event = watcher.expect(msg_type=1)
    assert event["key"] == ABSENT_KEY and event["name"] == "ghost" and event["transform"] == moved(3)
    assert objects.get(f"/v1/object/{ABSENT_KEY}").status == 404


def test_unknown_types_are_dropped(sender, watcher, object_key, scene):
    for msg_type in (0, 2, 3, 8, 15, 19, 99, -1, -9999, "1", None, True, 1e300):
        sender.send({"msg_type": msg_type, "key": object_key, "scene": scene, "transform": moved(8)})
    sender.send({"msg_type": 1, "key": object_key, "scene": scene, "transform": moved(9)})
    event = watcher.next()
    assert (event["msg_type"], event["transform"]) == (1, moved(9))


def test_events_of_one_sender_keep_their_order(objects, sender, watcher, object_key):
    count = 500
    for number in range(count):
        sender.send({"msg_type": 1, "key": object_key, "transform": moved(number)})
        if number % 50 == 49:  # never more under way than a small receive buffer holds
            assert [watcher.next()["transform"][3] for _ in range(50)] == list(range(number - 49, number + 1))
    assert get_object(objects, object_key)["transform"] == moved(count - 1)


def test_an_event_after_an_http_update_keeps_what_that_changed(objects, sender, watcher, object_key):
    done(objects.post(f"/v1/object/{object_key}", {"objects": [{"name": "by http"}]}))
    watcher.expect(msg_type=1, name="by http")
    sender.send({"msg_type": 1, "key": object_key, "transform": moved(7)})
    assert watcher.expect(key=object_key)["name"] == "by http"
    done(objects.post(f"/v1/object/{object_key}", {"objects": [{"type": "later"}]}))
    assert watcher.expect(type="later")["transform"] == moved(7)
    assert get_object(objects, object_key)["transform"] == moved(7)


def test_events_for_locked_objects_are_applied(objects, sender, watcher, object_key):
    done(objects.get(f"/v1/object/{object_key}/lock?device=someone"))
    sender.send({"msg_type": 1, "key": object_key, "transform": moved(6)})
    assert watcher.expect(key=object_key)["transform"] == moved(6)


def test_short_transforms_fill_up_with_identity(sender, watcher, object_key):
    sender.send({"msg_type": 1, "key": object_key, "transform": [3]})
    assert watcher.expect(key=object_key)["transform"] == [3.0, *IDENTITY[1:]]

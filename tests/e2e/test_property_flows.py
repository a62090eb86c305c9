"""The flows of the existing clients' suites on properties, at the objects service and through the gateway."""

import pytest
from shapes import (ABSENT_KEY, action_of, create_property, done, get_property, property_keyframe, refused, unique)


@pytest.fixture(params=["service", "gateway"])
def door(request, system):
    if request.param == "service":
        return system.objects, "/v1/property"
    return system.gateway, "/v1/scene/any/property"


def test_life_of_a_property_with_actions(door):
    http, path = door
    name = unique("life")
    created = done(http.post(path, {"properties": [
        {"key": "mine", "name": "first name", "parent": "p", "values": [{"value": 100.0, "left_type": "FREE"}], "frame": 0,
         "actions": [{"name": "fade", "description": "d", "keyframes": [property_keyframe(0, 1.0)]}]}]}), records=1)
    assert created["msg_type"] == 8
    key = created["properties"][0]["key"]
    one = f"{path}/{key}"
    assert done(http.post(one, {"properties": [{"name": name, "parent": "q"}]}))["msg_type"] == 9
    got = done(http.get(one), records=1)
    assert got["msg_type"] == 10 and got["properties"][0]["parent"] == "q" and got["properties"][0]["values"] == [100.0]
    done(http.post(f"{one}/action", {"name": "rise", "description": "e", "keyframes": [property_keyframe(8, 1.0)]}))
    done(http.post(f"{one}/action/rise", {"name": "rise", "description": "f"}))
    done(http.post(f"{one}/action/rise/keyframe", property_keyframe(1, 100.0)))
    done(http.post(f"{one}/action/rise/keyframe/1", property_keyframe(1, 110.5)))
    rise = action_of(done(http.get(one))["properties"][0], "rise")
    assert rise["description"] == "f" and rise["keyframes"][0]["values"][0]["value"] == 110.5
    done(http.delete(f"{one}/action/rise/keyframe/8"))
    done(http.delete(f"{one}/action/rise"))
    done(http.post(f"{path}/query/", {"num_records": 1, "properties": [{"name": name}]}), records=1)
    assert done(http.delete(one), records=0)["msg_type"] == 11
    refused(http.get(one), 404, 102)


def test_values_are_taken_in_every_form_and_sent_as_bare_numbers(objects):
    for values, expected in (([100.5], [100.5]), ([5], [5.0]), ([{"value": 5}], [5.0]), ([1, {"value": 2.5}], [1.0, 2.5]),
                             ([1, 2, 3, 4, 5, 6], [1.0, 2.0, 3.0, 4.0]), ([], []), (None, [])):
        assert get_property(objects, create_property(objects, values=values))["values"] == expected, values
    key = create_property(objects, values=[7])
    assert '"values":[7.0]' in objects.get(f"/v1/property/{key}").body.decode().replace(" ", "")


def test_update_keeps_what_it_does_not_name(objects):
    key = create_property(objects, parent="p", asset_sub_id="i", scene="s", values=[1, 2])
    done(objects.post(f"/v1/property/{key}", {"properties": [{"name": "new", "values": [], "parent": None, "scene": ""}]}))
    element = get_property(objects, key)
    assert (element["name"], element["parent"], element["asset_sub_id"], element["scene"], element["values"]) == (
        "new", "p", "i", "s", [1.0, 2.0])
    done(objects.post(f"/v1/property/{key}", {"properties": [{"values": [3.0]}]}))
    assert get_property(objects, key)["values"] == [3.0]


def test_keyframe_values_come_back_as_objects_with_handles(objects):
    key = create_property(objects, actions=[{"name": "a", "keyframes": [property_keyframe(2, 1.5, 2.5)]}])
    values = get_property(objects, key)["actions"][0]["keyframes"][0]["values"]
    assert [value["value"] for value in values] == [1.5, 2.5]
    assert values[0]["left_type"] == "FREE" and values[1]["right_x"] == pytest.approx(1.2)


def test_keyframe_values_may_be_bare_numbers(objects):
    key = create_property(objects, actions=[{"name": "a", "keyframes": [{"frame": 2, "values": [1, 2.5]}]}])
    values = get_property(objects, key)["actions"][0]["keyframes"][0]["values"]
    assert [value["value"] for value in values] == [1.0, 2.5]


def test_keyframe_update_without_values_keeps_them(objects):
    key = create_property(objects, actions=[{"name": "a", "keyframes": [property_keyframe(2, 1.5)]}])
    done(objects.post(f"/v1/property/{key}/action/a/keyframe/2", {"scene": "elsewhere"}))
    assert get_property(objects, key)["actions"][0]["keyframes"][0]["values"][0]["value"] == 1.5


def test_query_is_exact_on_every_field(objects):
    members = {"name": unique("q"), "parent": "p", "asset_sub_id": "i", "scene": "s"}
    key = create_property(objects, **members, values=[1])
    for name in ("parent", "asset_sub_id", "scene"):
        criteria = {"name": members["name"], name: members[name], "values": [9], "key": ABSENT_KEY}
        body = done(objects.post("/v1/property/query", {"properties": [criteria]}), records=1)
        assert body["properties"][0]["key"] == key
        done(objects.post("/v1/property/query", {"properties": [{**criteria, name: "other"}]}), records=0)


def test_answers_list_properties_and_not_objects(objects):
    body = done(objects.post("/v1/property", {"properties": [{"name": unique("p")}]}), records=1)
    assert "properties" in body and "objects" not in body

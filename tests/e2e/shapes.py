"""Bodies as clients send them, and checks of answers."""

import itertools
import math
import re

KEY = re.compile(r"^[0-9a-f]{24}$")
ABSENT_KEY = "0123456789abcdef01234567"
_numbers = itertools.count(1)

IDENTITY = [1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0]


def unique(prefix):
    """A name that no other test uses."""
    return f"{prefix}-{next(_numbers)}"


def moved(x, y=0.0, z=0.0):
    """A matrix that moves by x, y, z: row-major, translation in elements 3, 7, 11."""
    return [1.0, 0.0, 0.0, float(x), 0.0, 1.0, 0.0, float(y), 0.0, 0.0, 1.0, float(z), 0.0, 0.0, 0.0, 1.0]


def handle(number=1.0):
    return {"left_type": "FREE", "left_x": number, "left_y": number + 0.1,
            "right_type": "VECTOR", "right_x": number + 0.2, "right_y": number + 0.3}


def object_keyframe(frame, transform=None, number=1.0):
    keyframe = {"frame": frame, "translation_handle": [handle(number)] * 3, "rotation_handle": [handle(number)] * 4,
                "scale_handle": [handle(number)] * 3}
    if transform is not None:
        keyframe["transform"] = transform
    return keyframe


def property_keyframe(frame, *values):
    return {"frame": frame, "values": [{"value": value, **handle()} for value in values]}


def close(actual, expected, tolerance=1e-3):
    assert len(actual) == len(expected), (actual, expected)
    for one, other in zip(actual, expected):
        assert math.isclose(one, other, rel_tol=0, abs_tol=tolerance), (actual, expected)
    return True


def done(reply, records=None):
    """Success, as every client checks it; the answer."""
    assert reply.status == 200, reply
    assert reply.headers["Content-Type"].startswith("application/json"), dict(reply.headers)
    body = reply.json
    assert body["err_code"] == 100, reply
    elements = body.get("objects", body.get("properties", body.get("scenes")))
    assert isinstance(elements, list), reply
    if records is not None:
        assert body["num_records"] == records, reply
    return body


def refused(reply, status, code):
    """Failure with that status and error code, and a body that says so."""
    assert (reply.status, reply.json["err_code"]) == (status, code), reply
    assert reply.headers["Content-Type"].startswith("application/json"), dict(reply.headers)
    assert reply.json["err_msg"], reply
    return reply.json


def create_object(http, **members):
    body = {"name": unique("object"), **members}
    key = done(http.post("/v1/object", {"objects": [body]}), records=1)["objects"][0]["key"]
    assert KEY.match(key), key
    return key


def create_property(http, **members):
    body = {"name": unique("property"), **members}
    key = done(http.post("/v1/property", {"properties": [body]}), records=1)["properties"][0]["key"]
    assert KEY.match(key), key
    return key


def get_object(http, key):
    return done(http.get(f"/v1/object/{key}"), records=1)["objects"][0]


def get_property(http, key):
    return done(http.get(f"/v1/property/{key}"), records=1)["properties"][0]


def action_of(element, name):
    return next(action for action in element["actions"] if action["name"] == name)

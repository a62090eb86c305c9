"""The descriptions of the API: complete, consistent, served as they are, and checked by something that can fail."""

import gzip
import hashlib
import pathlib
import re

import api_schema
import pytest
from clients import Device, Http
from shapes import create_object, done, unique

ROUTES_MD = pathlib.Path(__file__).resolve().parents[2] / "docs" / "http.md"
PAGES = {"/docs/": "text/html", "/docs/events": "text/html", "/docs/docs.js": "text/javascript", "/docs/docs.css": "text/css",
         "/docs/swagger-ui-bundle.js": "text/javascript", "/docs/swagger-ui.css": "text/css"}


def described_routes():
    return {(method.upper(), shape_of(template)) for template, item in api_schema.api().document["paths"].items()
            for method in api_schema.METHODS if method in item}


def shape_of(path):
    return re.sub(r"\{[^}]*\}", "{}", path).rstrip("/")


def documented_routes():
    """Of the tables in docs/http.md: | GET, POST | `/v1/a`, `/v1/b` | ..."""
    for line in ROUTES_MD.read_text(encoding="utf-8").splitlines():
        row = re.match(r"^\| ([A-Z]+(?:, [A-Z]+)*) \| ((?:`/[^`]*`(?:, )?)+) \|", line)
        if row:
            for path in re.findall(r"`([^`]*)`", row.group(2)):
                for method in row.group(1).split(", "):
                    if method != "HEAD":
                        yield method, shape_of(path)


def test_every_documented_route_is_described():
    documented = set(documented_routes())
    assert len(documented) > 90, documented
    assert documented <= described_routes(), documented - described_routes()


def test_every_described_route_is_documented():
    """Below a scene the page says it once for all, and of the aliases /v1/login and /v1/users too."""
    def is_said_in_words(path):
        return (re.match(r"^/v1/scene/\{\}/(object|property)/", path) or path.startswith(("/v1/users", "/v1/login", "/docs/", "/portal"))
                or path in ("/login", "/actuator/health"))
    missing = {(method, path) for method, path in described_routes() - set(documented_routes()) if not is_said_in_words(path)}
    assert not missing, missing


@pytest.mark.parametrize(("kind", "key"), [("object", "scene"), ("property", "scene")])
def test_routes_below_a_scene_are_the_routes_without_it(kind, key):
    paths = api_schema.api().document["paths"]
    own = {path: item for path, item in paths.items() if path == f"/v1/{kind}" or path.startswith(f"/v1/{kind}/")}
    assert own
    for path, item in own.items():
        below = paths["/v1/scene/{scene}" + path.removeprefix("/v1")]
        assert below.keys() == item.keys(), path
        for method, operation in item.items():
            other = below[method]
            assert other["operationId"] == operation["operationId"] + "InScene"
            assert [one["name"] for one in other["parameters"]] == [key, *(one["name"] for one in operation.get("parameters", []))]
            assert other.get("requestBody") == operation.get("requestBody"), path
            assert other["responses"].keys() == operation["responses"].keys(), path
            for status, response in operation["responses"].items():
                assert other["responses"][status].get("content") == response.get("content"), (path, status)


def test_operation_ids_are_unique_and_tags_are_known():
    document = api_schema.api().document
    operations = [operation for item in document["paths"].values() for operation in item.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names))
    assert {tag for operation in operations for tag in operation["tags"]} == {tag["name"] for tag in document["tags"]}
    links = [link for operation in operations for response in operation["responses"].values() for link in response.get("links", {}).values()]
    assert links and all(link["operationId"] in names for link in links)


def test_the_two_descriptions_say_the_same_of_what_both_describe():
    http = api_schema.api().document["components"]["schemas"]
    events = api_schema.read("asyncapi.yaml")["components"]["schemas"]
    for name in ("Frame", "Handle", "ObjectKeyframe", "PropertyKeyframe", "Transform", "NonEmptyText"):
        assert http[name] == events[name], name


def examples(schema):
    for example in schema.get("examples", []):
        yield schema, example


def test_examples_are_valid():
    found = 0
    for name, schema in api_schema.api().document["components"]["schemas"].items():
        for _, example in examples(schema):
            assert api_schema.errors_of(schema, example) == [], (name, example)
            found += 1
    for name, message in api_schema.read("asyncapi.yaml")["components"]["messages"].items():
        for example in message["examples"]:
            assert api_schema.errors_of(message["payload"], example["payload"]) == [], (name, example)
            found += 1
    assert found > 30


ABSENT = b'{"msg_type":2,"err_code":102,"num_records":0,"err_msg":"no","objects":[]}'
JSON = "application/json"


@pytest.mark.parametrize(("method", "path", "status", "content_type", "body", "problem"), [
    ("GET", "/v1/object/0123456789abcdef01234567/", 404, JSON, ABSENT, None),
    ("HEAD", "/health", 200, JSON, b"", None),
    ("GET", "/v1/object/query", 404, JSON, ABSENT, None),
    ("GET", "/nothing/here", 404, JSON, b'{"err_code":102,"err_msg":"no such path"}', None),
    ("DELETE", "/v1/object", 405, JSON, b'{"err_code":101,"err_msg":"no"}', None),
    ("POST", "/v1/object", 413, JSON, b'{"err_code":122,"err_msg":"no"}', None),
    ("GET", "/nothing/here", 200, JSON, b"{}", "no such route"),
    ("GET", "/nothing/here", 404, JSON, b"{}", "required"),
    ("GET", "/v1/object/k", 418, JSON, b"{}", "getObject does not answer that"),
    ("GET", "/v1/object/k", 404, "text/plain", ABSENT, "content type"),
    ("GET", "/v1/object/k", 404, JSON, ABSENT[:-1], "not JSON"),
    ("GET", "/v1/object/k", 404, JSON, ABSENT.replace(b"102", b"100"), "100"),
    ("GET", "/v1/object/k", 404, JSON, ABSENT.replace(b'"objects"', b'"things"'), "things"),
    ("GET", "/v1/object/k", 200, JSON, b'{"msg_type":3,"err_code":100,"num_records":0,"objects":[]}', "2 was expected"),
    ("GET", "/health", 200, JSON, b'{"status":"up","extra":1}', "extra"),
    ("GET", "/metrics", 200, JSON, b"{}", "content type"),
])
def test_the_check_of_replies_can_fail(method, path, status, content_type, body, problem):
    problems = api_schema.api().problems(method, path, status, content_type, body)
    if problem is None:
        assert problems == []
    else:
        assert problems and problem in problems[0], problems


def test_the_check_of_long_lists_looks_at_both_ends_and_between():
    schema = {"items": {"type": "integer"}}
    for place in (0, 999, 500):
        values = list(range(1000))
        values[place] = "text"
        if place != 500:
            assert api_schema.errors_of(schema, values), place
    assert api_schema.errors_of(schema, ["text"] * 1000) and not api_schema.errors_of(schema, list(range(1000)))


def test_the_check_of_events_can_fail():
    good = {"msg_type": 9, "key": "k", "values": [1.5], "actions": []}
    api_schema.check_event(good)
    api_schema.check_event({"anything": "that tests send through the change stream"})
    before = len(api_schema.violations)
    for bad in ({**good, "msg_type": 2}, {**good, "more": 1}, {**good, "values": ["x"]}, {**good, "_": "0000"}, {"msg_type": 1, "key": "k"}):
        with pytest.raises(api_schema.Violation):
            api_schema.check_event(bad)
    del api_schema.violations[before:]


@pytest.mark.parametrize("name", ["openapi.yaml", "asyncapi.yaml"])
def test_descriptions_are_served_as_they_are(system, name):
    content = (api_schema.FOLDER / name).read_bytes()
    for http in (system.gateway, system.objects, system.scenes):
        reply = http.get(f"/{name}")
        assert reply.status == 200 and reply.headers["Content-Type"] == "application/yaml" and reply.body == content
        packed = http.get(f"/{name}", headers={"Accept-Encoding": "gzip"})
        assert packed.headers["Content-Encoding"] == "gzip" and gzip.decompress(packed.body) == content
        assert len(packed.body) < len(content) / 3 and packed.headers["ETag"] != reply.headers["ETag"]
        same = http.get(f"/{name}", headers={"If-None-Match": reply.headers["ETag"]})
        assert (same.status, same.body) == (304, b"")


def test_the_pages_need_nothing_from_elsewhere(system):
    for path, content_type in PAGES.items():
        reply = system.gateway.get(path)
        assert reply.status == 200 and reply.headers["Content-Type"].startswith(content_type), (path, reply)
        assert reply.headers["ETag"] and reply.headers["X-Content-Type-Options"] == "nosniff"
        if content_type == "text/html":
            policy = reply.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy and "script-src 'self';" in policy and "connect-src 'self'" in policy
            for address in re.findall(rb'(?:src|href)="([^"]*)"', reply.body):
                assert address == b"data:," or system.gateway.get(address.decode()).status == 200, address
    assert system.gateway.get("/docs").body == system.gateway.get("/docs/").body


def test_what_devices_receive_is_described(system, closing):
    """Once in the open, to see that every kind of event goes through the check that Device.next makes."""
    scene, device = unique("scene"), closing(Device(unique("device")))
    device.register(system.scenes, scene)
    key = create_object(system.objects, scene=scene, actions=[{"name": "a", "keyframes": [{"frame": 1}]}])
    done(system.objects.delete(f"/v1/object/{key}"))
    assert [device.next()["msg_type"], device.next()["msg_type"]] == [0, 3]


def test_the_viewer_is_the_pinned_one(system):
    """What the page runs is what the lock file names, byte for byte."""
    installed = pathlib.Path(__file__).resolve().parents[2] / "build/api/viewer/node_modules/swagger-ui-dist/swagger-ui-bundle.js"
    if not installed.exists():
        pytest.skip("the viewer was installed elsewhere")
    served = hashlib.sha256(system.gateway.get("/docs/swagger-ui-bundle.js").body).hexdigest()
    assert served == hashlib.sha256(installed.read_bytes()).hexdigest()


def test_head_of_a_description(start, closing):
    http = closing(Http(start().http_port))
    whole = http.get("/openapi.yaml")
    head = http.request("HEAD", "/openapi.yaml")
    assert (head.status, head.body, head.headers["Content-Length"]) == (200, b"", str(len(whole.body)))

"""The gateway's routing of /v1/scene/... and what it answers itself. The scene in a URL is never validated."""

import http.client

import pytest
from shapes import create_object, done, get_object, moved, refused, unique


def test_the_scene_in_the_url_is_neither_checked_nor_stored(system):
    gateway = system.gateway
    body = {"objects": [{"name": unique("n"), "scene": "in the body"}]}
    key = done(gateway.post("/v1/scene/in-the-url/object", body), records=1)["objects"][0]["key"]
    assert done(gateway.get(f"/v1/scene/other/object/{key}"))["objects"][0]["scene"] == "in the body"
    done(gateway.post("/v1/scene/third/object/query", body), records=1)
    done(gateway.delete(f"/v1/scene/fourth/object/{key}"))


def test_the_services_own_paths_are_on_the_same_port(system, scene):
    if not system.one_process:
        pytest.skip("one process only")
    http = system.gateway
    key = create_object(http, scene=scene)
    assert get_object(http, key)["scene"] == scene
    done(http.put(f"/v1/scene/{scene}", {"scenes": [{}]}))
    done(http.post("/v1/register", {"scenes": [{"key": scene, "devices": [{"key": "d"}]}]}))


def test_query_strings_reach_the_service(system):
    key = create_object(system.objects)
    one = f"/v1/scene/s/object/{key}/lock"
    done(system.gateway.get(f"{one}?other=1&device=a%20b+c&device=second"))
    assert get_object(system.objects, key)["owner"] == "a b c"
    refused(system.gateway.get(f"{one}?device=d"), 423, 123)
    done(system.gateway.delete(f"{one}?device=a%20b%20c"))


def test_escaped_names_are_decoded_once(system):
    key = create_object(system.objects)
    for name, in_path in (("with space", "with%20space"), ("100%", "100%25"), ("a/b", "a%2Fb"), ("%20", "%2520"), ("ü", "%C3%BC")):
        done(system.gateway.post(f"/v1/scene/s/object/{key}/action", {"name": name}))
        done(system.gateway.post(f"/v1/scene/s/object/{key}/action/{in_path}", {"description": "found"}))
        done(system.gateway.delete(f"/v1/scene/s/object/{key}/action/{in_path}"))


def test_escaped_scene_keys_are_decoded_once(system):
    key = unique("scene with / and %")
    encoded = key.replace("%", "%25").replace(" ", "%20").replace("/", "%2F")
    done(system.gateway.put(f"/v1/scene/{encoded}", {"scenes": [{"name": "n"}]}))
    assert done(system.gateway.get(f"/v1/scene/{encoded}"))["scenes"][0]["key"] == key
    assert done(system.scenes.get(f"/v1/scene/{encoded}"))["scenes"][0]["key"] == key


def test_the_body_names_the_scene_and_the_path_stands_in(system, scene, device):
    for method, path in (("POST", "register"), ("POST", "align"), ("PUT", "align"), ("POST", "deregister")):
        one = {**device.description(), "transform": {"translation": [1, 0, 0], "rotation": [0, 0, 0]}}
        body = {"scenes": [{"key": scene, "devices": [one]}]}
        assert done(system.gateway.request(method, f"/v1/scene/another/{path}", body))["scenes"][0]["key"] == scene
    body["scenes"][0].pop("key")
    in_path = unique("scene")
    assert done(system.gateway.post(f"/v1/scene/{in_path}/register", body))["scenes"][0]["key"] == in_path


@pytest.mark.parametrize(("method", "path"), [
    ("GET", "/v1/nothing"), ("GET", "/v1"), ("GET", "/"), ("POST", "/v2/object"), ("GET", "/v1/scene/s/object/k/nothing"),
    ("GET", "/V1/object/x"), ("GET", "/v1/objects")])
def test_unknown_paths_are_404_in_json(system, method, path):
    reply = system.gateway.request(method, path)
    assert reply.status == 404 and reply.json["err_msg"], reply


@pytest.mark.parametrize(("method", "path", "allowed"), [
    ("PATCH", "/v1/scene/s/object", "POST"), ("PUT", "/v1/scene/s/object/query", "POST"), ("DELETE", "/v1/scene/s/register", "POST"),
    ("DELETE", "/v1/scene", "POST"), ("POST", "/health", "GET")])
def test_wrong_methods_are_405_and_tell_the_right_ones(system, method, path, allowed):
    reply = system.gateway.request(method, path)
    assert reply.status == 405 and allowed in reply.headers["Allow"], (reply, dict(reply.headers))


def test_head_is_answered_without_a_body(system):
    reply = system.gateway.request("HEAD", "/health")
    assert reply.status == 200 and reply.body == b""


def test_a_stray_basic_header_and_a_principal_are_tolerated(system):
    headers = {"Authorization": "Basic dGVzdDp0ZXN0", "X-Aesel-Principal": "someone", "Cookie": "access_token=x"}
    done(system.gateway.post("/v1/scene/s/object", {"objects": [{"name": "n"}]}, headers=headers), records=1)
    assert system.gateway.get("/health", headers=headers).status == 200


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "nonsense", ""])
def test_the_content_type_of_requests_is_never_looked_at(system, content_type):
    headers = {"Content-Type": content_type}
    done(system.gateway.post("/v1/scene/s/object", {"objects": [{"name": "n"}]}, headers=headers), records=1)
    done(system.objects.post("/v1/object", {"objects": [{"name": "n"}]}, headers=headers), records=1)


def test_a_target_without_a_leading_slash_is_tolerated(system):
    key = create_object(system.objects, transform=moved(1))
    connection = http.client.HTTPConnection("127.0.0.1", system.objects.port, timeout=10)
    connection.putrequest("GET", f"v1/object/{key}", skip_host=True)
    connection.putheader("Host", "localhost")
    connection.endheaders()
    answer = connection.getresponse()
    assert answer.status == 200 and key.encode() in answer.read()
    connection.close()


def test_a_service_that_is_away_is_told(start):
    from clients import Http
    gateway = start(roles="gateway", directory__static__objects="http://127.0.0.1:9", directory__static__scenes="http://127.0.0.1:9")
    http_client = Http(gateway.http_port)
    for path in ("/v1/scene/s/object/0123456789abcdef01234567", "/v1/scene/s"):
        reply = http_client.get(path)
        assert reply.status in (502, 503, 504) and reply.json["err_msg"], reply
    assert http_client.get("/health").status == 200
    http_client.close()


def test_a_service_that_comes_back_is_found_again(start, closing, tmp_path):
    """Requests during the outage are answered at once; the kept connection that broke is replaced."""
    import time

    from clients import Http, stays_within
    for folder in ("projects", "gateway"):
        (tmp_path / folder).mkdir()
    projects = start(tmp_path / "projects", roles="projects")
    gateway = start(tmp_path / "gateway", roles="gateway", directory__static__projects=f"http://127.0.0.1:{projects.http_port}")
    http_client = closing(Http(gateway.http_port))
    made = http_client.post("/v1/project", {"name": "kept"}).json
    path = f"/v1/project/{made['id']}"
    assert http_client.get(path).status == 200
    for _ in range(3):
        projects.crash()
        for method in ("GET", "POST"):
            began = time.monotonic()
            reply = http_client.request(method, path, {"name": "lost"} if method == "POST" else None)
            assert reply.status == 503 and reply.json["err_code"] == 120, reply
            stays_within(5, began)
        projects = start(tmp_path / "projects", roles="projects", http__port=projects.http_port)
        assert http_client.get(path).json["name"] == "kept"
    projects.stop()
    projects = start(tmp_path / "projects", roles="projects", http__port=projects.http_port)
    assert http_client.get(path).status == 200, "a broken kept connection costs a GET nothing"

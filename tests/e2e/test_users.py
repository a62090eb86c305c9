"""Users as clients manage them, with authentication off: everything is open, and login works all the same."""

import json

import pytest
from clients import Http
from shapes import ABSENT_KEY, unique

USER = {"id", "username", "password", "email", "isAdmin", "isActive", "favoriteProjects", "favoriteScenes"}


@pytest.fixture(params=["", "/v1"])
def prefix(request):
    return request.param


def ok(reply):
    assert reply.status == 200, reply
    return reply


def sign_up(http, prefix="", **members):
    name = unique("user")
    body = {"key": None, "username": name, "password": "secret password", "email": f"{name}@example.org", "isAdmin": False,
            "isActive": True, "favoriteProjects": [], "favoriteScenes": [], **members}
    user = ok(http.post(f"{prefix}/users/sign-up", body)).json
    assert USER <= set(user) and user["id"] and user["password"] == "", user
    return user


def test_the_users_collection_of_requests(system, prefix):
    http = system.gateway
    user = sign_up(http, prefix)
    path = f"{prefix}/users/{user['id']}"
    got = ok(http.get(path)).json
    assert got == user and got["favoriteProjects"] == [] and got["favoriteScenes"] == []
    renamed = unique("renamed")
    ok(http.put(path, {"username": renamed, "password": "another", "email": f"{renamed}@example.org", "favoriteProjects": ["ignored"]}))
    ok(http.put(f"{path}/projects/testProject"))
    ok(http.put(f"{path}/scenes/testScene"))
    ok(http.put(f"{path}/scenes/testScene"))
    found = ok(http.get(f"{prefix}/users/?username={renamed}")).json
    assert len(found) == 1 and found[0]["username"] == renamed
    assert found[0]["favoriteProjects"] == ["testProject"] and found[0]["favoriteScenes"] == ["testScene"]
    assert len(ok(http.get(f"{prefix}/users?email={renamed}@example.org")).json) == 1
    ok(http.delete(f"{path}/projects/testProject"))
    ok(http.delete(f"{path}/scenes/testScene"))
    ok(http.delete(f"{path}/active"))
    assert ok(http.get(path)).json["isActive"] is False
    ok(http.put(f"{path}/active"))
    ok(http.put(f"{path}/admin"))
    assert (ok(http.get(path)).json["isActive"], ok(http.get(path)).json["isAdmin"]) == (True, True)
    ok(http.delete(f"{path}/admin"))
    ok(http.delete(path))
    assert http.get(path).status == 404 and ok(http.get(f"{prefix}/users/?username={renamed}")).json == []


def test_names_and_addresses_are_unique(system):
    http = system.gateway
    user = sign_up(http)
    for members in ({"username": user["username"], "email": "other@example.org"}, {"username": unique("u"), "email": user["email"]}):
        reply = http.post("/users/sign-up", {"password": "x", **members})
        assert reply.status == 409, reply
    other = sign_up(http)
    assert http.put(f"/users/{other['id']}", {"username": user["username"]}).status == 409
    without = [sign_up(http, email=None), sign_up(http, email=None)]
    assert without[0]["id"] != without[1]["id"], "no address is no clash"


def test_a_password_needs_no_name_and_a_name_no_password(system):
    http = system.gateway
    user = sign_up(http)
    ok(http.put(f"/users/{user['id']}", {"password": "changed"}))
    assert http.post("/login", {"username": user["username"], "password": "secret password"}).status == 401
    ok(http.post("/login", {"username": user["username"], "password": "changed"}))
    renamed = unique("renamed")
    ok(http.put(f"/users/{user['id']}", {"username": renamed}))
    ok(http.post("/login", {"username": renamed, "password": "changed"}))
    ok(http.put(f"/users/{user['id']}", {}))
    ok(http.put(f"/users/{user['id']}", {"username": None, "password": "", "email": None}))
    ok(http.post("/login", {"username": renamed, "password": "changed"}))


def test_bad_requests(system):
    http = system.gateway
    for body in (b"{", {}, {"username": unique("u")}, {"password": "p"}, {"username": "a\nb", "password": "p"}, {"username": "x" * 1000, "password": "p"}):
        assert http.post("/users/sign-up", body).status == 400, body
    for key in (ABSENT_KEY, "nonsense"):
        assert http.get(f"/users/{key}").status == 404 and http.put(f"/users/{key}", {"email": "x@y"}).status == 404
        assert http.put(f"/users/{key}/admin").status == 404 and http.put(f"/users/{key}/scenes/s").status == 404
    assert http.delete(f"/users/{ABSENT_KEY}").status == 200
    user = sign_up(http)
    assert sign_up(http, id=user["id"])["id"] != user["id"], "an id in the body overwrites nobody"
    assert http.get("/users/?num_records=0").status == 400


def test_login_works_without_authentication(system, prefix):
    user = sign_up(system.gateway)
    body = json.dumps({"username": user["username"], "password": "secret password"})
    for content_type in ("application/json", "text/plain", ""):
        reply = system.gateway.post(f"{prefix}/login", body.encode(), headers={"Content-Type": content_type})
        assert ok(reply).body == b"" and reply.headers["Authorization"].startswith("Bearer ")
        assert reply.headers["Set-Cookie"].startswith("access_token=") and "HttpOnly" in reply.headers["Set-Cookie"]
    assert system.gateway.post("/login", b"{").status == 400
    assert system.gateway.post("/login", {"username": user["username"], "password": "wrong"}).status == 401


def test_the_verb_manages_users_beside_a_running_server(start, closing, tmp_path):
    import subprocess

    from server import BINARY, clean_environment
    server = start()
    store = ["--storage.sqlite.path", str(server.store)]

    def user(*arguments, password=None):
        return subprocess.run([BINARY, "user", *arguments, *store], input=password, capture_output=True, text=True, timeout=30,
                              env=clean_environment(), check=False)

    name = unique("operator")
    assert user("add", name, "--admin", password="first password\n").returncode == 0
    assert name in user("list").stdout
    http_client = closing(Http(server.http_port))
    ok(http_client.post("/login", {"username": name, "password": "first password"}))
    assert user("passwd", name, password="second password\n").returncode == 0
    assert http_client.post("/login", {"username": name, "password": "first password"}).status == 401
    ok(http_client.post("/login", {"username": name, "password": "second password"}))
    last = user("deactivate", name)
    assert last.returncode != 0 and "last active admin" in last.stderr
    other = unique("another")
    assert user("add", other, password="its password\n").returncode == 0
    ok(http_client.post("/login", {"username": other, "password": "its password"}))
    assert user("deactivate", other).returncode == 0
    assert http_client.post("/login", {"username": other, "password": "its password"}).status == 401
    assert user("passwd", "nobody-of-that-name", password="x\n").returncode != 0
    again = user("add", name, password="x\n")
    assert again.returncode != 0 and name in again.stderr
    assert "Example" in subprocess.run([BINARY, "user", "--help"], capture_output=True, text=True, check=True).stdout


def test_the_cluster_knows_its_scenes(system, scene):
    gateway = system.gateway
    assert scene not in ok(gateway.get("/cluster/test")).json
    ok(gateway.put(f"/v1/scene/{scene}", {"scenes": [{"name": "n"}]}))
    by_post, by_registration = unique("posted"), unique("registered")
    ok(gateway.post("/v1/scene", {"scenes": [{"key": by_post, "name": "n"}]}))
    ok(gateway.post(f"/v1/scene/{by_registration}/register", {"scenes": [{"key": by_registration, "devices": [
        {"key": unique("d"), "hostname": "127.0.0.1", "port": 9}]}]}))
    ok(gateway.put(f"/v1/scene/{scene}", {"scenes": [{"name": "again"}]}))
    listed = ok(gateway.get("/cluster/test")).json
    assert all(listed.count(key) == 1 for key in (scene, by_post, by_registration))
    ok(gateway.delete(f"/v1/scene/{scene}"))
    assert scene not in ok(gateway.get("/cluster/test")).json
    assert ok(gateway.get("/cluster/unknown")).json == []



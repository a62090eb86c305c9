"""With authentication on: who gets in, who sees what, and what attackers try. In one process and in five."""

import base64
import json
import os
import re
import time

import pytest
from clients import Http
from conftest import LAYOUTS
from shapes import ABSENT_KEY, unique
from uploads import send, upload

PASSWORD = "correct horse battery staple"


class Client:
    """A user's connection; `token` is None for somebody who has not logged in."""

    def __init__(self, port, token=None):
        self.http, self.token = Http(port), token

    def request(self, method, path, body=None, headers=None):
        sent = {"Authorization": self.token} if self.token else {}
        return self.http.request(method, path, body, headers={**sent, **(headers or {})})

    def get(self, path, body=None, **more):
        return self.request("GET", path, body, **more)

    def post(self, path, body=None, **more):
        return self.request("POST", path, body, **more)

    def put(self, path, body=None, **more):
        return self.request("PUT", path, body, **more)

    def delete(self, path, body=None, **more):
        return self.request("DELETE", path, body, **more)


class Secure:
    def __init__(self, system):
        self.system, self.port = system, system.gateway_server.http_port
        line = system.gateway_server.wait_for_line(r"admin username=(\S+) password=(\S+)")
        self.admin_name, self.admin_password = line.groups()
        self.admin = self.log_in(self.admin_name, self.admin_password)
        self.anonymous = Client(self.port)

    def log_in(self, name, password=PASSWORD):
        reply = Http(self.port).post("/login", {"username": name, "password": password})
        assert reply.status == 200, reply
        return Client(self.port, reply.headers["Authorization"])

    def new_user(self, prefix="user", **members):
        """A fresh active user, logged in: .name, .id."""
        name = unique(prefix)
        user = self.admin.post("/users/sign-up", {"username": name, "password": PASSWORD, "isActive": True, **members})
        assert user.status == 200, user
        client = self.log_in(name)
        client.name, client.id = name, user.json["id"]
        return client


@pytest.fixture(scope="module", params=LAYOUTS)
def secure(request, tmp_path_factory):
    with LAYOUTS[request.param](tmp_path_factory.mktemp("secure"), secured=True) as system:
        yield Secure(system)


@pytest.fixture(scope="module")
def ann(secure):
    return secure.new_user("ann")


@pytest.fixture(scope="module")
def bob(secure):
    return secure.new_user("bob")


def ok(reply):
    assert reply.status == 200, reply
    return reply


ROUTES = [("GET", "/v1/object/" + ABSENT_KEY), ("POST", "/v1/object"), ("POST", "/v1/scene"), ("POST", "/v1/scene/query"), ("POST", "/v1/register"),
          ("GET", "/v1/asset"), ("POST", "/v1/asset"), ("GET", "/v1/asset/" + ABSENT_KEY), ("POST", "/v1/bulk/asset"),
          ("GET", "/v1/relationship"), ("PUT", "/v1/relationship"), ("GET", "/v1/history/" + ABSENT_KEY), ("GET", "/v1/collection"),
          ("GET", "/v1/project"), ("POST", "/v1/project"), ("GET", "/users/"), ("POST", "/users/sign-up"), ("GET", "/v1/users/"),
          ("GET", "/users/" + ABSENT_KEY), ("GET", "/cluster/test"), ("GET", "/v1/nothing"), ("GET", "/nothing"), ("DELETE", "/users/" + ABSENT_KEY)]


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize("token", [None, "Bearer ", "Bearer nonsense", "Bearer a.b.c", "Basic dGVzdDp0ZXN0",
                                   "Bearer eyJ0eXAiOiJKV1QiLCJhbGciOiJub25lIn0.eyJzdWIiOiJhZXNlbCIsImV4cCI6OTk5OTk5OTk5OX0."])
def test_without_a_valid_token_nothing_is_there(secure, method, path, token):
    reply = Client(secure.port, token).request(method, path, {} if method != "GET" else None)
    assert reply.status == 401 and reply.json["err_msg"] and "WWW-Authenticate" in reply.headers, reply


@pytest.mark.parametrize("path", ["/health", "/ready", "/actuator/health", "/openapi.yaml", "/asyncapi.yaml", "/docs/", "/portal/login"])
def test_what_is_public(secure, path):
    assert secure.anonymous.get(path).status == 200


def test_logging_in(secure):
    for path in ("/login", "/v1/login"):
        reply = secure.anonymous.post(path, {"username": secure.admin_name, "password": secure.admin_password})
        token, cookie = ok(reply).headers["Authorization"], reply.headers["Set-Cookie"]
        assert token.startswith("Bearer ") and cookie.split(";")[0] == f"access_token={token.removeprefix('Bearer ')}"
        assert "HttpOnly" in cookie and "SameSite" in cookie
        ok(Client(secure.port, token).get("/users/"))
        ok(secure.anonymous.get("/users/", headers={"Cookie": cookie.split(";")[0]}))
        ok(secure.anonymous.get("/users/", headers={"Cookie": cookie.split(";")[0], "Authorization": "Basic dGVzdDp0ZXN0"}))
        assert secure.anonymous.get("/users/", headers={"Cookie": cookie.split(";")[0], "Authorization": "Bearer x"}).status == 401
    wrong = secure.anonymous.post("/login", {"username": secure.admin_name, "password": "wrong"})
    unknown = secure.anonymous.post("/login", {"username": unique("nobody"), "password": "wrong"})
    assert wrong.status == unknown.status == 401 and wrong.body == unknown.body, "nothing tells whether the name exists"
    assert secure.anonymous.post("/login", b"nonsense").status == 400


def test_the_token_is_what_the_contract_says(secure):
    head, claims, _ = (json.loads(base64.urlsafe_b64decode(part + "==")) if index < 2 else part
                       for index, part in enumerate(secure.admin.token.removeprefix("Bearer ").split(".")))
    assert head == {"typ": "JWT", "alg": "HS512"} and claims["sub"] == secure.admin_name
    assert abs(claims["exp"] - time.time() - 86_400) < 600


def test_a_tampered_token_is_refused(secure):
    head, claims, signature = secure.admin.token.removeprefix("Bearer ").split(".")
    changed = base64.urlsafe_b64encode(base64.urlsafe_b64decode(claims + "==").replace(b'"exp":1', b'"exp":2')).rstrip(b"=").decode()
    for token in (f"{head}.{changed}.{signature}", f"{head}.{claims}.{signature[:-4]}AAAA", f"{head}.{claims}.", f"{head}.{claims}"):
        assert Client(secure.port, f"Bearer {token}").get("/users/").status == 401


def test_ordinary_users_reach_themselves_only(secure, ann, bob):
    ok(ann.get(f"/users/{ann.id}"))
    assert ok(ann.get(f"/users/?username={ann.name}")).json[0]["id"] == ann.id
    ok(ann.put(f"/users/{ann.id}", {"email": f"{ann.name}@example.org"}))
    ok(ann.put(f"/users/{ann.id}/scenes/s"))
    for method, path in (("GET", f"/users/{bob.id}"), ("GET", "/users/"), ("GET", f"/users/?username={bob.name}"), ("PUT", f"/users/{bob.id}"),
                         ("DELETE", f"/users/{bob.id}"), ("DELETE", f"/users/{ann.id}"), ("PUT", f"/users/{ann.id}/admin"),
                         ("PUT", f"/users/{ann.id}/active"), ("DELETE", f"/users/{bob.id}/active"), ("PUT", f"/users/{bob.id}/scenes/s"),
                         ("POST", "/users/sign-up"), ("POST", "/v1/users/sign-up")):
        for tricky in (path, path + ("&" if "?" in path else "?") + f"x={ann.name}", path + ("&" if "?" in path else "?") + f"id={ann.id}"):
            reply = ann.request(method, tricky, {"username": unique("evil"), "password": "x"} if method != "GET" else None)
            assert reply.status == 403, (method, tricky, reply)
    assert ok(secure.admin.get(f"/users/{ann.id}")).json["isAdmin"] is False
    ok(ann.put("/v1/scene/users-of-" + ann.name, {"scenes": [{"name": "users cluster cache sign-up"}]}))


def test_paths_that_try_to_look_like_others(secure, ann):
    for path in ("/users//sign-up", "//users/sign-up", "/users/%73ign-up", "/v1//users/sign-up/", "/users/../users/sign-up", "/v1/users/sign-up/"):
        reply = ann.post(path, {"username": unique("evil"), "password": "x", "isAdmin": True})
        assert reply.status in (403, 404), (path, reply)


def test_deactivation_deletion_and_a_new_password_end_tokens_at_once(secure):
    user = secure.new_user()
    ok(user.get("/v1/project"))
    ok(secure.admin.delete(f"/users/{user.id}/active"))
    assert user.get("/v1/project").status == 401
    assert secure.anonymous.post("/login", {"username": user.name, "password": PASSWORD}).status == 401
    ok(secure.admin.put(f"/users/{user.id}/active"))
    again = secure.log_in(user.name)
    ok(again.put(f"/users/{user.id}", {"password": "another password"}))
    assert again.get("/v1/project").status == 401
    third = secure.log_in(user.name, "another password")
    ok(secure.admin.delete(f"/users/{user.id}"))
    assert third.get("/v1/project").status == 401
    ok(secure.admin.post("/users/sign-up", {"username": user.name, "password": PASSWORD, "isActive": True}))
    for old in (user, again, third):
        assert old.get("/v1/project").status == 401, "a new user of that name is another user"


def test_new_users_without_an_active_flag_cannot_log_in(secure):
    name = unique("inactive")
    ok(secure.admin.post("/users/sign-up", {"username": name, "password": PASSWORD}))
    assert secure.anonymous.post("/login", {"username": name, "password": PASSWORD}).status == 401


def test_a_client_cannot_be_somebody_else(secure, ann, bob):
    private = ok(ann.post("/v1/project", {"name": unique("p")})).json
    assert private["user"] == ann.name
    for headers in ({"X-Aesel-Principal": ann.name}, {"x-aesel-principal": ann.name, "X-AESEL-STANDING": "admin"}, {"X-Aesel-Standing": "admin"},
                    {"Connection": "X-Aesel-Principal", "X-Aesel-Principal": ann.name}):
        assert bob.get(f"/v1/project/{private['id']}", headers=headers).status == 404
        bob.delete(f"/v1/project/{private['id']}", headers=headers)
        assert ok(bob.post("/v1/project", {"name": "mine"}, headers=headers)).json["user"] == bob.name
    ok(ann.get(f"/v1/project/{private['id']}"))


@pytest.mark.parametrize("kind", ["project", "collection"])
def test_private_and_public_entries(secure, ann, bob, kind):
    name = unique("entry")
    private = ok(ann.post(f"/v1/{kind}", {"name": name, "user": bob.name})).json
    public = ok(ann.post(f"/v1/{kind}", {"name": name, "public": True})).json
    assert private["user"] == public["user"] == ann.name
    assert [one["id"] for one in ok(ann.get(f"/v1/{kind}?name={name}")).json] == [private["id"], public["id"]]
    for other in (bob, secure.admin):
        assert [one["id"] for one in ok(other.get(f"/v1/{kind}?name={name}")).json] == [public["id"]]
        assert other.get(f"/v1/{kind}/{private['id']}").status == 404
    path = f"/v1/{kind}/{private['id']}"
    for method, at in (("POST", path), ("PUT", f"{path}/tags/t"), ("DELETE", f"{path}/tags/t")):
        assert bob.request(method, at, {"name": "stolen"}).status == 404, (method, at)
    if kind == "project":
        for method, at in (("POST", f"{path}/groups"), ("DELETE", f"{path}/groups/g"), ("PUT", f"{path}/collections/c"), ("PUT", f"{path}/groups/g/scenes/s")):
            assert bob.request(method, at, {"name": "g"}).status == 404, (method, at)
    assert bob.delete(path).status in (200, 403, 404)
    ok(ann.get(path))
    shared = f"/v1/{kind}/{public['id']}"
    ok(bob.post(shared, {"description": "edited by another"}))
    assert bob.post(shared, {"isPublic": False}).status == 403
    assert bob.delete(shared).status == 403
    ok(ann.post(shared, {"isPublic": False}))
    assert bob.get(shared).status == 404
    ok(ann.delete(shared))
    ok(secure.admin.delete(path))


def test_private_and_public_assets(secure, ann, bob):
    kind = unique("kind")
    private = upload(ann, b"private", asset_type=kind, isPublic="false")
    public = upload(ann, b"public", asset_type=kind)
    thing = unique("scene")
    ok(ann.put("/v1/relationship", {"assetId": private, "assetSubId": "", "relationshipType": "scene", "relationshipSubtype": "", "relatedId": thing}))
    assert ann.get(f"/v1/asset/{private}").body == b"private" and bob.get(f"/v1/asset/{public}").body == b"public"
    assert ok(ann.get(f"/v1/asset?key={private}")).json[0]["user"] == ann.name
    assert bob.get(f"/v1/asset/{private}").status == 404 and bob.request("HEAD", f"/v1/asset/{private}").status == 404
    assert ok(bob.get(f"/v1/asset?key={private}")).json == []
    assert [one["key"] for one in ok(bob.get(f"/v1/asset?asset-type={kind}")).json] == [public]
    assert ok(bob.get(f"/v1/asset/count?asset-type={kind}")).json == {"count": 1}
    assert [one["key"] for one in ok(bob.post("/v1/bulk/asset", {"ids": [private, public]})).json] == [public]
    assert send(bob, f"/v1/asset/{private}", b"stolen").status == 404
    assert ok(bob.get(f"/v1/relationship?related={thing}")).json == []
    bob.delete(f"/v1/relationship?type=scene&asset={private}&related={thing}")
    bob.delete(f"/v1/asset/{private}")
    assert ann.get(f"/v1/asset/{private}").body == b"private"
    assert len(ok(ann.get(f"/v1/relationship?related={thing}")).json) == 1
    newer = upload(ann, b"newer", path=f"/v1/asset/{private}")
    assert bob.get(f"/v1/asset/{newer}").status == 404, "a new version stays private"
    assert ok(bob.get(f"/v1/history/{newer}")).json == [] and len(ok(ann.get(f"/v1/history/{private}")).json) == 1
    assert bob.delete(f"/v1/asset/{public}").status == 403
    assert send(bob, f"/v1/asset/{public}", b"edit", isPublic="false").status == 403
    ok(ann.delete(f"/v1/asset/{public}"))


def test_private_scenes(secure, ann, bob):
    key = unique("scene")
    ok(ann.put(f"/v1/scene/{key}", {"scenes": [{"name": key, "public": False}]}))
    ok(ann.get(f"/v1/scene/{key}"))
    assert bob.get(f"/v1/scene/{key}").status == 404
    reply = bob.post("/v1/scene/query", {"scenes": [{"name": key}]})
    assert reply.status == 404 or reply.json["scenes"] == []


def test_an_upload_without_a_token_is_refused_before_it_is_sent(secure):
    import socket
    with socket.create_connection(("127.0.0.1", secure.port), timeout=10) as connection:
        connection.sendall(b"POST /v1/asset HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000000000\r\n\r\n")
        assert connection.recv(4096).startswith(b"HTTP/1.1 401")


def test_a_renamed_user_keeps_what_is_his(secure):
    user = secure.new_user()
    project = ok(user.post("/v1/project", {"name": unique("p")})).json
    collection = ok(user.post("/v1/collection", {"name": unique("c")})).json
    asset = upload(user, b"mine", isPublic="false")
    renamed = unique("renamed")
    ok(user.put(f"/users/{user.id}", {"username": renamed}))
    again = secure.log_in(renamed)
    assert ok(again.get(f"/v1/project/{project['id']}")).json["user"] == renamed
    assert ok(again.get(f"/v1/collection/{collection['id']}")).json["user"] == renamed
    assert again.get(f"/v1/asset/{asset}").body == b"mine"
    assert secure.anonymous.post("/v1/owner", {"from": renamed, "to": "x"}).status == 401
    assert again.post("/v1/owner", {"from": renamed, "to": "x"}).status == 404


def test_services_ask_for_their_own_credentials(secure):
    system = secure.system
    if system.one_process:
        pytest.skip("they are not reachable on their own")
    for server in (system.objects, system.scenes, system.assets, system.projects):
        assert server.get("/health").status == 200
        for headers in ({}, {"Authorization": "Basic dGVzdDp0ZXN0"}, {"Authorization": secure.admin.token}, {"X-Aesel-Principal": "aesel"}):
            reply = server.get("/v1/project" if server is system.projects else "/v1/asset", headers=headers)
            assert reply.status == 401 and reply.headers["WWW-Authenticate"].startswith("Basic"), reply


def test_failed_logins_are_slowed_down(start, closing):
    server = start(auth__active=True)
    name, password = server.wait_for_line(r"admin username=(\S+) password=(\S+)").groups()
    http = closing(Http(server.http_port))
    statuses = [http.post("/login", {"username": name, "password": f"guess {number}"}).status for number in range(12)]
    assert set(statuses) <= {401, 429} and statuses[0] == 401 and statuses[-1] == 429, statuses
    reply = http.post("/login", {"username": name, "password": "guess"})
    assert reply.status == 429 and int(reply.headers["Retry-After"]) >= 1
    assert password


def test_the_secret_and_the_admin_are_made_once(start, closing, tmp_path):
    server = start(auth__active=True)
    name, password = server.wait_for_line(r"admin username=(\S+) password=(\S+)").groups()
    http = closing(Http(server.http_port))
    token = ok(http.post("/login", {"username": name, "password": password})).headers["Authorization"]
    secrets = [path for path in tmp_path.iterdir() if re.search(r"secret|key", path.name)]
    assert len(secrets) == 1 and secrets[0].stat().st_mode & 0o077 == 0 and secrets[0].stat().st_size >= 32, list(tmp_path.iterdir())
    assert len(password) >= 16 and password != "password"
    server.stop()
    again = start(auth__active=True)
    assert not any("password=" in line for line in again.lines)
    http = closing(Http(again.http_port))
    ok(http.get("/users/", headers={"Authorization": token}))
    again.stop()
    os.chmod(secrets[0], 0o644)
    with pytest.raises(AssertionError) as failure:
        start(auth__active=True)
    assert str(secrets[0].name) in str(failure.value)


def test_a_start_that_fails_makes_no_admin(start, closing):
    import socket
    taken = closing(socket.socket())
    taken.bind(("127.0.0.1", 0))
    taken.listen()
    with pytest.raises(AssertionError) as failure:
        start(auth__active=True, http__host="127.0.0.1", http__port=taken.getsockname()[1])
    assert "http.port" in str(failure.value)
    server = start(auth__active=True)
    name, password = server.wait_for_line(r"admin username=(\S+) password=(\S+)").groups()
    ok(closing(Http(server.http_port)).post("/login", {"username": name, "password": password}))


def test_the_tools_pass_with_a_token(secure, ann, tmp_path):
    import subprocess

    from server import BINARY, clean_environment, run
    server = f"http://127.0.0.1:{secure.port}"
    walker = os.path.join(os.path.dirname(__file__), "..", "..", "share", "motion", "walker.bvh")
    play = ("stream", walker, "--scene", unique("scene"), "--server", server, "--duration", "0.2")
    without = run(*play)
    assert without.returncode != 0 and "aesel login" in without.stderr, without
    token = subprocess.run([BINARY, "login", ann.name, "--server", server], input=PASSWORD + "\n", capture_output=True, text=True,
                           timeout=30, env=clean_environment(), check=True).stdout.strip()
    played = run(*play, environment={"AESEL_SECRET_TOKEN": token})
    assert played.returncode == 0, played
    wrong = subprocess.run([BINARY, "login", ann.name, "--server", server], input="wrong\n", capture_output=True, text=True,
                           timeout=30, env=clean_environment(), check=False)
    assert wrong.returncode == 1 and "401" in wrong.stderr and not wrong.stdout


def test_pages_send_browsers_to_the_login_page(secure):
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    reply = secure.anonymous.get("/v1/project", headers=browser)
    assert reply.status == 303 and reply.headers["Location"].startswith("/portal/login"), reply
    page = secure.anonymous.get("/portal/login", headers=browser)
    assert page.status == 200 and b"<form" in page.body and "Content-Security-Policy" in page.headers
    assert secure.anonymous.get("/login", headers=browser).status == 303

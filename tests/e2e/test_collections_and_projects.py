"""Projects, scene groups, collections, relationships: the requests of the services' own test collections and their edges."""

import pytest
from shapes import ABSENT_KEY, KEY, unique
from uploads import upload

ENTRY = {"id", "name", "description", "category", "thumbnail", "user", "isPublic", "public", "tags"}
PROJECT = ENTRY | {"sceneGroups", "assetCollectionIds"}
PRINCIPAL = {"X-Aesel-Principal": "test"}


@pytest.fixture(params=["gateway", "projects"])
def projects(system, request):
    return getattr(system, request.param)


@pytest.fixture(params=["gateway", "assets"])
def assets(system, request):
    return getattr(system, request.param)


def ok(reply):
    assert reply.status == 200, reply
    return reply


def create(http, kind, **members):
    one = ok(http.post(f"/v1/{kind}", members)).json
    assert KEY.match(one["id"]), one
    return one


def test_the_projects_collection_of_requests(projects):
    name, group = unique("project"), {"name": "testGroup", "description": "d", "category": "c", "scenes": ["one"]}
    made = create(projects, "project", name=name, description="d", category="cat", tags=["a"], sceneGroups=[group],
                  assetCollectionIds=["col1"], isPublic=None, public=None, key=None, thumbnail=None)
    assert PROJECT <= set(made) and made["isPublic"] is False and made["public"] is False and made["user"] == ""
    path = f"/v1/project/{made['id']}"
    got = ok(projects.get(path)).json
    assert (got["id"], got["name"], got["thumbnail"]) == (made["id"], name, None)
    ok(projects.post(f"{path}/groups", {"name": "second", "description": "x", "category": "y"}))
    ok(projects.put(f"{path}/tags/fresh"))
    ok(projects.put(f"{path}/collections/col2"))
    renamed = unique("renamed")
    ok(projects.post(path, {"name": renamed, "description": "new", "category": "new", "tags": [], "sceneGroups": [],
                            "isPublic": None, "assetCollectionIds": []}))
    got = ok(projects.get(path)).json
    assert got["name"] == renamed and len(got["assetCollectionIds"]) == 2 and len(got["sceneGroups"]) == 2
    assert got["tags"] == ["a", "fresh"]
    ok(projects.delete(f"{path}/tags/fresh"))
    ok(projects.delete(f"{path}/groups/second"))
    ok(projects.delete(f"{path}/collections/col2"))
    ok(projects.post(f"{path}/groups/testGroup", {"name": "new name / 100%", "description": "", "scenes": []}))
    ok(projects.put(f"{path}/groups/new%20name%20%2F%20100%25/scenes/two"))
    found = ok(projects.get(f"/v1/project?name={renamed}&num_records=10&page=0&tags=a&description=ignored")).json
    assert len(found) == 1 and found[0]["assetCollectionIds"] == ["col1"]
    assert found[0]["sceneGroups"] == [{"name": "new name / 100%", "description": "", "category": "c", "scenes": ["one", "two"]}]
    ok(projects.delete(f"{path}/groups/new%20name%20%2F%20100%25/scenes/one"))
    assert ok(projects.get(path)).json["sceneGroups"][0]["scenes"] == ["two"]
    ok(projects.delete(path))
    assert projects.get(path).status == 404


def test_the_collections_of_requests(assets):
    name = unique("collection")
    made = ok(assets.post("/v1/collection", {"name": name, "description": "d", "category": "c", "tags": ["t"]}, headers=PRINCIPAL)).json
    assert ENTRY <= set(made) and made["user"] == "test" and made["isPublic"] is False
    path = f"/v1/collection/{made['id']}"
    json_header = {**PRINCIPAL, "Content-Type": "application/json"}
    assert ok(assets.get(path, headers=PRINCIPAL)).json["name"] == name
    ok(assets.put(f"{path}/tags/fresh%20tag", headers=json_header))
    ok(assets.delete(f"{path}/tags/t", headers=json_header))
    ok(assets.post(path, {"category": "other"}, headers=PRINCIPAL))
    bulk = ok(assets.post("/v1/bulk/collection", {"ids": [made["id"], ABSENT_KEY]}, headers=PRINCIPAL)).json
    assert [(one["name"], one["category"], one["tags"]) for one in bulk] == [(name, "other", ["fresh tag"])]
    assert len(ok(assets.get(f"/v1/collection?name={name}", headers=PRINCIPAL)).json) == 1
    someone = {"X-Aesel-Principal": "someone"}
    assert assets.get(path, headers=someone).status == 404, "private"
    assert ok(assets.get(f"/v1/collection?name={name}", headers=someone)).json == []
    assert ok(assets.post("/v1/bulk/collection", {"ids": [made["id"]]}, headers=someone)).json == []
    ok(assets.delete(path, headers=PRINCIPAL))
    assert assets.get(path, headers=PRINCIPAL).status == 404
    assert ok(assets.post("/v1/bulk/collection", {"ids": []})).json == []


@pytest.mark.parametrize("kind", ["project", "collection"])
def test_queries_and_pages(system, kind):
    http, category = system.gateway, unique("category")
    made = [create(http, kind, name=unique("n"), category=category, tags=["even" if number % 2 == 0 else "odd", "all"])["id"]
            for number in range(12)]

    def ids(query):
        return [one["id"] for one in ok(http.get(f"/v1/{kind}?category={category}{query}")).json]

    assert ids("") == made[:10], "a page has ten unless asked otherwise, in order of creation"
    assert ids("&page=1") == made[10:] and ids("&num_records=100") == made and ids("&num_records=5&page=1") == made[5:10]
    assert ids("&num_records=100&tag=odd") == made[1::2] and ids("&num_records=100&tags=all&tags=even") == made[0::2]
    assert ids("&page=99") == [] and ids("&tag=none") == []
    for bad in ("num_records=0", "num_records=-1", "num_records=x", "page=-1"):
        assert http.get(f"/v1/{kind}?{bad}").status == 400, bad


@pytest.mark.parametrize("kind", ["project", "collection"])
def test_nothing_given_changes_nothing(system, kind):
    http = system.gateway
    made = create(http, kind, name="kept", description="kept", isPublic=True, tags=["kept"])
    path = f"/v1/{kind}/{made['id']}"
    for body in ({}, {"name": None, "description": "", "tags": [], "isPublic": None, "public": None}, {"email": "x", "id": ABSENT_KEY}):
        ok(http.post(path, body))
        assert ok(http.get(path)).json == made
    ok(http.put(f"{path}/tags/kept"))
    assert ok(http.get(path)).json["tags"] == ["kept"], "a set"
    assert create(http, kind, id=made["id"], name="another")["id"] != made["id"], "ids are the server's"


@pytest.mark.parametrize("kind", ["project", "collection"])
def test_missing_ones(system, kind):
    http = system.gateway
    for key in (ABSENT_KEY, "nonsense", "%2e%2e"):
        assert http.get(f"/v1/{kind}/{key}").status == 404
        assert http.post(f"/v1/{kind}/{key}", {"name": "x"}).status == 404
        assert http.put(f"/v1/{kind}/{key}/tags/t").status == 404
    assert http.delete(f"/v1/{kind}/{ABSENT_KEY}").status == 200
    assert http.get(f"/v1/{kind}?name={unique('nobody')}").json == []
    for body in (b"{", b"[]", b"nonsense"):
        assert http.post(f"/v1/{kind}", body).status == 400, body


def relationship(asset, related, kind="scene", **more):
    return {"assetId": asset, "assetSubId": "", "relationshipType": kind, "relationshipSubtype": "", "relatedId": related, **more}


def test_relationships(assets):
    scene, thing = unique("scene"), upload(assets, b"thing")
    made = ok(assets.put("/v1/relationship", relationship(thing, scene, assetSubId="Cube", relationshipSubtype="object", id=None))).json
    assert len(made) == 1 and made[0]["id"] and made[0]["assetSubId"] == "Cube"
    second = ok(assets.put("/v1/relationship", relationship(thing, scene, assetSubId="Sphere"))).json[0]
    assert second["id"] != made[0]["id"], "several objects of one file"
    found = ok(assets.get(f"/v1/relationship?related={scene}&type=scene")).json
    assert [one["assetSubId"] for one in found] == ["Cube", "Sphere"]
    assert ok(assets.get(f"/v1/relationship?related={scene}&type=scene&asset={thing}")).json == found
    assert ok(assets.get(f"/v1/relationship?related={scene}&type=object")).json == []
    changed = ok(assets.put(f"/v1/relationship?type=scene&related={scene}", relationship(thing, scene, relationshipSubtype="s"))).json
    assert sorted(one["id"] for one in changed) == sorted([made[0]["id"], second["id"]])
    assert {one["relationshipSubtype"] for one in changed} == {"s"}
    bulk = ok(assets.post("/v1/bulk/relationship", {"assetIds": [thing], "relatedIds": []})).json
    assert len(bulk) == 2
    assert len(ok(assets.post("/v1/bulk/relationship", {"relatedIds": [scene]})).json) == 2
    assert ok(assets.post("/v1/bulk/relationship", {"assetIds": []})).json == []
    assert assets.get("/v1/relationship").json
    assert assets.delete(f"/v1/relationship?type=scene&asset={thing}").status == 400
    gone = ok(assets.delete(f"/v1/relationship?type=scene&asset={thing}&related={scene}")).json
    assert len(gone) == 2
    assert ok(assets.delete(f"/v1/relationship?type=scene&asset={thing}&related={scene}")).json == []


def test_filtered_relationships_are_not_paged(system):
    scene = unique("scene")
    for number in range(25):
        ok(system.gateway.put("/v1/relationship", relationship(f"asset{number}", scene)))
    assert len(ok(system.gateway.get(f"/v1/relationship?related={scene}&type=scene")).json) == 25
    assert len(ok(system.gateway.get("/v1/relationship")).json) == 10

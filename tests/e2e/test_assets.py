"""Assets as clients use them: uploads, downloads, versions, metadata, history. Through the gateway and directly."""

import hashlib
import os
import re
import threading

import pytest
from clients import Http
from shapes import ABSENT_KEY, unique
from uploads import RawUpload, multipart, part, send, upload
from waiting import SLOWNESS, wait_for

METADATA = {"key", "name", "description", "contentType", "fileType", "assetType", "user", "createdTimestamp", "public", "isPublic"}


@pytest.fixture(params=["gateway", "assets"])
def http(system, request):
    return getattr(system, request.param)


def metadata(http, key):
    found = http.get(f"/v1/asset?key={key}").json
    assert len(found) == 1, found
    return found[0]


def test_what_was_uploaded_comes_back_byte_for_byte(http):
    content = os.urandom(300_000) + b"\r\n--" + bytes(range(256))
    key = upload(http, content, filename="C:\\models\\dir/chair.obj", content_type="model/obj", file_type="obj",
                 asset_type="mesh", name="Chair, übergroß")
    reply = http.get(f"/v1/asset/{key}")
    assert reply.status == 200 and reply.body == content
    assert reply.headers["Content-Length"] == str(len(content))
    assert reply.headers["Content-Type"] == "model/obj"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["Content-Disposition"].startswith("attachment") and key in reply.headers["Content-Disposition"]
    assert reply.headers["ETag"] == f'"{hashlib.sha256(content).hexdigest()}"'
    assert http.get(f"/v1/asset/{key}/thumbnail.png").body == content, "loaders want to see an extension"
    one = metadata(http, key)
    assert METADATA <= set(one)
    assert (one["name"], one["contentType"], one["fileType"], one["assetType"]) == ("Chair, übergroß", "model/obj", "obj", "mesh")
    assert one["public"] is True and one["isPublic"] is True and one["user"] == "" and one["description"] is None
    assert re.match(r"^\d{4}\.\d\d\.\d\d\.\d\d\.\d\d\.\d\d$", one["createdTimestamp"])


@pytest.mark.parametrize("content", [b"", b"x", b"\r\n", b"--", b"\r\n--" + b"-" * 4, b"a" * 65_536, b"b" * 1_048_577])
def test_sizes_and_contents_that_look_like_borders(http, content):
    assert http.get(f"/v1/asset/{upload(http, content)}").body == content


def test_an_upload_without_parameters_gets_the_defaults(http):
    one = metadata(http, upload(http, b"plain"))
    assert (one["contentType"], one["fileType"], one["assetType"]) == ("text/plain", "txt", "standard") and not one["name"]


def test_parameters_may_stand_in_the_form_before_and_after_the_file(http):
    body, content_type = multipart(part("name", b"before"), part("file", b"content", "f.bin"), part("file-type", b"png"),
                                   part("isPublic", b"no"), part("scene", b"of an older client"))
    reply = http.post("/v1/asset", body, headers={"Content-Type": content_type})
    assert reply.status == 200, reply
    one = metadata(http, reply.body.decode())
    assert (one["name"], one["fileType"], one["isPublic"]) == ("before", "png", False)


@pytest.mark.parametrize(("body", "content_type", "status"), [
    (b"{}", "application/json", 415), (b"x", "", 415), (b"", "multipart/form-data", 400),
    (*multipart(part("name", b"no file")), 400), (b"--wrong", "multipart/form-data; boundary=right", 400),
    (multipart(part("file", b"cut"))[0][:-20], multipart()[1], 400)])
def test_what_is_no_upload_is_refused_and_stores_nothing(http, body, content_type, status):
    before = http.get("/v1/asset/count").json["count"]
    reply = http.post("/v1/asset", body, headers={"Content-Type": content_type})
    assert reply.status == status and reply.json["err_msg"], reply
    assert http.get("/v1/asset/count").json["count"] == before


def test_bad_parameters_are_refused(http):
    for parameters in ({"isPublic": "perhaps"}, {"content_type": "no type\r\nX: y"}, {"content_type": "nonsense"}):
        reply = send(http, "/v1/asset", b"x", **parameters)
        assert reply.status == 400, (parameters, reply)


def test_absent_assets_are_404(http):
    for key in (ABSENT_KEY, "nonsense", "%00", "..", "a" * 5000):
        assert http.get(f"/v1/asset/{key}").status in (400, 404), key
    assert send(http, f"/v1/asset/{ABSENT_KEY}", b"x").status == 404
    assert http.get(f"/v1/asset?key={ABSENT_KEY}").json == [] and http.get("/v1/asset?key=nonsense").json == []


def test_a_new_version_inherits_and_the_old_one_stays(http):
    first = upload(http, b"one", name="Table", content_type="model/obj", file_type="obj", asset_type="mesh", isPublic="false")
    second = upload(http, b"two", path=f"/v1/asset/{first}", fields=[("name", "Table 2")])
    third = upload(http, b"three", path=f"/v1/asset/{second}/", file_type="blend", isPublic="yes")
    assert [http.get(f"/v1/asset/{key}").body for key in (first, second, third)] == [b"one", b"two", b"three"]
    described = [metadata(http, key) for key in (first, second, third)]
    assert [one["name"] for one in described] == ["Table", "Table 2", "Table 2"]
    assert [one["fileType"] for one in described] == ["obj", "obj", "blend"]
    assert [one["contentType"] for one in described] == ["model/obj"] * 3 and [one["assetType"] for one in described] == ["mesh"] * 3
    assert [one["isPublic"] for one in described] == [False, False, True]
    for key in (first, second, third):
        for path in ("history", "asset-history"):
            history = http.get(f"/v1/{path}/{key}").json
            assert len(history) == 1 and history[0]["id"], history
            assert (history[0]["asset"], history[0]["assetIds"]) == (third, [third, second, first])
    assert http.get(f"/v1/history/{ABSENT_KEY}").json == []


def test_relationships_follow_a_new_version_on_both_ends(http):
    scene = unique("scene")
    mesh = upload(http, b"mesh", related_id=scene, related_type="scene")
    thumbnail = upload(http, b"png", asset_type="thumbnail", related_id=mesh, related_type="thumbnail")
    newer = upload(http, b"newer", path=f"/v1/asset/{mesh}", related_id="ignored", related_type="ignored")
    of_scene = http.get(f"/v1/relationship?related={scene}&type=scene").json
    assert [one["assetId"] for one in of_scene] == [newer]
    of_mesh = http.get(f"/v1/relationship?related={newer}&type=thumbnail").json
    assert [one["assetId"] for one in of_mesh] == [thumbnail]
    assert http.delete(f"/v1/asset/{thumbnail}").status == 200
    assert http.get(f"/v1/relationship?related={newer}&type=thumbnail").json == []
    assert http.get("/v1/relationship?related=ignored").json == []
    assert http.delete(f"/v1/asset/{newer}").status == 200
    assert http.get(f"/v1/relationship?related={scene}").json == []


def test_deleting_is_success_for_unknown_keys_too(http):
    key = upload(http, b"gone")
    for _ in range(2):
        reply = http.delete(f"/v1/asset/{key}")
        assert reply.status == 200, reply
    assert http.get(f"/v1/asset/{key}").status == 404
    assert http.delete(f"/v1/asset/{ABSENT_KEY}").status == 200


def test_lists_filters_and_counts(http):
    kind = unique("kind")
    keys = [upload(http, b"%d" % number, asset_type=kind, name=f"n{number % 2}", file_type="abc") for number in range(5)]
    listed = [one["key"] for one in http.get(f"/v1/asset/?asset-type={kind}").json]
    assert listed == sorted(keys) == keys, "ascending by key, which is the order of creation"
    assert [one["key"] for one in http.get(f"/v1/asset?asset-type={kind}&limit=2&offset=1").json] == keys[1:3]
    both = http.get(f"/v1/asset?asset-type={kind}&name=n1&file-type=abc&content-type=text/plain").json
    assert [one["key"] for one in both] == [keys[1], keys[3]], "filters are joined by and"
    assert http.get(f"/v1/asset/count?asset-type={kind}").json == {"count": 5}
    assert http.get(f"/v1/asset/count/?asset-type={kind}&name=n0").json == {"count": 3}
    assert http.get(f"/v1/asset?asset-type={kind}&name=other").json == []
    for bad in ("limit=-1", "limit=x", "offset=-1"):
        assert http.get(f"/v1/asset?{bad}").status == 400, bad


def test_bulk_metadata(http):
    keys = [upload(http, b"a"), upload(http, b"b")]
    found = http.post("/v1/bulk/asset", {"ids": [keys[1], ABSENT_KEY, "nonsense", keys[0]]}).json
    assert sorted(one["key"] for one in found) == sorted(keys) and all(one["fileType"] for one in found)
    assert http.post("/v1/bulk/asset", {"ids": []}).json == []
    assert http.post("/v1/bulk/asset", {"ids": "nonsense"}).status == 400


def test_conditional_and_partial_requests(http):
    content = bytes(range(256)) * 1000
    path = f"/v1/asset/{upload(http, content)}"
    tag = http.get(path).headers["ETag"]
    for match in (tag, f'"other", {tag}', "*", f"W/{tag}"):
        reply = http.get(path, headers={"If-None-Match": match})
        assert (reply.status, reply.body) == (304, b"") and reply.headers["ETag"] == tag, match
    assert http.get(path, headers={"If-None-Match": '"other"'}).status == 200
    size = len(content)
    for asked, first, last in (("0-0", 0, 0), ("100-199", 100, 199), ("255990-", 255_990, size - 1), ("-10", size - 10, size - 1),
                               ("0-999999999", 0, size - 1)):
        reply = http.get(path, headers={"Range": f"bytes={asked}"})
        assert reply.status == 206 and reply.body == content[first:last + 1], asked
        assert reply.headers["Content-Range"] == f"bytes {first}-{last}/{size}"
        assert reply.headers["Content-Length"] == str(last - first + 1)
    reply = http.get(path, headers={"Range": f"bytes={size}-"})
    assert reply.status == 416 and reply.headers["Content-Range"] == f"bytes */{size}", reply
    reply = http.get(path, headers={"Range": "bytes=0-1,5-6"})
    assert reply.status == 416 and reply.json["err_msg"], reply
    assert http.get(path, headers={"Range": "lines=1-2"}).status == 200, "an unknown unit is ignored"
    assert http.get(path, headers={"Range": "bytes=0-1", "If-Range": '"other"'}).body == content
    assert http.get(path, headers={"Range": "bytes=0-1", "If-Range": tag}).body == content[:2]
    head = http.request("HEAD", path)
    assert (head.status, head.body, head.headers["Content-Length"], head.headers["ETag"]) == (200, b"", str(size), tag)


def test_equal_content_is_kept_once_and_until_the_last_one_is_gone(start, closing, tmp_path):
    server = start()
    http = closing(Http(server.http_port))
    content = os.urandom(4 << 20)
    one = upload(http, content)
    before = stored_bytes(tmp_path)
    others = [upload(http, content) for _ in range(20)]
    added = stored_bytes(tmp_path) - before  # the log, and what is not given back yet, hold a few
    assert added < 6 * len(content), f"{added / len(content):.1f} contents more for twenty assets with the same one"
    assert http.delete(f"/v1/asset/{one}").status == 200
    assert all(http.get(f"/v1/asset/{key}").body == content for key in others)


def stored_bytes(directory):
    return sum(path.stat().st_size for path in directory.iterdir() if path.is_file())


def test_a_large_file_costs_no_memory(start, closing):
    server = start()
    http = closing(Http(server.http_port))
    upload(http, b"warm up")
    idle = server.rss_bytes()
    total, piece = 256 << 20, os.urandom(1 << 20)
    big = closing(RawUpload(server.http_port, total))
    digest = hashlib.sha256()
    peak = 0
    for _ in range(total // len(piece)):
        big.feed(piece)
        digest.update(piece)
        peak = max(peak, server.rss_bytes())
    status, key = big.finish()
    assert status == 200, key
    connection = closing(Http(server.http_port, seconds=60))._connection
    connection.request("GET", f"/v1/asset/{key.decode()}")
    answer = connection.getresponse()
    received = hashlib.sha256()
    while block := answer.read(1 << 20):
        received.update(block)
        peak = max(peak, server.rss_bytes())
    assert received.hexdigest() == digest.hexdigest()
    if SLOWNESS == 1:  # a sanitizer keeps freed memory
        assert peak - idle < 48 << 20, f"{(peak - idle) >> 20} MiB more for a file of 256 MiB"


def test_too_large_is_413_and_leaves_nothing(start, closing, tmp_path):
    server = start(assets__bytes_max=1 << 20)
    http = closing(Http(server.http_port))
    assert len(http.get(f"/v1/asset/{upload(http, b'x' * (1 << 20))}").body) == 1 << 20
    reply = send(http, "/v1/asset", b"x" * ((1 << 20) + 1))
    assert reply.status == 413 and str(1 << 20) in reply.json["err_msg"], reply
    http = closing(Http(server.http_port))
    assert http.get("/v1/asset/count").json == {"count": 1}


def test_an_upload_that_is_cut_off_leaves_nothing(start, closing, tmp_path):
    server = start()
    http = closing(Http(server.http_port))
    upload(http, b"something")
    before = stored_bytes(tmp_path)
    for _ in range(5):
        cut = RawUpload(server.http_port, 64 << 20)
        cut.feed(os.urandom(8 << 20))
        cut.close()
    wait_for("the server to notice", lambda: http.get("/v1/asset/count").json == {"count": 1})
    server.stop()
    with_server = start()
    http = closing(Http(with_server.http_port))
    assert http.get("/v1/asset/count").json == {"count": 1}
    with_server.stop()
    assert stored_bytes(tmp_path) - before < 4 << 20


@pytest.mark.parametrize("moment", ["mid-upload", "mid-delete"])
def test_a_killed_server_leaves_no_half_asset(start, closing, tmp_path, moment):
    confirmed = {}
    for round_number in range(4):
        server = start()
        http = closing(Http(server.http_port))
        for key, digest in confirmed.items():
            assert hashlib.sha256(http.get(f"/v1/asset/{key}").body).hexdigest() == digest
        listed = {one["key"] for one in http.get("/v1/asset?limit=1000").json}
        assert listed == set(confirmed), "every asset is whole or not there"
        content = os.urandom(3 << 20)
        confirmed[upload(http, content)] = hashlib.sha256(content).hexdigest()
        if moment == "mid-upload":
            half = closing(RawUpload(server.http_port, 32 << 20))
            half.feed(os.urandom(round_number * (7 << 20) + 1000))
            server.crash()
            continue
        doomed = [upload(http, os.urandom(2 << 20)) for _ in range(8)]
        clients = [closing(Http(server.http_port)) for _ in doomed]

        def delete(client, key):
            try:
                client.delete(f"/v1/asset/{key}")
            except OSError:
                pass
            except Exception as error:  # the connection died with the server
                assert "http.client" in type(error).__module__

        threads = [threading.Thread(target=delete, args=pair) for pair in zip(clients, doomed)]
        for thread in threads:
            thread.start()
        server.crash()
        for thread in threads:
            thread.join()
        again = start()
        http = closing(Http(again.http_port))
        for key in doomed:  # gone, or whole
            reply = http.get(f"/v1/asset/{key}")
            assert reply.status == 404 or len(reply.body) == 2 << 20
            http.delete(f"/v1/asset/{key}")
        again.stop()
    assert len(confirmed) == 4


def test_ten_uploads_at_once(start, closing):
    server = start()
    contents = [os.urandom(3 << 20) for _ in range(10)]
    keys = [None] * 10

    def one(number):
        keys[number] = upload(closing(Http(server.http_port, seconds=60)), contents[number])

    threads = [threading.Thread(target=one, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    http = closing(Http(server.http_port))
    assert len(set(keys)) == 10
    assert all(http.get(f"/v1/asset/{key}").body == content for key, content in zip(keys, contents))


def test_assets_survive_a_restart(start, closing):
    server = start()
    key = upload(closing(Http(server.http_port)), b"kept", name="kept")
    server.stop()
    http = closing(Http(start().http_port))
    assert http.get(f"/v1/asset/{key}").body == b"kept" and metadata(http, key)["name"] == "kept"

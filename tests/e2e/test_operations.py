"""What an operator sees: /health, /ready, /metrics, start-up and what the documents promise."""

import pathlib
import re
import time

import pytest
from clients import BASE64_CHARACTERS, Device, EventSender, Http, metrics
from server import ROOT
from shapes import create_object, done, moved, unique
from waiting import SLOWNESS

DOCUMENTED = re.compile(r"^\| (GET|POST|PUT|DELETE)(?:, (GET|POST|PUT|DELETE))? \| `(/[^`]*)` \|", re.MULTILINE)


def test_health_and_ready_on_every_service(system):
    for http in (system.objects, system.scenes, system.gateway):
        assert http.get("/health").json["status"] == "up"
        assert http.get("/ready").status == 200


def test_a_gateway_is_ready_only_while_its_services_answer(start, closing):
    gateway = start(roles="gateway", directory__static__objects="http://127.0.0.1:9",
                    directory__static__scenes="http://127.0.0.1:9")
    http = closing(Http(gateway.http_port))
    assert http.get("/health").status == 200
    reply = http.get("/ready")
    assert reply.status == 503 and reply.json["status"] == "not ready", reply
    assert http.get("/v1/scene/s").status == 503


def test_metrics_are_in_the_prometheus_format(system, sender, watcher, scene):
    key = create_object(system.objects, scene=scene)
    watcher.next()
    sender.send({"msg_type": 1, "key": key, "transform": moved(1)})
    watcher.next()
    for http in (system.objects, system.scenes, system.gateway):
        reply = http.get("/metrics")
        assert reply.headers["Content-Type"].startswith("text/plain")
        typed = set()
        for line in reply.body.decode().splitlines():
            if line.startswith("# TYPE "):
                assert line.split()[2] not in typed, f"told twice: {line}"
                typed.add(line.split()[2])
            elif not line.startswith("#"):
                assert re.fullmatch(r'aesel_[a-z0-9_]+(\{[^}]*\})? ([0-9.e+-]+|\+Inf|NaN)', line), line
                name = line.split("{")[0].split()[0]
                assert name in typed or re.sub(r"_(bucket|sum|count)$", "", name) in typed, line
        assert typed


def test_the_time_from_receipt_to_the_last_sending_is_measured(system, sender, watcher, scene):
    key = create_object(system.objects, scene=scene)
    watcher.next()
    name = "aesel_event_receive_to_sent_seconds_count"
    before = metrics(system.scenes)[name]
    for number in range(10):
        sender.send({"msg_type": 1, "key": key, "transform": moved(number)})
        watcher.next()
    after = metrics(system.scenes)
    assert after[name] >= before + 10
    assert 0 < after["aesel_event_receive_to_sent_seconds_sum"] < 60


def test_a_start_is_quick_and_small(start):
    server = start()
    assert server.ready_after_s < 0.3 * max(SLOWNESS, 2), "0.3 s on a machine that does nothing else"
    if SLOWNESS == 1:
        assert server.rss_bytes() < 30 << 20


def documented_routes():
    text = (ROOT / "docs" / "http.md").read_text(encoding="utf-8")
    return [(method, path) for first, second, path in DOCUMENTED.findall(text) for method in (first, second) if method]


def test_the_list_of_routes_is_found():
    assert len(documented_routes()) > 40


@pytest.mark.parametrize(("method", "path"), documented_routes())
def test_every_route_of_the_list_exists(system, method, path):
    """PATCH is no method of any route: a path that exists answers 405 and tells the methods it has."""
    target = re.sub(r"\{[a-z]+\}", "1", path)
    http = system.gateway
    for service, own in (("objects", r"/v1/(object|property)\b"), ("assets", r"/v1/(bulk/)?(asset|history|relationship|collection)\b"),
                         ("projects", r"/v1/project\b"), ("scenes", r"/v1/(register|deregister|align|device)\b")):
        if re.match(own, path):
            http = getattr(system, service)
    reply = http.request("PATCH", target)
    assert reply.status == 405, reply
    assert method in re.split(r",\s*", reply.headers["Allow"]), dict(reply.headers)


def test_a_404_points_to_the_list(system):
    reply = system.gateway.get("/v1/no/such/thing")
    assert "docs/http.md" in reply.json["err_msg"]
    assert pathlib.Path(ROOT, "docs", "http.md").is_file()


def test_padding_may_be_switched_off(start, closing):
    server = start(event__plain__padding="false")
    http, device, scene = closing(Http(server.http_port)), closing(Device(unique("device"), padded=False)), unique("scene")
    device.register(http, scene)
    sender = closing(EventSender(server.udp_port))
    counts = set()
    for number in range(8):
        key = create_object(http, name="n" * number, scene=scene)
        created = device.raw()
        sender.send({"msg_type": 1, "key": key, "transform": moved(1)})
        for datagram in (created, device.raw()):
            assert '"_"' not in datagram.decode()
            counts.add(len(BASE64_CHARACTERS.findall(datagram)) % 4)
    assert counts == {0, 1, 2, 3}


def test_a_server_on_memory_needs_no_file(start, tmp_path, closing):
    server = start(storage__method="memory")
    create_object(closing(Http(server.http_port)))
    server.stop()
    assert not list(tmp_path.glob("*.db*"))


def test_every_request_is_answered_quickly(system, scene):
    """The existing suites allow 200 ms for each request of these flows."""
    http, longest = system.gateway, 0.0

    def timed(method, path, body=None):
        nonlocal longest
        began = time.monotonic()
        reply = done(http.request(method, path, body))
        longest = max(longest, time.monotonic() - began)
        return reply

    for _ in range(10):
        timed("PUT", f"/v1/scene/{scene}", {"scenes": [{"name": "n"}]})
        timed("POST", f"/v1/scene/{scene}/register", {"scenes": [{"key": scene, "devices": [{"key": "d", "hostname": "127.0.0.1", "port": 9}]}]})
        key = timed("POST", f"/v1/scene/{scene}/object", {"objects": [{"name": "n", "scene": scene}]})["objects"][0]["key"]
        one = f"/v1/scene/{scene}/object/{key}"
        timed("GET", one)
        timed("POST", one, {"objects": [{"type": "t"}]})
        timed("PUT", f"{one}/asset/a")
        timed("POST", f"{one}/action", {"name": "a", "keyframes": [{"frame": 1}]})
        timed("POST", f"{one}/action/a/keyframe/1", {"frame": 1})
        timed("POST", f"/v1/scene/{scene}/object/query", {"objects": [{"scene": scene}]})
        timed("GET", f"{one}/lock?device=d")
        timed("DELETE", one)
    assert longest < 0.2 * SLOWNESS, f"{longest * 1000:.0f} ms"

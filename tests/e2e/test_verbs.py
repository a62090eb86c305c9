"""The verbs of the program, as people and scripts use them."""

import json
import re
import signal
import time

import pytest

from server import Process, run
from shapes import create_object, done, moved, unique
from waiting import SLOWNESS

VERBS = ["serve", "demo", "watch", "stream", "bench", "config", "check", "health", "version"]


@pytest.fixture
def url(system):
    return f"http://127.0.0.1:{system.gateway.port}"


@pytest.mark.parametrize("verb", VERBS)
def test_help_shows_an_example(verb):
    shown = run(verb, "--help")
    assert shown.returncode == 0 and re.search(r"Examples?:\n", shown.stdout) and f"aesel {verb}" in shown.stdout, shown
    assert shown.stderr == ""


def test_the_program_lists_its_verbs():
    for shown in (run("--help"), run()):
        assert shown.returncode == 0 and all(verb in shown.stdout for verb in VERBS), shown


def test_an_unknown_verb_or_option_is_told_with_the_nearest(tmp_path):
    for arguments, nearest in ((("serv",), "serve"), (("watch", "--scen", "x"), "--scene"), (("serve", "--http.prt", "1"), "--http.port")):
        shown = run(*arguments, cwd=tmp_path)
        assert shown.returncode == 2 and nearest in shown.stderr, shown


def test_version_tells_it():
    shown = run("version")
    assert shown.returncode == 0 and re.match(r"aesel \d+\.\d+\.\d+", shown.stdout), shown


def test_config_tells_every_value_and_where_it_came_from(tmp_path):
    (tmp_path / "aesel.toml").write_text('[http]\nport = 9001\n[udp]\nport = 9002\n[events]\nflush_ms = 70\n', encoding="utf-8")
    shown = run("config", "--json", "--http.port=9003", "--udp.port=9004", environment={"AESEL_HTTP_PORT": "9005"}, cwd=tmp_path)
    assert shown.returncode == 0, shown
    settings = json.loads(shown.stdout)
    assert settings["http.port"]["value"] == 9005, "the environment wins over the command line"
    assert settings["udp.port"]["value"] == 9004, "the command line wins over the file"
    assert settings["events.flush_ms"]["value"] == 70, "the file wins over the default"
    assert settings["storage.method"]["value"] == "sqlite"
    assert len({settings[key]["source"] for key in ("http.port", "udp.port", "events.flush_ms", "storage.method")}) == 4
    table = run("config", cwd=tmp_path).stdout
    assert all(key in table for key in settings)


@pytest.mark.parametrize(("environment", "text", "arguments", "told"), [
    ({"AESEL_HTTP_PRT": "1"}, "", [], "AESEL_HTTP_PORT"), ({}, "[http]\nprt = 1\n", [], "http.port"),
    ({}, "", ["--set", "http.prt=1"], "http.port"), ({}, "", ["--set", "http.port=many"], "http.port"),
    ({}, "", ["--set", "http.port=70000"], "65535"), ({}, "[http\n", [], "aesel.toml"),
    ({"AESEL_ROLES": "objects,nonsense"}, "", [], "nonsense")])
def test_wrong_settings_are_told_by_every_verb_that_reads_them(tmp_path, environment, text, arguments, told):
    (tmp_path / "aesel.toml").write_text(text, encoding="utf-8")
    for verb in ("config", "check", "serve"):
        shown = run(verb, *arguments, environment=environment, cwd=tmp_path)
        assert shown.returncode not in (0, -6, -11) and told in shown.stdout + shown.stderr, shown


def test_check_finds_what_would_keep_a_server_from_starting(tmp_path, start):
    free = ["--http.port=0", "--udp.port=0", "--event.stream.udp.port=0"]
    good = run("check", *free, f"--storage.sqlite.path={tmp_path / 'new.db'}", cwd=tmp_path)
    assert good.returncode == 0, good
    assert not (tmp_path / "new.db").exists(), "checking changes nothing"
    (tmp_path / "running").mkdir()
    server = start(tmp_path / "running")
    for arguments, told in ((["--http.port", server.http_port], str(server.http_port)), (["--udp.port", server.udp_port], str(server.udp_port)),
                            (["--storage.sqlite.path", server.store], str(server.store)),
                            (["--storage.sqlite.path", "/nowhere/at/all/a.db"], "/nowhere/at/all")):
        kept = [argument for argument in free if not argument.startswith(str(arguments[0]))]
        bad = run("check", *kept, *arguments, cwd=tmp_path)
        assert bad.returncode == 1 and told in bad.stdout, bad


def test_health_asks_a_server(url):
    shown = run("health", "--server", url)
    assert shown.returncode == 0 and "up" in shown.stdout, shown
    shown = run("health", "--server", "http://127.0.0.1:9")
    assert shown.returncode == 1 and "127.0.0.1:9" in shown.stdout + shown.stderr, shown


def test_bench_measures_a_server_and_cleans_up(url, system):
    before = done(system.objects.post("/v1/object/query", {"num_records": 100_000, "objects": [{}]}))["num_records"]
    shown = run("bench", "--server", url, "--scenes", 2, "--objects", 5, "--devices", 3, "--rate", 500, "--duration", 2, "--json",
                "--pid", system.objects_server.child.pid, "--udp", f"127.0.0.1:{system.udp_port}")
    assert shown.returncode == 0, shown
    report = json.loads(shown.stdout)
    assert report["sent"] >= 500 * 2 * 0.9 / SLOWNESS and report["delivered"] == report["expected"] == 3 * report["sent"]
    assert report["lost"] == report["duplicates"] == report["reordered"] == 0
    assert 0 < report["latency_us"]["p50"] <= report["latency_us"]["p99"] <= report["latency_us"]["max"]
    assert report["server_cpu_seconds"] > 0
    after = done(system.objects.post("/v1/object/query", {"num_records": 100_000, "objects": [{}]}))["num_records"]
    assert after == before
    shown = run("bench", "--server", url, "--rate", 100, "--duration", 0.5, "--udp", f"127.0.0.1:{system.udp_port}")
    assert shown.returncode == 0 and "p50" in shown.stdout and "lost" in shown.stdout, shown


def test_bench_without_a_server_says_so():
    shown = run("bench", "--server", "http://127.0.0.1:9", "--duration", 1)
    assert shown.returncode == 1 and "127.0.0.1:9" in shown.stderr, shown


def test_watch_prints_each_event_as_it_came(url, system, sender, scene):
    key = create_object(system.objects, name="seen", scene=scene)
    watch = Process("watch", "--server", url, "--scene", scene, "--json")
    try:
        deadline = time.monotonic() + 10 * SLOWNESS
        while not watch.lines and time.monotonic() < deadline:
            sender.send({"msg_type": 1, "key": key, "transform": moved(1)})
            time.sleep(0.02)
        sender.send({"msg_type": 1, "key": key, "transform": moved(1234.5)})
        watch.wait_for_line("1234.5")
        event = json.loads(next(line for line in watch.lines if "1234.5" in line))
        assert event["msg_type"] == 1 and event["key"] == key and event["name"] == "seen" and event["transform"] == moved(1234.5)
        watch.signal(signal.SIGINT)
        assert watch.wait(5) == 0
    finally:
        watch.kill()


def test_watch_ends_by_itself_and_leaves_the_scene(url, system, scene):
    key = unique("watcher")
    shown = run("watch", "--server", url, "--scene", scene, "--duration", 0.5, "--device", key)
    assert shown.returncode == 0, shown
    reply = system.scenes.post("/v1/device/query", {"scenes": [{"devices": [{"key": key}]}]})
    assert reply.status == 404, reply


def test_demo_runs_and_ends_without_a_terminal(tmp_path):
    began = time.monotonic()
    shown = run("demo", "--duration", 3, seconds=30, cwd=tmp_path)
    assert shown.returncode == 0, shown
    assert 2.5 < time.monotonic() - began < 15 * SLOWNESS
    text = shown.stdout + shown.stderr
    assert "\x1b[" not in text, "no terminal, no control sequences"
    assert "p50" in text and "p99" in text and re.search(r"los[ts]", text), text
    assert not list(tmp_path.iterdir()), "nothing is left behind"


@pytest.mark.parametrize("first_line", [r"\S", "p50"], ids=["while it starts", "while it runs"])
def test_demo_ends_cleanly_on_ctrl_c(tmp_path, first_line):
    for _ in range(5):
        demo = Process("demo", cwd=tmp_path)
        try:
            demo.wait_for_line(first_line, 15)
            demo.signal(signal.SIGINT)
            assert demo.wait(3) == 0
        finally:
            demo.kill()
    assert not list(tmp_path.iterdir())

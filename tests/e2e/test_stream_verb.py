"""The main job on real input: a dancer's joints at 60/s to ten devices, nothing lost, every matrix right.

The motion is ../shared/data/cmu_05_01.bvh where that exists, otherwise the project's own walker. AESEL_E2E_STREAM_S
is how many seconds of it are played at most (8; 0 for all of it).
"""

import json
import math
import os
import re
import struct
import subprocess
import sys

import bvh_reference
import pytest
from clients import Http, metrics
from server import ROOT, run
from shapes import action_of, done, get_object, unique
from waiting import SLOWNESS

DANCER = ROOT.parent / "shared" / "data" / "cmu_05_01.bvh"
WALKER = ROOT / "share" / "motion" / "walker.bvh"
DEVICES, FPS = 10, 60
PLAY_S = float(os.environ.get("AESEL_E2E_STREAM_S", "8"))
TOLERANCE = 1e-6


def same_matrix(actual, expected):
    return len(actual) == 16 and all(abs(a - b) <= TOLERANCE for a, b in zip(actual, expected))


def framed(path):
    with open(path, "rb") as file:
        while head := file.read(4):
            yield file.read(struct.unpack("<I", head)[0])


def next_tick(motion, tick, transform):
    """The first tick after `tick` at which the first joint is there, and the matrices of all joints then."""
    for candidate in range(tick + 1, tick + 1 + FPS):
        world = motion.world(candidate / FPS)
        if same_matrix(transform, world[0]):
            return candidate, world
    raise AssertionError(f"no tick within a second after {tick} has {transform}")


def register(http, scene, port, number):
    body = {"scenes": [{"key": scene, "devices": [{"key": f"{scene}-{number}", "hostname": "127.0.0.1", "port": port}]}]}
    done(http.post("/v1/register", body), records=2)


@pytest.mark.long
def test_every_joint_reaches_every_device_exactly(start, tmp_path, closing):
    path = DANCER if DANCER.exists() else WALKER
    motion, scene = bvh_reference.load(path), unique("stage")
    ticks = motion.tick_count(FPS)
    arguments = []
    if PLAY_S and PLAY_S * FPS < ticks:
        ticks = math.ceil(PLAY_S * FPS)
        arguments = ["--duration", PLAY_S]
    server = start()
    http = closing(Http(server.http_port))
    record = tmp_path / "datagrams"
    receiver = subprocess.Popen([sys.executable, os.path.join(os.path.dirname(__file__), "receiver.py"), str(DEVICES), str(record)],
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        for number, port in enumerate(receiver.stdout.readline().split()):
            register(http, scene, int(port), number)
        shown = run("stream", path, "--scene", scene, "--fps", FPS, "--server", f"http://127.0.0.1:{server.http_port}",
                    "--udp", f"127.0.0.1:{server.udp_port}", *arguments, seconds=120)
        assert shown.returncode == 0, shown
        print(shown.stdout, shown.stderr)
        receiver.stdin.close()
        lines = [line.split() for line in receiver.stdout.read().splitlines()]
        assert receiver.wait(30) == 0
    finally:
        receiver.kill()
        receiver.wait()
    assert len(lines) == DEVICES
    assert len({tuple(line) for line in lines}) == 1, f"all devices receive the same, in the same order: {lines}"
    skipped = re.search(r"(\d+) ticks were skipped", shown.stderr)  # not sent, because this machine was too busy
    sent = ticks - (int(skipped[1]) if skipped else 0)
    assert sent > ticks / 2, shown
    created, joint_of, tick, count = {}, {}, -1, {}
    for datagram in framed(record):
        event = json.loads(datagram)
        if event["msg_type"] == 0:
            created[event["key"]] = event
            joint_of[event["key"]] = motion.names.index(event["name"])
            continue
        assert event["msg_type"] == 1
        joint = joint_of[event["key"]]
        if joint == 0:
            tick, expected = next_tick(motion, tick, event["transform"])
        count[joint] = count.get(joint, 0) + 1
        assert same_matrix(event["transform"], expected[joint]), (motion.names[joint], tick, event["transform"], expected[joint])
    assert len(created) == len(motion.names)
    assert {joint: sent for joint in range(len(motion.names))} == count, "nothing lost, nothing twice"
    assert tick < ticks
    for event in created.values():
        parent = motion.parents[joint_of[event["key"]]]
        assert event["parent"] == ("" if parent is None else motion.names[parent]) and event["scene"] == scene
    for key, joint in joint_of.items():
        assert same_matrix(get_object(http, key)["transform"], expected[joint])
    print(f"{len(motion.names)} joints, {sent} of {ticks} ticks, {DEVICES} devices: {int(lines[0][0]) * DEVICES} datagrams; {server.cpu_seconds():.2f} s of CPU")
    assert metrics(http)["aesel_deliveries_total"] >= sent * len(motion.names) * DEVICES


def test_record_stores_the_frames_as_an_action(start, closing):
    motion, scene = bvh_reference.load(WALKER), unique("stage")
    server = start()
    http = closing(Http(server.http_port))
    shown = run("stream", WALKER, "--scene", scene, "--record", "--action", "walk it", "--server", f"http://127.0.0.1:{server.http_port}",
                seconds=120)
    assert shown.returncode == 0, shown
    elements = done(http.post("/v1/object/query", {"num_records": 999, "objects": [{"scene": scene}]}), records=len(motion.names))["objects"]
    assert sorted(element["name"] for element in elements) == sorted(motion.names)
    worlds = [motion.world(frame * motion.frame_time_s) for frame in range(motion.frame_count)]
    for element in elements:
        joint = motion.names.index(element["name"])
        keyframes = action_of(get_object(http, element["key"]), "walk it")["keyframes"]
        assert [keyframe["frame"] for keyframe in keyframes] in (list(range(len(worlds))), list(range(1, len(worlds) + 1)))
        for keyframe, world in zip(keyframes, worlds):
            assert same_matrix(keyframe["transform"], world[joint]), (element["name"], keyframe["frame"])


@pytest.mark.long
def test_record_takes_the_dancer_too(start, closing):
    if not DANCER.exists():
        pytest.skip("no ../shared/data here")
    motion, scene = bvh_reference.load(DANCER), unique("stage")
    server = start()
    http = closing(Http(server.http_port))
    shown = run("stream", DANCER, "--scene", scene, "--record", "--server", f"http://127.0.0.1:{server.http_port}", seconds=240)
    assert shown.returncode == 0, shown
    head = done(http.post("/v1/object/query", {"objects": [{"scene": scene, "name": "head"}]}), records=1)["objects"][0]
    keyframes = head["actions"][0]["keyframes"]
    assert len(keyframes) == motion.frame_count and head["actions"][0]["name"] == DANCER.stem
    for frame in range(0, motion.frame_count, 50):
        world = motion.world(frame * motion.frame_time_s)
        assert same_matrix(keyframes[frame]["transform"], world[motion.names.index("head")]), frame


def test_objects_of_a_run_stay_and_are_used_again_and_are_removed_when_asked(start, closing):
    server = start()
    http, scene = closing(Http(server.http_port)), unique("stage")
    where = ["--server", f"http://127.0.0.1:{server.http_port}", "--udp", f"127.0.0.1:{server.udp_port}", "--duration", 0.3]
    query = {"num_records": 999, "objects": [{"scene": scene}]}
    assert run("stream", WALKER, "--scene", scene, *where, "--remove").returncode == 0
    done(http.post("/v1/object/query", query), records=0)
    for arguments in ([], [], ["--remove"]):  # --remove takes away only what its own run created
        assert run("stream", WALKER, "--scene", scene, *where, *arguments).returncode == 0
        done(http.post("/v1/object/query", query), records=len(bvh_reference.load(WALKER).names))


@pytest.mark.parametrize(("text", "told"), [
    ("", ["1"]), ("HIERARCHY\nROOT hip\n{\n  OFFSET 0 zero 0\n", ["4"]), ("nonsense\n", ["1"]),
    ("HIERARCHY\nROOT hip\n{\n  OFFSET 0 0 0\n  CHANNELS 3 Zrotation Xrotation Yrotation\n  End Site\n  {\n    OFFSET 0 0 0\n  }\n}\n"
     "MOTION\nFrames: 2\nFrame Time: 0.04\n1 2 3\n4 5\n", ["15"])])
def test_bad_files_are_told_with_the_line(tmp_path, text, told):
    path = tmp_path / "bad.bvh"
    path.write_text(text, encoding="utf-8")
    shown = run("stream", path, "--scene", "s", "--server", "http://127.0.0.1:9")
    assert shown.returncode not in (0, -6, -11) and str(path) in shown.stderr and "expected" in shown.stderr, shown
    assert all(word in shown.stderr for word in told), shown


def test_a_missing_file_and_a_missing_server_are_told(tmp_path):
    shown = run("stream", tmp_path / "absent.bvh", "--scene", "s")
    assert shown.returncode not in (0, -6, -11) and "absent.bvh" in shown.stderr, shown
    shown = run("stream", WALKER, "--scene", "s", "--server", "http://127.0.0.1:9", seconds=30 * SLOWNESS)
    assert shown.returncode not in (0, -6, -11) and "127.0.0.1:9" in shown.stderr, shown

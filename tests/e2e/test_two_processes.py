"""Objects and scenes as two processes: what the shared flows do not show."""

import threading

from clients import Device, EventSender, Http
from server import Server
from shapes import create_object, done, get_object, moved, unique
from waiting import wait_for


def start_pair(tmp_path, start):
    (tmp_path / "scenes").mkdir()
    (tmp_path / "objects").mkdir()
    scenes = start(tmp_path / "scenes", roles="scenes")
    objects = start(tmp_path / "objects", roles="objects", event__stream__method="udp",
                    event__stream__udp__destination=f"127.0.0.1:{scenes.stream_port}")
    return objects, scenes


def test_roles_answer_their_own_paths_only(tmp_path, start, closing):
    objects, scenes = start_pair(tmp_path, start)
    objects_http, scenes_http = closing(Http(objects.http_port)), closing(Http(scenes.http_port))
    assert objects_http.get("/v1/scene/s").status == 404
    assert scenes_http.post("/v1/object", {"objects": [{}]}).status == 404
    assert objects.udp_port and scenes.stream_port


def test_aesel_names_of_roles_are_taken(tmp_path, start, closing):
    http = closing(Http(start(roles="CLyman").http_port))
    create_object(http)


def test_objects_go_on_when_scenes_is_away_and_events_flow_again_when_it_is_back(tmp_path, start, closing):
    objects, scenes = start_pair(tmp_path, start)
    http, sender = closing(Http(objects.http_port)), closing(EventSender(objects.udp_port))
    device, scene = closing(Device(unique("device"))), unique("scene")
    device.register(Http(scenes.http_port), scene)
    key = create_object(http, scene=scene)
    assert device.next()["msg_type"] == 0
    scenes.crash()
    for number in range(10):
        sender.send({"msg_type": 1, "key": key, "transform": moved(number)})
    wait_for("the last transform", lambda: get_object(http, key)["transform"] == moved(9))
    done(http.post(f"/v1/object/{key}", {"objects": [{"name": "alone"}]}))
    with Server(tmp_path / "scenes", roles="scenes", event__stream__udp__port=scenes.stream_port):
        sender.send({"msg_type": 1, "key": key, "transform": moved(42)})
        assert device.expect(msg_type=1)["transform"] == moved(42), "registrations outlive the process"


def test_many_senders_at_once_lose_nothing(tmp_path, start, closing):
    objects, scenes = start_pair(tmp_path, start)
    http, device, scene = closing(Http(objects.http_port)), closing(Device(unique("device"))), unique("scene")
    device.register(Http(scenes.http_port), scene)
    keys = [create_object(http, scene=scene) for _ in range(4)]
    for _ in keys:
        device.expect(msg_type=0)
    turn = threading.Semaphore(16)  # so many may be under way

    def send(key):
        sender = EventSender(objects.udp_port)
        for number in range(250):
            turn.acquire()
            sender.send({"msg_type": 1, "key": key, "transform": moved(number)})
        sender.close()

    threads = [threading.Thread(target=send, args=(key,)) for key in keys]
    for thread in threads:
        thread.start()
    seen = {key: [] for key in keys}
    for _ in range(250 * len(keys)):
        event = device.next()
        seen[event["key"]].append(event["transform"][3])
        turn.release()
    for thread in threads:
        thread.join()
    assert all(numbers == list(range(250)) for numbers in seen.values())

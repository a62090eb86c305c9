"""A lock has one winner, however many try at the same moment."""

import threading

from clients import Http
from shapes import create_object, done, get_object


def race(port, key, count):
    """Devices 0 to count-1 try at once; the statuses in their order."""
    barrier = threading.Barrier(count)
    statuses = [None] * count

    def attempt(number):
        http = Http(port)
        http.get("/health")  # the connection is there before the race starts
        barrier.wait()
        reply = http.get(f"/v1/object/{key}/lock?device=device-{number}")
        statuses[number] = (reply.status, reply.json["err_code"])
        http.close()

    threads = [threading.Thread(target=attempt, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses


def test_one_of_64_wins(system, objects):
    key = create_object(objects)
    for _ in range(5):
        statuses = race(objects.port, key, 64)
        assert statuses.count((200, 100)) == 1 and statuses.count((423, 123)) == 63, statuses
        winner = f"device-{statuses.index((200, 100))}"
        assert get_object(objects, key)["owner"] == winner
        done(objects.delete(f"/v1/object/{key}/lock?device={winner}"))


def test_one_of_64_wins_through_the_gateway(system, objects):
    key = create_object(objects)
    statuses = []

    def attempt(number):
        http = Http(system.gateway.port)
        statuses.append(http.get(f"/v1/scene/s/object/{key}/lock?device=device-{number}").status)
        http.close()

    threads = [threading.Thread(target=attempt, args=(number,)) for number in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] + [423] * 63

"""kill -9 under load, again and again on one store.

Every confirmed transaction is there afterwards. Every object's transform is one that was sent, and at most
flush_ms and one flush older than the kill. How long a flush takes is the disk's affair: the time of the slowest
sync among a few of our own, made before each kill on the same file system, stands for it. MARGIN_MS is for this
process: the time between an event's time stamp and its arrival in the server, on a machine where the load, the
server and other tests share the processors.

AESEL_E2E_CRASHES sets the number of rounds (20).
"""

import os
import time

from clients import Http
from load import EventLoad, TransactionLoad
from server import Server
from shapes import IDENTITY, create_object, get_object, moved, unique
from waiting import SLOWNESS

ROUNDS = int(os.environ.get("AESEL_E2E_CRASHES", "20"))
FLUSH_MS = 50
MARGIN_MS = 100
LOAD_S = 0.5


def slowest_sync_ms(directory):
    """Of ten small writes like those of a flush."""
    slowest = 0.0
    with open(directory / "sync", "wb") as file:
        for _ in range(10):
            began = time.monotonic()
            file.write(b"x" * 16_384)
            file.flush()
            os.fsync(file.fileno())
            slowest = max(slowest, time.monotonic() - began)
    return slowest * 1000


def check_transform(stored, sent_at, killed_at, age_ms):
    """`stored` is identity or some event's, and every event older than the allowed age is in it."""
    number = -1 if stored == IDENTITY and sent_at else int(stored[3])
    assert number == -1 or (stored == moved(number, -number) and number < len(sent_at)), stored
    later = [at for at in sent_at[number + 1:] if (killed_at - at) * 1000 > age_ms]
    assert not later, (f"event {number} is stored, but {len(later)} later ones are older than {age_ms:.0f} ms, "
                       f"the oldest by {(killed_at - later[0]) * 1000:.0f} ms")


def test_nothing_confirmed_is_lost(tmp_path, closing):
    confirmed, everything = {}, 0
    for number in range(ROUNDS):
        with Server(tmp_path, events__flush_ms=FLUSH_MS) as server:
            http = closing(Http(server.http_port))
            for key, names in confirmed.items():
                assert get_object(http, key)["name"] in names, f"round {number}"
            keys = [create_object(http, name=unique("moving")) for _ in range(20)]
            events = EventLoad(server.udp_port, keys, 1000)
            transactions = [TransactionLoad(server.http_port) for _ in range(4)]
            for thread in (events, *transactions):
                thread.start()
            time.sleep(LOAD_S * (0.5 + (number % 5) / 4))  # of load, not always ending at the same point of a flush
            sync_ms = slowest_sync_ms(tmp_path)
            killed_at = time.monotonic()
            server.crash()
            for thread in (events, *transactions):
                thread.stop()
        confirmed = {}
        for load in transactions:
            assert load.confirmed, "there was load"
            confirmed.update({key: (name, load.asked.get(key)) for key, name in load.confirmed.items()})
        everything += len(confirmed)
        age_ms = (FLUSH_MS + sync_ms + MARGIN_MS) * SLOWNESS
        with Server(tmp_path) as server:
            http = closing(Http(server.http_port))
            for key in keys:
                check_transform(get_object(http, key)["transform"], events.sent_at[key], killed_at, age_ms)
            for key, names in confirmed.items():
                assert get_object(http, key)["name"] in names, f"round {number}"
    print(f"{ROUNDS} rounds, {everything} confirmed creates and updates kept")

"""Load that remembers what it did: events with their times, transactions with what was confirmed."""

import socket
import threading
import time

from clients import EventSender, Http
from shapes import moved


class EventLoad(threading.Thread):
    """Moves `keys` round robin: the x of object k's n-th event is n. Runs until stop()."""

    def __init__(self, udp_port, keys, per_second=2000):
        super().__init__(daemon=True)
        self.sender, self.keys, self.per_second = EventSender(udp_port), keys, per_second
        self.sent_at = {key: [] for key in keys}  # time.monotonic() of the n-th event
        self._ending = threading.Event()

    def run(self):
        started, count = time.monotonic(), 0
        while not self._ending.is_set():
            due = int((time.monotonic() - started) * self.per_second)
            while count < due:
                key = self.keys[count % len(self.keys)]
                number = len(self.sent_at[key])
                self.sent_at[key].append(time.monotonic())
                try:
                    self.sender.send({"msg_type": 1, "key": key, "transform": moved(number, -number)})
                except ConnectionRefusedError:
                    self.sent_at[key].pop()
                    return  # the server is gone
                count += 1
            time.sleep(0.001)

    def stop(self):
        self._ending.set()
        self.join()
        self.sender.close()


class TransactionLoad(threading.Thread):
    """Creates objects and renames them, one after the other, until stop() or the server is gone."""

    def __init__(self, http_port, scene=""):
        super().__init__(daemon=True)
        self.http, self.scene = Http(http_port), scene
        self.confirmed = {}  # key -> the last confirmed name
        self.asked = {}      # key -> a later name that was asked for and not confirmed
        self.refused = 0
        self._ending = threading.Event()

    def run(self):
        number = 0
        try:
            while not self._ending.is_set():
                number += 1
                reply = self.http.post("/v1/object", {"objects": [{"name": f"made {number}", "scene": self.scene}]})
                if reply.status != 200:
                    self.refused += 1
                    continue
                key = reply.json["objects"][0]["key"]
                self.confirmed[key] = f"made {number}"
                self.asked[key] = f"renamed {number}"
                if self.http.post(f"/v1/object/{key}", {"objects": [{"name": f"renamed {number}"}]}).status == 200:
                    self.confirmed[key] = self.asked.pop(key)
        except (OSError, ValueError, socket.timeout):
            pass  # the server is gone: what was not answered is not confirmed
        except Exception as error:  # http.client has its own for a connection that breaks in an answer
            if "http.client" not in type(error).__module__:
                raise

    def stop(self):
        self._ending.set()
        self.join()
        self.http.close()

"""What talks to the server: HTTP over a kept connection, a device that listens, and a sender of events."""

import http.client
import json
import re
import socket
import time

import api_schema
from waiting import SLOWNESS, wait_for

BASE64_CHARACTERS = re.compile(rb"[A-Za-z0-9+/]")
SO_RCVBUFFORCE = 33  # beyond net.core.rmem_max, for those who may


def big_receive_buffer(udp_socket, size=16 << 20):
    """As large a receive buffer as the machine allows."""
    try:
        udp_socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, size)
    except PermissionError:
        udp_socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, size)


class Reply:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"HTTP {self.status}: {self.body[:400]!r}"


class Http:
    """One kept connection. `request` takes a Python value, which becomes JSON, or bytes as they are. Every reply must be
    one that share/api/openapi.yaml describes."""

    def __init__(self, port, host="127.0.0.1", seconds=10.0):
        self.port, self.host = port, host
        self._connection = http.client.HTTPConnection(host, port, timeout=seconds * SLOWNESS)

    def request(self, method, path, body=None, headers=None):
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        sent = {"Content-Type": "application/json"} if data is not None else {}
        sent.update(headers or {})
        try:
            self._connection.request(method, path, data, sent)
            answer = self._connection.getresponse()
            reply = Reply(answer.status, answer.headers, answer.read())
        except (OSError, http.client.HTTPException):
            self._connection.close()
            raise
        api_schema.check_reply(method, path, reply.status, reply.headers, reply.body)
        return reply

    def get(self, path, body=None, **more):
        return self.request("GET", path, body, **more)

    def post(self, path, body=None, **more):
        return self.request("POST", path, body, **more)

    def put(self, path, body=None, **more):
        return self.request("PUT", path, body, **more)

    def delete(self, path, body=None, **more):
        return self.request("DELETE", path, body, **more)

    def close(self):
        self._connection.close()


class Device:
    """A UDP socket that a scene's events are sent to. Checks the padding rule on everything that arrives."""

    def __init__(self, name, family=socket.AF_INET, padded=True):
        self.name, self.padded = name, padded
        self.socket = socket.socket(family, socket.SOCK_DGRAM)
        self.host = "::1" if family == socket.AF_INET6 else "127.0.0.1"
        big_receive_buffer(self.socket)
        self.socket.bind((self.host, 0))
        self.port = self.socket.getsockname()[1]

    def description(self, hostname=None, transform=None):
        """The device as a request carries it."""
        return {"key": self.name, "hostname": hostname or self.host, "port": self.port, "connection_string": None,
                "transform": transform}

    def register(self, http_client, scene, hostname=None, transform=None, **scene_members):
        body = {"scenes": [{"key": scene, "devices": [self.description(hostname, transform)], **scene_members}]}
        reply = http_client.post("/v1/register", body)
        assert reply.status == 200 and reply.json["err_code"] == 100, reply
        return reply.json

    def raw(self, seconds=5.0):
        """The next datagram."""
        self.socket.settimeout(seconds * SLOWNESS)
        try:
            datagram = self.socket.recv(65_536)
        except TimeoutError:
            raise AssertionError(f"device {self.name}: nothing came within {seconds * SLOWNESS:g} s") from None
        if self.padded:
            count = len(BASE64_CHARACTERS.findall(datagram))
            assert count % 4 == 0, f"{count} characters of the base64 alphabet: {datagram[:300]!r}"
        return datagram

    def next(self, seconds=5.0):
        """The next event, as a dictionary. It must be one line of JSON, and as share/api/asyncapi.yaml describes it."""
        datagram = self.raw(seconds)
        assert b"\n" not in datagram and b"\r" not in datagram, datagram
        event = json.loads(datagram)
        api_schema.check_event(event)
        return event

    def expect(self, seconds=5.0, **members):
        """The first event from now on with these members; others are skipped."""
        deadline = time.monotonic() + seconds * SLOWNESS
        seen = []
        while True:
            left = deadline - time.monotonic()
            assert left > 0, f"device {self.name}: no event with {members} among {seen}"
            try:
                event = self.next(left / SLOWNESS)
            except AssertionError as error:
                if "nothing came" not in str(error):
                    raise
                raise AssertionError(f"device {self.name}: no event with {members} among {seen}") from None
            if all(event.get(name) == value for name, value in members.items()):
                return event
            seen.append(event)

    def until(self, **members):
        """All events before the first one with these members."""
        before = []
        while True:
            event = self.next()
            if all(event.get(name) == value for name, value in members.items()):
                return before
            before.append(event)

    def close(self):
        self.socket.close()


class EventSender:
    """Sends events as clients do: bare JSON to the events port, no answer."""

    def __init__(self, port, host="127.0.0.1"):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_DGRAM)
        self.socket.connect((host, port))

    def send(self, event):
        self.socket.send(event if isinstance(event, bytes) else json.dumps(event).encode())

    def close(self):
        self.socket.close()


def metrics(http_client):
    """All samples of /metrics: {"name{labels}": value}."""
    reply = http_client.get("/metrics")
    assert reply.status == 200, reply
    samples = {}
    for line in reply.body.decode().splitlines():
        if line and not line.startswith("#"):
            name, _, value = line.rpartition(" ")
            samples[name] = float(value)
    return samples


def stays_within(seconds, started):
    """Fails when more time has passed since `started` (time.monotonic()) than that."""
    took = time.monotonic() - started
    assert took < seconds * SLOWNESS, f"took {took:.3f} s, at most {seconds * SLOWNESS:g} s was allowed"


__all__ = ["Device", "EventSender", "Http", "Reply", "big_receive_buffer", "metrics", "stays_within", "wait_for"]

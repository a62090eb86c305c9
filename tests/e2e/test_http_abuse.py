"""HTTP as it should not be: odd, slow, large, many. The server answers what it can and stays well."""

import json
import resource
import selectors
import socket
import time

import pytest
from clients import Http, stays_within
from shapes import create_object, done, get_object
from waiting import SLOWNESS, wait_for

OBJECT = json.dumps({"objects": [{"name": "n"}]}).encode()


class Raw:
    """A TCP connection without manners."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10 * SLOWNESS)

    def send(self, data):
        self.socket.sendall(data)
        return self

    def half_close(self):
        self.socket.shutdown(socket.SHUT_WR)
        return self

    def until_closed(self):
        """Everything that comes until the server closes."""
        data = b""
        try:
            while chunk := self.socket.recv(65_536):
                data += chunk
        except ConnectionResetError:
            pass
        return data

    def answers(self, count):
        """The next `count` answers as (status, body)."""
        stream, found = self.socket.makefile("rb"), []
        for _ in range(count):
            status = int(stream.readline().split()[1])
            length = 0
            while (line := stream.readline().strip()):
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
                assert name.lower() != b"transfer-encoding"
            found.append((status, stream.read(length)))
        return found

    def close(self):
        self.socket.close()


@pytest.fixture
def raw(system, closing):
    """Opens raw connections to the objects service."""
    return lambda: closing(Raw(system.objects.port))


@pytest.fixture(autouse=True)
def still_well(request):
    """Whatever a test did, the shared servers answer afterwards."""
    yield
    if "system" in request.fixturenames:
        system = request.getfixturevalue("system")
        assert Http(system.objects.port).get("/health").status == 200


def post(body, *headers, path="/v1/object"):
    lines = [f"POST {path} HTTP/1.1", "Host: localhost", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def chunked(body, size):
    pieces = [body[at:at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def test_truncated_bodies_are_not_acted_on(system, raw):
    from shapes import unique
    name = unique("truncated")
    body = json.dumps({"objects": [{"name": name}]}).encode()
    for data in (post(body, f"Content-Length: {len(body) + 1}"), post(chunked(body, 5)[:-7], "Transfer-Encoding: chunked"),
                 post(b"", f"Content-Length: {len(body)}"), b"POST /v1/object HTTP/1.1\r\nHost: loc"):
        answer = raw().send(data).half_close().until_closed()
        assert b" 200 " not in answer.split(b"\r\n")[0], answer
    done(system.objects.post("/v1/object/query", {"objects": [{"name": name}]}), records=0)


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_chunked_bodies_are_taken(raw, size):
    [(status, body)] = raw().send(post(chunked(OBJECT, size), "Transfer-Encoding: chunked")).answers(1)
    assert status == 200 and json.loads(body)["num_records"] == 1


def test_broken_chunks_are_refused(raw):
    for body in (b"zz\r\nabc\r\n0\r\n\r\n", b"5\r\nabc\r\n0\r\n\r\n", b"ffffffffffffffffff\r\nabc", b"-1\r\n\r\n"):
        answer = raw().send(post(body, "Transfer-Encoding: chunked")).half_close().until_closed()
        assert not answer.startswith(b"HTTP/1.1 2"), answer


def test_pipelined_requests_are_answered_in_their_order(system, raw):
    keys = [create_object(system.objects, name=f"n{number}") for number in range(50)]
    requests = b"".join(f"GET /v1/object/{key} HTTP/1.1\r\nHost: x\r\n\r\n".encode() for key in keys)
    answers = raw().send(requests).answers(len(keys))
    assert [json.loads(body)["objects"][0]["key"] for _, body in answers] == keys


def test_pipelined_changes_and_errors_keep_their_order_too(raw):
    requests = [post(OBJECT, f"Content-Length: {len(OBJECT)}"), b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n",
                post(b"{", "Content-Length: 1"), b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n",
                post(chunked(OBJECT, 3), "Transfer-Encoding: chunked")]
    answers = raw().send(b"".join(requests * 4)).answers(20)
    assert [status for status, _ in answers] == [200, 404, 400, 200, 200] * 4


def test_a_request_in_single_bytes_is_answered(raw):
    connection = raw()
    connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for byte in post(OBJECT, f"Content-Length: {len(OBJECT)}"):
        connection.send(bytes([byte]))
    assert connection.answers(1)[0][0] == 200


@pytest.mark.parametrize("data", [
    b"\r\n\r\n\r\n", b"nonsense\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"\x00" * 100, b"GET / HTTP/1.1\r\nno colon\r\n\r\n", b"GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"POST /v1/object HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n", b"POST /v1/object HTTP/1.1\r\nHost: x\r\nContent-Length: 1e3\r\n\r\n",
    b"POST /v1/object HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
    b"G" * 100_000], ids=range(13))
def test_what_is_no_request_is_refused(raw, data):
    connection = raw()
    try:
        connection.send(data).half_close()
    except (BrokenPipeError, ConnectionResetError, OSError):
        pass  # closed before it had all: fine
    answer = connection.until_closed()
    assert answer == b"" or answer.startswith((b"HTTP/1.1 4", b"HTTP/1.0 4", b"HTTP/1.1 505")), answer[:200]


def test_headers_over_the_limit_are_refused(raw):
    answer = raw()
    try:
        answer.send(b"GET /health HTTP/1.1\r\nHost: x\r\nX-Large: " + b"x" * 200_000 + b"\r\n\r\n")
    except OSError:
        pass
    assert answer.until_closed()[:12] in (b"", b"HTTP/1.1 431", b"HTTP/1.1 400")


def test_http_1_0_is_answered_and_closed(raw):
    answer = raw().send(b"GET /health HTTP/1.0\r\n\r\n").until_closed()
    assert b" 200 " in answer.split(b"\r\n")[0] and b'"up"' in answer


def test_connection_close_is_honoured(raw):
    answer = raw().send(b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").until_closed()
    assert b" 200 " in answer.split(b"\r\n")[0]


def test_a_client_that_waits_for_100_continue_is_served(raw):
    connection = raw()
    connection.send(post(b"", f"Content-Length: {len(OBJECT)}", "Expect: 100-continue"))
    assert connection.socket.recv(4096).startswith(b"HTTP/1.1 100")
    assert connection.send(OBJECT).answers(1)[0][0] == 200


def test_clients_that_leave_in_the_middle_do_no_harm(system, raw):
    key = create_object(system.objects)
    for _ in range(200):
        connection = raw()
        connection.send(f"GET /v1/object/{key} HTTP/1.1\r\nHost: x\r\n\r\n".encode() * 5)
        connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        connection.close()  # with a reset
    assert get_object(system.objects, key)["key"] == key


def test_bodies_over_the_limit_are_413(start, closing):
    http = closing(Http(start(http__body__bytes_max=2000).http_port))
    done(http.post("/v1/object", {"objects": [{"name": "n" * 1000}]}), records=1)
    raw = closing(Raw(http.port)).send(post(b"", "Content-Length: 2001"))
    assert raw.until_closed().startswith(b"HTTP/1.1 413"), "before the body was sent"
    raw = closing(Raw(http.port)).send(post(chunked(b"x" * 3000, 500), "Transfer-Encoding: chunked"))
    assert raw.until_closed().startswith(b"HTTP/1.1 413")
    raw = closing(Raw(http.port)).send(post(b"", "Content-Length: 99999999999999999999999"))
    assert raw.until_closed().startswith((b"HTTP/1.1 413", b"HTTP/1.1 400"))
    reply = Http(http.port).post("/v1/object", b"x" * 2001)
    assert reply.status == 413 and reply.json["err_msg"]
    assert http.get("/health").status == 200


def test_large_bodies_under_the_limit_are_taken(objects):
    elements = [{"name": f"n{number}", "scene": "", "assets": ["a" * 500]} for number in range(5000)]
    done(objects.post("/v1/object", {"objects": elements}), records=5000)


def test_slow_senders_are_cut_off_and_delay_nobody(start, closing):
    server = start(http__timeout__header_ms=500, http__timeout__body_ms=500, http__timeout__idle_ms=500)
    slow = {"headers": [closing(Raw(server.http_port)) for _ in range(50)], "body": [closing(Raw(server.http_port)) for _ in range(50)],
            "idle": [closing(Raw(server.http_port)) for _ in range(50)]}
    began = time.monotonic()
    for raw in slow["headers"]:
        raw.send(b"GET /health HTTP/1.1\r\nX-Slow: ")
    for raw in slow["body"]:
        raw.send(post(b"{", "Content-Length: 1000"))
    for raw in slow["idle"]:
        raw.send(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        assert raw.answers(1)[0][0] == 200
    with selectors.DefaultSelector() as selector:
        for kind, connections in slow.items():
            for raw in connections:
                selector.register(raw.socket, selectors.EVENT_READ, (kind, raw))
        longest = 0.0
        while selector.get_map():
            asked = time.monotonic()
            assert Http(server.http_port).get("/health").status == 200
            longest = max(longest, time.monotonic() - asked)
            assert time.monotonic() - began < 5 * SLOWNESS, "cut off in time"
            for key, _ in selector.select(0.05):
                kind, raw = key.data
                selector.unregister(raw.socket)
                assert b" 200 " not in raw.until_closed()
            for kind in ("headers", "body"):  # a byte now and then does not help
                for raw in slow[kind]:
                    try:
                        raw.socket.send(b"x")
                    except OSError:
                        pass
    assert longest < 0.5 * SLOWNESS


@pytest.mark.long
def test_ten_thousand_idle_connections_delay_nobody(start, closing):
    from clients import Device, EventSender
    from shapes import moved, unique
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < 10_500:
        pytest.skip(f"this machine allows {soft} open files only")
    server = start()
    http = closing(Http(server.http_port))
    empty = server.rss_bytes()
    idle = [closing(socket.create_connection(("127.0.0.1", server.http_port), timeout=10)) for _ in range(10_000)]
    for number in range(0, len(idle), 10):  # some have been used, most have never said a word
        idle[number].sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
    for number in range(0, len(idle), 10):
        assert b"200 OK" in idle[number].recv(4096)
    grown = server.rss_bytes() - empty
    print(f"{grown / len(idle):.0f} bytes for each connection")
    assert grown < 400 << 20
    device, scene = closing(Device(unique("device"))), unique("scene")
    device.register(http, scene)
    sender = closing(EventSender(server.udp_port))
    key = create_object(http, scene=scene)
    device.next()
    longest = 0.0
    for number in range(200):
        asked = time.monotonic()
        assert http.get("/health").status == 200
        sender.send({"msg_type": 1, "key": key, "transform": moved(number)})
        assert device.next()["transform"] == moved(number)
        longest = max(longest, time.monotonic() - asked)
    assert longest < 0.25
    cpu = server.cpu_seconds()
    time.sleep(1)
    assert server.cpu_seconds() - cpu < 0.1, "idle connections cost nothing"
    for one in idle:
        one.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
    assert all(b"200 OK" in one.recv(4096) for one in idle)


def test_more_connections_than_allowed_are_turned_away_and_room_is_made_again(start, closing):
    server = start(http__connections__max=20)
    many = [Raw(server.http_port) for _ in range(60)]
    for raw in many:
        raw.socket.close()
    wait_for("room for a connection", lambda: _health(server.http_port) == 200)


def _health(port):
    try:
        return Http(port).get("/health").status
    except Exception:  # turned away: whatever http.client makes of that
        return None

"""Files: how fast one is downloaded beside nginx, and what ten uploads cost in memory."""
import http.client
import os
import socket
import statistics
import threading
import time

from .processes import Aesel, Nginx, find_program, progress, stop

BOUNDARY = b"aesel-bench-boundary"
PIECE = 1 << 20


def _upload(port, size, piece):
    """Sends `size` bytes as a form; the key of the new asset."""
    head = (b"--" + BOUNDARY + b'\r\nContent-Disposition: form-data; name="file"; filename="big.bin"\r\n\r\n')
    tail = b"\r\n--" + BOUNDARY + b"--\r\n"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    connection.putrequest("POST", "/v1/asset")
    connection.putheader("Content-Type", "multipart/form-data; boundary=" + BOUNDARY.decode())
    connection.putheader("Content-Length", str(len(head) + size + len(tail)))
    connection.endheaders(head)
    sent = 0
    while sent < size:
        part = piece[:min(len(piece), size - sent)]
        connection.send(part)
        sent += len(part)
    connection.send(tail)
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"upload: {answer.status} {body[:300]}")
    return body


def _download(port, path, size):
    """Bytes per second of one GET, over a connection of its own, into one buffer."""
    with socket.create_connection(("127.0.0.1", port), timeout=300) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        started = time.perf_counter()
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        buffer = bytearray(PIECE)
        view = memoryview(buffer)
        received = connection.recv_into(view)
        if not bytes(view[:15]).startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"download {path}: {bytes(view[:300])!r}")
        while True:
            count = connection.recv_into(view)
            if count == 0:
                break
            received += count
        seconds = time.perf_counter() - started
    if received < size:
        raise RuntimeError(f"download {path}: {received} of {size} bytes")
    return size / seconds


def measure_download(binary, workspace, *, bytes_, repetitions):
    """One file, from Aesel's store and from nginx, in turn. None without nginx."""
    if find_program("nginx") is None:
        return None
    content = os.urandom(PIECE) * (bytes_ // PIECE)
    aesel = Aesel(binary, workspace)
    key = _upload(aesel.http_port, bytes_, content)
    nginx = Nginx(workspace, {"big.bin": content})
    del content
    rates = {"aesel": [], "nginx": []}
    for repetition in range(repetitions):
        progress(f"download of {bytes_ >> 20} MB, {repetition + 1} of {repetitions}")
        rates["nginx"].append(_download(nginx.port, "/big.bin", bytes_))
        rates["aesel"].append(_download(aesel.http_port, f"/v1/asset/{key}", bytes_))
    stop(nginx.child)
    aesel.stop()
    return {"bytes": bytes_, **{name: statistics.median(values) for name, values in rates.items()},
            "ratio": statistics.median(a / n for a, n in zip(rates["aesel"], rates["nginx"])), "all": rates}


def measure_uploads(binary, workspace, *, bytes_, count):
    """`count` uploads at the same time, of different content: resident memory above idle, and the rate."""
    progress(f"{count} uploads of {bytes_ >> 20} MB")
    aesel = Aesel(binary, workspace)
    _upload(aesel.http_port, PIECE, os.urandom(PIECE))
    time.sleep(1.0)
    idle = aesel.resident_bytes()
    failures, pieces = [], [os.urandom(PIECE) for _ in range(count)]

    def one(piece):
        try:
            _upload(aesel.http_port, bytes_, piece)
        except (OSError, RuntimeError, http.client.HTTPException) as error:
            failures.append(error)

    threads = [threading.Thread(target=one, args=(piece,)) for piece in pieces]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    peak = idle
    while any(thread.is_alive() for thread in threads):
        peak = max(peak, aesel.resident_bytes())
        time.sleep(0.02)
    seconds = time.perf_counter() - started
    aesel.stop()
    if failures:
        raise RuntimeError(f"uploads: {failures[0]}")
    return {"bytes": bytes_, "count": count, "idle_bytes": idle, "above_idle_bytes": peak - idle,
            "bytes_per_s": count * bytes_ / seconds}

"""Files as clients send them: multipart/form-data, whole or piece by piece, with the oddities of each client."""

import socket
import urllib.parse

from shapes import KEY

BOUNDARY = "----aesel-e2e-7MA4YWxkTrZu0gW"


def part(name, content, filename=None, **headers):
    """One part: its headers and content."""
    disposition = f'form-data; name="{name}"' + ("" if filename is None else f'; filename="{filename}"')
    lines = [f"Content-Disposition: {disposition}", *(f"{key.replace('_', '-')}: {value}" for key, value in headers.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


def multipart(*parts):
    """The body and its content type."""
    body = b"".join(b"--" + BOUNDARY.encode() + b"\r\n" + one + b"\r\n" for one in parts) + b"--" + BOUNDARY.encode() + b"--\r\n"
    return body, f"multipart/form-data; boundary={BOUNDARY}"


def query(parameters):
    names = {name.replace("_", "-") if name != "isPublic" else name: value for name, value in parameters.items()}
    return "?" + urllib.parse.urlencode(names) if names else ""


def send(http, path, content, filename="asset.bin", fields=(), headers=None, **parameters):
    """Uploads; the reply. Parameters go into the query string (content_type=... is content-type=...), `fields` into the form."""
    body, content_type = multipart(part("file", content, filename, Content_Type="application/octet-stream", Expires="0"),
                                   *(part(name, value.encode()) for name, value in fields))
    return http.post(path + query(parameters), body, headers={"Content-Type": content_type, **(headers or {})})


def upload(http, content, path="/v1/asset", **more):
    """Uploads; the new key, which the body must be, bare."""
    reply = send(http, path, content, **more)
    assert reply.status == 200, reply
    assert reply.headers["Content-Type"].startswith("text/plain"), dict(reply.headers)
    key = reply.body.decode()
    assert KEY.match(key), reply
    return key


class RawUpload:
    """An upload that is sent by hand: begun, fed, and perhaps never finished."""

    def __init__(self, port, total_bytes, path="/v1/asset", headers=()):
        self.head = part("file", b"", "big.bin")
        self.tail = b"\r\n--" + BOUNDARY.encode() + b"--\r\n"
        opening = b"--" + BOUNDARY.encode() + b"\r\n" + self.head
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        length = len(opening) + total_bytes + len(self.tail)
        lines = [f"POST {path} HTTP/1.1", "Host: localhost", f"Content-Type: multipart/form-data; boundary={BOUNDARY}",
                 f"Content-Length: {length}", *headers]
        self.socket.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + opening)

    def feed(self, content):
        self.socket.sendall(content)

    def finish(self):
        """The status line and body of the reply."""
        self.socket.sendall(self.tail)
        return self.reply()

    def reply(self):
        received = b""
        while b"\r\n\r\n" not in received:
            piece = self.socket.recv(65_536)
            assert piece, f"the connection ended after {received!r}"
            received += piece
        head, _, body = received.partition(b"\r\n\r\n")
        length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
        while len(body) < length:
            body += self.socket.recv(65_536)
        return int(head.split()[1]), body

    def close(self):
        self.socket.close()

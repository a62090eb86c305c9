"""HTTPS on every listener, looked at with openssl and Python's ssl; certificates that are replaced; back-ends that are checked."""

import http.client
import json
import shutil
import socket
import ssl
import subprocess
import time

import pytest
from clients import Http
from server import run
from shapes import unique
from waiting import SLOWNESS, wait_for


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """A directory with certificate.pem and key.pem for localhost and 127.0.0.1."""
    return make_certificate(tmp_path_factory.mktemp("tls"))


def make_certificate(directory, *hosts):
    made = run("cert", "self-signed", *(f"--host={host}" for host in hosts or ("localhost", "127.0.0.1")), f"--out={directory}", "--force")
    assert made.returncode == 0, made.stderr
    return directory


def tls(directory, **more):
    return {"https__port": 0, "tls__certificate__path": directory / "certificate.pem", "tls__key__path": directory / "key.pem", **more}


def https_port(server):
    return int(server.wait_for_line(r"ready .*https=(\d+)").group(1))


def trusting(directory):
    return ssl.create_default_context(cafile=str(directory / "certificate.pem"))


def get(port, path, context, host="localhost"):
    connection = http.client.HTTPSConnection(host, port, timeout=10 * SLOWNESS, context=context)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def s_client(port, *options):
    return subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-servername", "localhost", *options], input="",
                          capture_output=True, text=True, timeout=20 * SLOWNESS, check=False)


@pytest.fixture(scope="module")
def server(certificates, tmp_path_factory):
    from server import Server
    with Server(tmp_path_factory.mktemp("server"), **tls(certificates)) as running:
        yield running


def test_plain_and_tls_at_the_same_time(server, certificates):
    assert get(https_port(server), "/health", trusting(certificates)) == (200, Http(server.http_port).get("/health").body)
    assert get(https_port(server), "/health", trusting(certificates), host="127.0.0.1")[0] == 200


def test_large_bodies_both_ways(server, certificates):
    from uploads import multipart, part
    content = bytes(range(256)) * 20_000
    connection = http.client.HTTPSConnection("localhost", https_port(server), timeout=20 * SLOWNESS, context=trusting(certificates))
    body, content_type = multipart(part("file", content, "f.bin"))
    connection.request("POST", "/v1/asset", body, {"Content-Type": content_type})
    key = connection.getresponse().read().decode()
    connection.request("GET", f"/v1/asset/{key}")
    assert connection.getresponse().read() == content
    connection.close()


@pytest.mark.parametrize(("options", "good"), [(["-tls1_3"], True), (["-tls1_2"], True), (["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"], False),
                                               (["-tls1", "-cipher", "ALL:@SECLEVEL=0"], False)])
def test_versions(server, options, good):
    answer = s_client(https_port(server), *options)
    assert ("Cipher is (NONE)" not in answer.stdout and "Cipher is" in answer.stdout) == good, answer.stdout + answer.stderr


@pytest.mark.parametrize("cipher", ["AES128-SHA", "AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA384", "DES-CBC3-SHA", "NULL", "aNULL"])
def test_old_ciphers_are_refused(server, cipher):
    answer = s_client(https_port(server), "-tls1_2", "-cipher", f"{cipher}:@SECLEVEL=0")
    assert "Cipher is (NONE)" in answer.stdout or "Cipher is" not in answer.stdout, answer.stdout


def test_new_ciphers_are_taken_and_nothing_is_compressed_or_renegotiated(server):
    for cipher in ("ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305"):
        answer = s_client(https_port(server), "-tls1_2", "-cipher", cipher)
        assert f"Cipher is {cipher}" in answer.stdout, answer.stdout
        assert "Compression: NONE" in answer.stdout
    import threading
    pushed = subprocess.Popen(["openssl", "s_client", "-connect", f"127.0.0.1:{https_port(server)}", "-tls1_2"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    stopper = threading.Timer(5 * SLOWNESS, pushed.kill)
    stopper.start()
    try:
        pushed.stdin.write("R\n")
        pushed.stdin.flush()
        output = pushed.communicate()[0]
    finally:
        stopper.cancel()
    assert "RENEGOTIATING" in output and ("error" in output.lower() or pushed.returncode != 0), output[-500:]


def test_without_trust_a_client_refuses(server):
    with pytest.raises(ssl.SSLCertVerificationError):
        get(https_port(server), "/health", ssl.create_default_context())


@pytest.mark.parametrize("garbage", [b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n", b"\x16\x03\x01\xff\xff" + b"\0" * 2000, b"\0" * 100_000, b"\x16\x03\x01"])
def test_garbage_on_the_tls_port(server, certificates, garbage):
    with socket.create_connection(("127.0.0.1", https_port(server)), timeout=10 * SLOWNESS) as connection:
        try:
            connection.sendall(garbage)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65_536):
                pass
        except OSError:
            pass
    assert get(https_port(server), "/health", trusting(certificates))[0] == 200


def test_a_replaced_certificate_is_picked_up(start, tmp_path):
    directory = make_certificate(tmp_path)
    server = start(**tls(directory))
    port, first = https_port(server), trusting(directory)
    kept = http.client.HTTPSConnection("localhost", port, timeout=10 * SLOWNESS, context=first)
    kept.request("GET", "/health")
    assert kept.getresponse().read()
    (directory / "key.pem").write_text("nonsense")
    time.sleep(2)
    assert get(port, "/health", first)[0] == 200, "a bad file changes nothing"
    make_certificate(directory)
    wait_for("the new certificate", lambda: answers(port, trusting(directory)), 15)
    assert not answers(port, first)
    kept.request("GET", "/health")
    assert kept.getresponse().status == 200, "connections that are open stay"
    kept.close()


def answers(port, context):
    try:
        return get(port, "/health", context)[0] == 200
    except ssl.SSLError:
        return False


@pytest.mark.parametrize(("missing", "word"), [("certificate.pem", "certificate.pem"), ("key.pem", "key.pem")])
def test_a_start_without_a_file_says_which(start, tmp_path, missing, word):
    directory = make_certificate(tmp_path)
    (directory / missing).unlink()
    with pytest.raises(AssertionError) as failure:
        start(**tls(directory))
    assert word in str(failure.value)


def test_a_key_that_does_not_belong_to_the_certificate(start, tmp_path):
    (tmp_path / "other").mkdir()
    directory, other = make_certificate(tmp_path), make_certificate(tmp_path / "other")
    shutil.copy(other / "key.pem", directory / "key.pem")
    with pytest.raises(AssertionError) as failure:
        start(**tls(directory))
    assert "key.pem" in str(failure.value)


def test_services_behind_tls_are_verified(start, tmp_path, closing):
    for folder in ("good", "wrong", "objects", "gateway", "distrustful", "misled"):
        (tmp_path / folder).mkdir()
    good, wrong = make_certificate(tmp_path / "good"), make_certificate(tmp_path / "wrong", "elsewhere.example")
    objects = start(tmp_path / "objects", roles="objects", event__stream__method="udp", http__plain=False, **tls(good))
    port = https_port(objects)

    def door(folder, directory, service_port, **more):
        return closing(Http(start(tmp_path / folder, roles="gateway", directory__static__objects=f"https://localhost:{service_port}",
                                  tls__ca__path=directory / "certificate.pem", **more).http_port))

    made = door("gateway", good, port).post("/v1/object", {"objects": [{"name": unique("n")}]})
    assert made.status == 200, made
    refused = door("distrustful", wrong, port).post("/v1/object", {"objects": [{"name": "n"}]})
    assert refused.status == 503 and refused.json["err_msg"], refused
    other = start(tmp_path / "misled", roles="objects", event__stream__method="udp", **tls(wrong))
    (tmp_path / "second").mkdir()
    refused = door("second", wrong, https_port(other)).post("/v1/object", {"objects": [{"name": "n"}]})
    assert refused.status == 503, "the name in the certificate is another"


def test_login_over_tls_makes_a_secure_cookie(start, certificates, closing):
    server = start(auth__active=True, **tls(certificates))
    name, password = server.wait_for_line(r"admin username=(\S+) password=(\S+)").groups()
    body = json.dumps({"username": name, "password": password})
    connection = http.client.HTTPSConnection("localhost", https_port(server), timeout=20 * SLOWNESS, context=trusting(certificates))
    connection.request("POST", "/login", body)
    answer = connection.getresponse()
    assert answer.status == 200 and "Secure" in answer.headers["Set-Cookie"]
    connection.close()
    plain = Http(server.http_port).post("/login", body.encode())
    assert "Secure" not in plain.headers["Set-Cookie"]

"""The few requests that the benchmarks send to Aesel over HTTP."""
import http.client
import json
import re


class Api:
    def __init__(self, port):
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def send(self, method, path, body=None):
        """The parsed answer; RuntimeError unless the server reports success."""
        text = json.dumps(body) if body is not None else None
        self._connection.request(method, path, text, {"Content-Type": "application/json"})
        response = self._connection.getresponse()
        answer = response.read()
        if response.status != 200:
            raise RuntimeError(f"{method} {path}: {response.status} {answer[:300]!r}")
        return answer

    def create_objects(self, scene, count, batch=500):
        """Their keys."""
        keys = []
        for first in range(0, count, batch):
            objects = [{"name": f"object-{i}", "scene": scene, "type": "mesh"}
                       for i in range(first, min(count, first + batch))]
            answer = json.loads(self.send("POST", "/v1/object", {"objects": objects}))
            keys += [element["key"] for element in answer["objects"]]
        return keys

    def register_devices(self, scene, first_port, count):
        for i in range(count):
            device = {"key": f"{scene}-device-{i}", "hostname": "127.0.0.1", "port": first_port + i}
            self.send("POST", "/v1/register", {"scenes": [{"key": scene, "devices": [device]}]})

    def metric(self, name):
        """A counter's value, whatever its labels."""
        text = self.send("GET", "/metrics").decode()
        values = re.findall(rf"^{name}(?:{{[^}}]*}})? ([0-9.e+]+)$", text, re.MULTILINE)
        return sum(float(value) for value in values)

    def object_body(self, key):
        return self.send("GET", f"/v1/object/{key}")

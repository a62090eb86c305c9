"""Every reply and every event that the tests see, checked against share/api: openapi.yaml and asyncapi.yaml.

`check_reply` is called by clients.Http, `check_event` by clients.Device. Both fail the test with what was answered, what
the description says instead, and where the two differ. What is found in a thread of load is found by conftest's
`described`, after the test.
"""

import functools
import json
import os
import pathlib
import urllib.parse

import jsonschema
import yaml

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "share" / "api"
LISTED_MAX = 48  # of a long list only so many elements are checked
METHODS = ("get", "put", "post", "delete", "patch")
UNROUTED = (400, 401, 403, 404, 405)  # a bad percent escape, no login, not for this user, no such path or method
ANY_ROUTE = (413, 431)  # what the server answers before it looks for a route
ANOTHER_ROLE = b"no such path"  # a route that is described, asked of a process that does not play its role

violations = []  # all of this session, for those who raised where nobody listens


class Violation(AssertionError):
    """The server did what its description does not say."""


def read(name):
    """A description with every $ref replaced by what it refers to. What two refer to is one dictionary."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    document = yaml.load((FOLDER / name).read_bytes(), loader)
    resolved = {}

    def look_up(reference):
        if reference not in resolved:
            value = document
            for part in reference.removeprefix("#/").split("/"):
                value = value[part.replace("~1", "/").replace("~0", "~")]
            resolved[reference] = None  # a circle would end in a schema that is null, which jsonschema refuses
            resolved[reference] = resolve(value)
        return resolved[reference]

    def resolve(value):
        if isinstance(value, dict):
            if isinstance(value.get("$ref"), str):
                return look_up(value["$ref"])
            return {name: resolve(member) for name, member in value.items()}
        return [resolve(element) for element in value] if isinstance(value, list) else value

    return resolve(document)


def some_items(validator, items, instance, schema):
    """`items`, but of a long list only the beginning, the end and some between."""
    if not validator.is_type(instance, "array"):
        return
    count = len(instance)
    if count <= LISTED_MAX:
        places = range(count)
    else:
        third = LISTED_MAX // 3
        places = [*range(third), *range(third, count - third, max(1, (count - 2 * third) // third)), *range(count - third, count)]
    for place in places:
        yield from validator.descend(instance[place], items, path=place)


Validator = jsonschema.validators.extend(jsonschema.Draft202012Validator, {"items": some_items})
_validators = {}


def errors_of(schema, value):
    """What is wrong with `value`, as text; empty if nothing is."""
    validator = _validators.get(id(schema))
    if validator is None:
        validator = _validators[id(schema)] = Validator(schema)
    if validator.is_valid(value):
        return []
    error = jsonschema.exceptions.best_match(validator.iter_errors(value))
    return [f"at {error.json_path}: {error.message[:600]}"]


class Api:
    """The operations of openapi.yaml, found by method and path as the server's router finds them."""

    def __init__(self):
        self.document = read("openapi.yaml")
        self.error = self.document["components"]["schemas"]["Error"]
        self.root = {}
        self.seen = {}  # (method, template) -> statuses
        for template, item in self.document["paths"].items():
            node = self.root
            for segment in template.strip("/").split("/"):
                node = node.setdefault("{}" if segment.startswith("{") else segment, {})
            node["/"] = (template, {method: item[method] for method in METHODS if method in item})

    def find(self, path):
        """Every (template, operations by method) that fits, literal segments before parameters."""
        path = urllib.parse.urlsplit(path if "://" in path else "http://h/" + path).path
        segments = [urllib.parse.unquote(segment) for segment in path.split("/") if segment]

        def walk(node, place):
            if place == len(segments):
                return [node["/"]] if "/" in node else []
            found = []
            for name in (segments[place], "{}"):
                if name in node and name != "/":
                    found += walk(node[name], place + 1)
            return found
        return walk(self.root, 0)

    def problems(self, method, path, status, content_type, body):
        wanted = "get" if method == "HEAD" else method.lower()
        found = next(((template, operations[wanted]) for template, operations in self.find(path) if wanted in operations), None)
        if found is None:
            if status not in UNROUTED:
                return [f"no such route is described, and it was not answered with one of {UNROUTED}"]
            return [] if method == "HEAD" else self._json_problems(self.error, content_type, body)
        template, operation = found
        self.seen.setdefault((method, template), set()).add(status)
        response = operation["responses"].get(str(status))
        if status in ANY_ROUTE or (status == 404 and ANOTHER_ROLE in body):
            return self._json_problems(self.error, content_type, body)
        if response is None:
            return [f"{operation['operationId']} does not answer that: described are {', '.join(operation['responses'])}"]
        contents = response.get("content", {})
        if method == "HEAD" or status == 304:
            return []
        if not contents:
            return [f"{operation['operationId']} has no body with that status"] if body else []
        plain = (content_type or "").partition(";")[0].strip().lower()
        for described, content in contents.items():
            main, _, sub = described.partition("/")
            if plain == described or (sub == "*" and (main == "*" or plain.startswith(main + "/"))):
                return self._json_problems(content["schema"], content_type, body) if plain == "application/json" else []
        return [f"the content type is {content_type!r}; described are {', '.join(contents)}"]

    @staticmethod
    def _json_problems(schema, content_type, body):
        if not (content_type or "").startswith("application/json"):
            return [f"the content type is {content_type!r} and not application/json"]
        try:
            value = json.loads(body)
        except ValueError as error:
            return [f"the body is not JSON: {error}"]
        return errors_of(schema, value)


@functools.lru_cache(maxsize=None)
def api():
    return Api()


@functools.lru_cache(maxsize=None)
def events():
    """msg_type -> the schema of what a device receives."""
    messages = read("asyncapi.yaml")["channels"]["device"]["messages"]
    schemas = [message["payload"] for message in messages.values()]
    return {kind: schema for schema in schemas for kind in schema["properties"]["msg_type"]["enum"]}


def fail(what, problems):
    text = "\n  ".join([what, *problems])
    violations.append(text)
    raise Violation(text)


def check_reply(method, path, status, headers, body):
    """Fails when openapi.yaml does not describe this reply."""
    if status == 303 and headers.get("Location", "").startswith("/portal/login?next=") and not body:
        return  # any GET of a browser that has to log in
    problems = api().problems(method, path, status, headers.get("Content-Type"), body)
    if problems:
        fail(f"{method} {path} was answered {status} {body[:300]!r}, but share/api/openapi.yaml says otherwise:", problems)


def check_event(event):
    """Fails when asyncapi.yaml does not describe this event, which a device received. What tests send through the change
    stream is opaque, and is told by having no msg_type that is a number."""
    if not isinstance(event, dict) or not isinstance(event.get("msg_type"), int):
        return
    schema = events().get(event["msg_type"])
    problems = errors_of(schema, event) if schema else [f"the msg_type is none of {', '.join(map(str, sorted(events())))}"]
    if problems:
        fail(f"a device received {json.dumps(event)[:600]}, but share/api/asyncapi.yaml says otherwise:", problems)


def coverage():
    """What the tests saw of the description, for people: AESEL_API_COVERAGE names the file."""
    lines = []
    for template, item in api().document["paths"].items():
        for method in METHODS:
            if method in item:
                seen = api().seen.get((method.upper(), template), set())
                lines.append(f"{method.upper():6} {template}: {' '.join(map(str, sorted(seen))) or '-'}")
    return "\n".join(lines) + "\n"


def write_coverage():
    if os.environ.get("AESEL_API_COVERAGE"):
        pathlib.Path(os.environ["AESEL_API_COVERAGE"]).write_text(coverage(), encoding="utf-8")

#!/usr/bin/env python3
"""Reads every #include of the sources and fails on one that points upwards or sideways.

    layers.py ROOT      ROOT holds src/ and app/

A folder of src/ may include itself and the folders of lower layers; folders of one layer do not include each other.
A back-end (storage/sqlite) may include its interface (storage/*.hpp) and lower layers, never another back-end; only
tests and the program may include a back-end. A vendor's header stays in the folder that is named for it.
"""

import pathlib
import re
import sys

LAYERS = [
    {"base"},
    {"telemetry", "crypto", "json", "wire", "geometry", "motion"},
    {"net"},
    {"http"},
    {"storage", "stream", "discovery", "secrets"},
    {"access"},
    {"catalog"},
    {"objects", "scenes", "assets", "projects", "gateway"},
    {"app"},
]
LEVEL = {folder: level for level, folders in enumerate(LAYERS) for folder in folders}
WITH_BACKENDS = LAYERS[4]
SHARED = "contract_tests"  # of a seam: for the tests of its back-ends
VENDORS = {  # what an include starts with -> the folders that may have it
    "sqlite3": {"storage/sqlite"},
    "sodium": {"crypto"},
    "crypt.h": {"crypto"},
    "openssl": {"crypto", "net", "http"},
    "boost/beast": {"http"},
    "simdjson": {"wire", "objects"},
    "CLI/": {"app"},
    "spdlog": {"telemetry"},
    "Eigen": {"geometry", "motion"},
    "mongoc": {"storage/mongo"},
    "bson": {"storage/mongo"},
    "librdkafka": {"stream/kafka"},
    "zmq": {"stream/zmq"},
}
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]', re.MULTILINE)


def is_test(path):
    return path.stem.endswith("_test") or SHARED in path.parts or path.stem.startswith("test_")


def part_of(path):
    """("storage", "sqlite") for storage/sqlite/x.hpp, ("objects", None) for objects/x.hpp."""
    folder = path.parts[0]
    return folder, path.parts[1] if folder in WITH_BACKENDS and len(path.parts) > 2 else None


def wrong_arrow(source, target, tested):
    """Why `source` may not include `target` (both relative to src/ or ROOT), or None."""
    (from_folder, from_backend), (to_folder, to_backend) = part_of(source), part_of(target)
    if to_folder not in LEVEL:
        return f"{to_folder}/ is in no layer; add it to LAYERS in layers.py"
    if from_folder == to_folder:
        if to_backend is None or to_backend == from_backend:
            return None
        if tested or from_backend == SHARED:
            return None
        return f"{from_folder}/{from_backend or ''} must not know {to_folder}/{to_backend}"
    if LEVEL[to_folder] > LEVEL[from_folder]:
        return f"{from_folder} is below {to_folder}"
    if LEVEL[to_folder] == LEVEL[from_folder]:
        return f"{from_folder} and {to_folder} are beside each other"
    if to_backend is not None and from_folder != "app" and not tested:
        return f"{from_folder} takes the interface of {to_folder}; only the program chooses {to_folder}/{to_backend}"
    return None


def wrong_vendor(source, include):
    folder, backend = part_of(source)
    for prefix, allowed in VENDORS.items():
        if include.startswith(prefix) and folder not in allowed and f"{folder}/{backend}" not in allowed:
            return f"<{include}> belongs into {' or '.join(sorted(allowed))}"
    return None


def problems(root):
    """One line per wrong include, sorted; and how many includes were read."""
    found, count = [], 0
    for top, base in ((root / "src", root / "src"), (root / "app", root)):
        for path in sorted(top.rglob("*")):
            if path.suffix not in (".cpp", ".hpp"):
                continue
            source, text = path.relative_to(base), path.read_text(encoding="utf-8")
            if source.parts[0] not in LEVEL:
                found.append(f"{path.relative_to(root)}: {source.parts[0]}/ is in no layer; add it to LAYERS in layers.py")
                continue
            for match in INCLUDE.finditer(text):
                count += 1
                include = pathlib.PurePosixPath(match[2])
                why = wrong_vendor(source, match[2])
                if why is None and match[1] == '"':
                    why = ("an include names its folder" if len(include.parts) < 2
                           else wrong_arrow(source, include, is_test(path)))
                if why is not None:
                    line = text.count("\n", 0, match.start()) + 1
                    found.append(f"{path.relative_to(root)}:{line}: {why}")
    return found, count


def main():
    found, count = problems(pathlib.Path(sys.argv[1]))
    print("\n".join(found) if found else f"{count} includes, all point downwards")
    if count == 0:
        print("nothing was read: is that the right folder?")
    return 1 if found or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())

"""Memory and the time from start to ready, empty and with many objects."""
import socket
import statistics
import time

from .api import Api
from .processes import Aesel, progress

EVENT = ('{"msg_type":1,"key":"%s","transform":[1.0,0.0,0.0,%d.5,0.0,1.0,0.0,-2.25,0.0,0.0,1.0,3.75,'
         '0.0,0.0,0.0,1.0]}')


def _starts(binary, workspace, store, times):
    seconds = []
    for _ in range(times):
        aesel = Aesel(binary, workspace, store=store)
        seconds.append(aesel.start_seconds)
        aesel.stop()
    return statistics.median(seconds)


def _empty_starts(binary, workspace, times):
    return statistics.median(_starts(binary, workspace, workspace.new_file(".db"), 1) for _ in range(times))


def _move_all(aesel, api, keys):
    """One event for each object, in portions that the receive buffer holds. The number applied."""
    before = api.metric("aesel_events_applied_total")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for first in range(0, len(keys), 500):
            for i in range(first, min(first + 500, len(keys))):
                sender.sendto((EVENT % (keys[i], i)).encode(), ("127.0.0.1", aesel.port))
            time.sleep(0.01)
    time.sleep(1.0)
    return api.metric("aesel_events_applied_total") - before


def measure_footprint(binary, workspace, *, objects, starts):
    progress("start with an empty store")
    result = {"objects": objects, "start_empty_s": _empty_starts(binary, workspace, starts)}
    aesel = Aesel(binary, workspace)
    time.sleep(1.0)
    result["idle_bytes"] = aesel.resident_bytes()
    progress(f"creating {objects} objects")
    api = Api(aesel.http_port)
    keys = api.create_objects("memory", objects)
    time.sleep(1.0)
    result["live_bytes"] = aesel.resident_bytes()
    progress(f"moving {objects} objects")
    result["events_applied"] = _move_all(aesel, api, keys)
    result["moved_bytes"] = aesel.resident_bytes()
    aesel.stop()
    progress(f"start with {objects} objects")
    result["start_full_s"] = _starts(binary, workspace, aesel.store, starts)
    loaded = Aesel(binary, workspace, store=aesel.store)
    time.sleep(1.0)
    result["loaded_bytes"] = loaded.resident_bytes()
    loaded.stop()
    return result

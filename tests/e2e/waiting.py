"""Waiting with deadlines. Nothing in these tests sleeps for a fixed time and hopes.

AESEL_E2E_SLOWNESS stretches every deadline, for binaries that are slowed down by a sanitizer.
"""

import os
import time

SLOWNESS = float(os.environ.get("AESEL_E2E_SLOWNESS", "1"))


def wait_for(what, condition, seconds=5.0, every=0.01):
    """Calls `condition` until it returns something true, which is returned. AssertionError after the deadline."""
    deadline = time.monotonic() + seconds * SLOWNESS
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds * SLOWNESS:g} s in vain for: {what}")
        time.sleep(every)

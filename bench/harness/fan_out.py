"""Events from one publisher to many devices: latency, processor time and the highest rate, for every server."""
import json
import statistics
import subprocess

from .api import Api
from .processes import Floor, free_udp_ports, progress

LOADS = [(1000, 10), (2000, 50)]  # events per second, devices
OBJECTS = 16
FIGURES = ("p50_us", "p99_us", "p999_us", "cpu_us_per_delivery", "loss")


class Contestant:
    """A server, and the arguments with which fan_out_load reaches it for a number of devices."""

    def __init__(self, name, arguments):
        self.name = name
        self.arguments = arguments  # by number of devices


def make_contestants(build, workspace, aesel, peers):
    first_port = free_udp_ports(50)
    contestants = [_floor(build, workspace, first_port)]
    for peer in peers:
        arguments = ["--protocol", peer.protocol, "--port", peer.port, "--pid", peer.pid, "--first-port", first_port]
        contestants.append(Contestant(peer.name, {devices: arguments for _, devices in LOADS}))
    contestants.append(_aesel(aesel, first_port))
    return contestants


def _floor(build, workspace, first_port):
    arguments = {}
    for _, devices in LOADS:
        floor = Floor(f"{build}/bench/floor", workspace, first_port=first_port, devices=devices)
        arguments[devices] = ["--port", floor.port, "--pid", floor.pid, "--first-port", first_port]
    return Contestant(Floor.name, arguments)


def _aesel(aesel, first_port):
    api = Api(aesel.http_port)
    arguments = {}
    for _, devices in LOADS:
        scene = f"bench-{devices}"
        api.register_devices(scene, first_port, devices)
        keys = api.create_objects(scene, OBJECTS)
        arguments[devices] = ["--port", aesel.port, "--pid", aesel.pid, "--first-port", first_port,
                              "--scene", scene, "--keys", ",".join(keys)]
    return Contestant(aesel.name, arguments)


def _load(build, *arguments):
    run = subprocess.run([f"{build}/bench/fan_out_load", *map(str, arguments)], stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, text=True)
    if run.returncode != 0:
        raise RuntimeError(f"fan_out_load failed: {run.stderr[-500:]}")
    return json.loads(run.stdout)


def measure_loads(build, contestants, *, repetitions, seconds):
    """{(rate, devices): {server: [trial, ...]}}. The servers take turns, each repetition in another order."""
    trials = {load: {c.name: [] for c in contestants} for load in LOADS}
    for repetition in range(repetitions):
        for rate, devices in LOADS:
            shift = repetition % len(contestants)
            for contestant in contestants[shift:] + contestants[:shift]:
                progress(f"fan-out {rate}/s x {devices}, {repetition + 1} of {repetitions}: {contestant.name}")
                trials[rate, devices][contestant.name].append(
                    _load(build, *contestant.arguments[devices], "--devices", devices, "--rate", rate,
                          "--seconds", seconds))
    return trials


def measure_highest(build, contestants, *, repetitions, seconds, factor):
    """{server: [trial at the highest rate, ...]}, at the larger number of devices."""
    devices = LOADS[-1][1]
    trials = {c.name: [] for c in contestants}
    start = {c.name: 4000 for c in contestants}
    for repetition in range(repetitions):
        for contestant in contestants:
            progress(f"highest rate x {devices}, {repetition + 1} of {repetitions}: {contestant.name}")
            trial = _load(build, *contestant.arguments[devices], "--devices", devices, "--seconds", seconds,
                          "--search", "--search-start", start[contestant.name], "--search-factor", factor)
            start[contestant.name] = max(500, 0.7 * trial["rate"])
            trials[contestant.name].append(trial)
    return trials


def medians(trials):
    return {figure: statistics.median(trial[figure] for trial in trials) for figure in FIGURES}


def paired_ratio(trials, floor, figure):
    """The median over the repetitions of our figure divided by the floor's in the same repetition."""
    ratios = [ours[figure] / theirs[figure] for ours, theirs in zip(trials, floor) if theirs[figure] > 0]
    return statistics.median(ratios) if ratios else float("nan")

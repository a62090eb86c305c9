#!/usr/bin/env python3
"""Writes share/motion/walker.bvh: a figure that walks in a circle and waves, 4 s at 30 frames a second.

The figure is 1.7 m tall, y is up and lengths are metres. Every angle is a sine of the time with a period that
divides 4 s, so the last frame leads into the first. The same text comes out on every run.

    tools/make_motion.py [OUTPUT]
"""

import math
import pathlib
import sys

FRAMES = 120
FPS = 30
CIRCLE_RADIUS_M = 0.85
STEP_PAIRS = 4  # in one lap; a pair is a step of each leg
ANKLE_HEIGHT_M = 0.09

# name, parent, offset from the parent
JOINTS = [
    ("hips", None, (0, 0, 0)),
    ("spine", "hips", (0, 0.12, 0)),
    ("chest", "spine", (0, 0.17, 0)),
    ("neck", "chest", (0, 0.22, 0)),
    ("head", "neck", (0, 0.10, 0.01)),
    ("left_shoulder", "chest", (0.06, 0.18, 0)),
    ("left_arm", "left_shoulder", (0.13, 0, 0)),
    ("left_forearm", "left_arm", (0, -0.28, 0)),
    ("left_hand", "left_forearm", (0, -0.25, 0)),
    ("right_shoulder", "chest", (-0.06, 0.18, 0)),
    ("right_arm", "right_shoulder", (-0.13, 0, 0)),
    ("right_forearm", "right_arm", (0, -0.28, 0)),
    ("right_hand", "right_forearm", (0, -0.25, 0)),
    ("left_thigh", "hips", (0.09, -0.04, 0)),
    ("left_shin", "left_thigh", (0, -0.42, 0)),
    ("left_foot", "left_shin", (0, -0.41, 0)),
    ("left_toes", "left_foot", (0, -0.06, 0.13)),
    ("right_thigh", "hips", (-0.09, -0.04, 0)),
    ("right_shin", "right_thigh", (0, -0.42, 0)),
    ("right_foot", "right_shin", (0, -0.41, 0)),
    ("right_toes", "right_foot", (0, -0.06, 0.13)),
]
# The hips turn about the vertical first, so that they lean as the body does and not as the world lies.
ORDERS = {"hips": "YXZ"}
OTHER_ORDER = "ZXY"
END_SITES = {
    "head": (0, 0.20, 0),
    "left_hand": (0, -0.17, 0),
    "right_hand": (0, -0.17, 0),
    "left_toes": (0, 0, 0.08),
    "right_toes": (0, 0, 0.08),
}


def leg(phase):
    """Thigh, shin and foot about x in degrees; a leg is furthest forward at phase 0."""
    thigh = -24 * math.cos(phase) - 4
    shin = 18 - 16 * math.cos(2 * phase + 0.5) + 20 * max(0.0, math.sin(phase - math.pi)) ** 2
    return thigh, shin, -(thigh + shin) * 0.8


def wave(lap):
    """How far the right arm is raised for the wave, 0 to 1: up in the first half of the lap."""
    return 0.5 - 0.5 * math.cos(2 * math.pi * min(1.0, lap * 2)) if lap < 0.5 else 0.0


def pose(lap):
    """Angles (z, x, y) in degrees by joint name, at this part of the lap (0 to 1), and the hips' position."""
    walk = 2 * math.pi * STEP_PAIRS * lap
    raised = wave(lap)
    swing = math.sin(2 * math.pi * 8 * lap)
    angles = {name: (0.0, 0.0, 0.0) for name, _, _ in JOINTS}
    angles["hips"] = (2.5 * math.sin(walk), 3.0, 360.0 * lap + 4 * math.cos(walk))
    angles["spine"] = (-2.0 * math.sin(walk), 1.0, -4 * math.cos(walk))
    angles["chest"] = (-1.0 * math.sin(walk), 0.0, -3 * math.cos(walk))
    angles["neck"] = (0.0, -2.0, 1.5 * math.cos(walk))
    angles["head"] = (3.0 * raised * swing, -2.0 + math.sin(2 * walk), 1.5 * math.cos(walk) - 12 * raised)
    for side, phase, sign in (("left", walk, 1), ("right", walk + math.pi, -1)):
        thigh, shin, foot = leg(phase)
        angles[f"{side}_thigh"] = (1.5 * sign, thigh, 3.0 * sign)
        angles[f"{side}_shin"] = (0.0, shin, 0.0)
        angles[f"{side}_foot"] = (0.0, foot, 0.0)
        angles[f"{side}_toes"] = (0.0, -10 * max(0.0, -math.cos(phase)), 0.0)
        angles[f"{side}_shoulder"] = (0.0, 0.0, 2.0 * sign * math.cos(phase))
        angles[f"{side}_arm"] = (7.0 * sign, 22 * math.cos(phase) + 2, 0.0)
        angles[f"{side}_forearm"] = (0.0, -18 + 8 * math.cos(phase), 0.0)
        angles[f"{side}_hand"] = (0.0, -5.0, 0.0)
    calm = 1 - raised
    arm, forearm = angles["right_arm"], angles["right_forearm"]
    angles["right_arm"] = (arm[0] * calm - 100 * raised, arm[1] * calm, 0.0)
    angles["right_forearm"] = ((-55 + 28 * swing) * raised, forearm[1] * calm, 0.0)
    angles["right_hand"] = (12 * math.sin(2 * math.pi * 8 * lap - 0.8) * raised, -5.0 * calm, 0.0)
    heading = 2 * math.pi * lap
    place = [-CIRCLE_RADIUS_M * math.cos(heading), 0.0, CIRCLE_RADIUS_M * math.sin(heading)]
    place[1] = ground_height(angles)
    return angles, place


def times(a, b):
    return [[sum(a[i][k] * b[k][j] for k in range(3)) for j in range(3)] for i in range(3)]


def in_order(name, zxy):
    """(axis, angle) in the order in which the joint's channels are listed."""
    by_axis = dict(zip("ZXY", zxy))
    return [(axis, by_axis[axis]) for axis in ORDERS.get(name, OTHER_ORDER)]


def rotation(name, zxy):
    """The product of the joint's rotations, in the order of its channels."""
    turned = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    for axis, degrees in in_order(name, zxy):
        c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        about = {
            "X": [[1, 0, 0], [0, c, -s], [0, s, c]],
            "Y": [[c, 0, s], [0, 1, 0], [-s, 0, c]],
            "Z": [[c, -s, 0], [s, c, 0], [0, 0, 1]],
        }
        turned = times(turned, about[axis])
    return turned


def ground_height(angles):
    """How high the hips are when the lower ankle is at its height above the ground."""
    world = {}
    for name, parent, offset in JOINTS:
        turned, at = world.get(parent, ([[1, 0, 0], [0, 1, 0], [0, 0, 1]], [0, 0, 0]))
        here = [at[i] + sum(turned[i][k] * offset[k] for k in range(3)) for i in range(3)]
        world[name] = (times(turned, rotation(name, angles[name])), here)
    left, right = world["left_foot"][1][1], world["right_foot"][1][1]
    # A smooth minimum: the weight passes from one foot to the other without a jolt.
    sharpness = 60.0
    low = -math.log(math.exp(-sharpness * left) + math.exp(-sharpness * right)) / sharpness
    return ANKLE_HEIGHT_M - low


def number(value):
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def numbers(values):
    return " ".join(number(value) for value in values)


def hierarchy(name, offset, depth):
    pad = "\t" * depth
    positions = "6 Xposition Yposition Zposition" if depth == 0 else "3"
    yield f"{pad}{'JOINT' if depth else 'ROOT'} {name}"
    yield pad + "{"
    yield f"{pad}\tOFFSET {numbers(offset)}"
    rotations = " ".join(f"{axis}rotation" for axis in ORDERS.get(name, OTHER_ORDER))
    yield f"{pad}\tCHANNELS {positions} {rotations}"
    for child, parent, child_offset in JOINTS:
        if parent == name:
            yield from hierarchy(child, child_offset, depth + 1)
    if name in END_SITES:
        yield from (f"{pad}\tEnd Site", f"{pad}\t{{", f"{pad}\t\tOFFSET {numbers(END_SITES[name])}", f"{pad}\t}}")
    yield pad + "}"


def motion():
    yield from ("MOTION", f"Frames: {FRAMES}", f"Frame Time: {1 / FPS:.9f}")
    for frame in range(FRAMES):
        angles, place = pose(frame / FRAMES)
        values = list(place)
        for name, _, _ in JOINTS:
            values += [degrees for _, degrees in in_order(name, angles[name])]
        yield numbers(values)


def main():
    here = pathlib.Path(__file__).resolve().parent.parent
    output = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else here / "share/motion/walker.bvh"
    lines = ["HIERARCHY", *hierarchy(JOINTS[0][0], JOINTS[0][2], 0), *motion()]
    output.write_text("\n".join(lines) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()

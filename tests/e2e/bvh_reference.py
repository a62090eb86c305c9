"""An independent reading of BVH files: world matrices computed with plain products and slerp, slowly and simply.

The end-to-end tests compare what devices receive with this. It shares nothing with the C++ reader but the
format: v_world = M_root ... M_joint, M = translation(offset + position channels) * rotations in channel order.

    motion = load("walker.bvh")
    motion.names, motion.parents, motion.frame_count, motion.frame_time_s
    motion.world(1.234, loop=True)   # one list of 16 numbers (row-major) per joint
"""

import math


class Motion:
    """A parsed file. `joints` holds (name, parent index or None, offset, channel names)."""

    def __init__(self, joints, frame_time_s, frames):
        self.joints = joints
        self.frame_time_s = frame_time_s
        self.frames = frames
        self.names = [name for name, _, _, _ in joints]
        self.parents = [parent for _, parent, _, _ in joints]
        self.frame_count = len(frames)

    def length_s(self, loop):
        """From the first frame to the last one, or, looping, to the first one again."""
        return (self.frame_count if loop else self.frame_count - 1) * self.frame_time_s

    def tick_count(self, fps):
        """How many ticks k have k / fps within the motion when it is played once."""
        return int(math.floor(self.length_s(loop=False) * fps + 1e-6)) + 1

    def world(self, time_s, loop=False, scale=1.0):
        """World matrices of all joints, as 16 numbers each; translations are multiplied by `scale`."""
        at = time_s / self.frame_time_s
        at = at % self.frame_count if loop else min(max(at, 0.0), self.frame_count - 1.0)
        if abs(at - round(at)) <= 1e-9:
            at = float(round(at))
        first = int(math.floor(at)) % self.frame_count
        part = at - math.floor(at)
        now = self._local_poses(first)
        if part:
            after = self._local_poses((first + 1) % self.frame_count)
            now = [_between(a, b, part) for a, b in zip(now, after)]
        world = []
        for (_, parent, _, _), (quaternion, translation) in zip(self.joints, now):
            local = _matrix(quaternion, translation)
            world.append(local if parent is None else _product(world[parent], local))
        for matrix in world:
            for index in (3, 7, 11):
                matrix[index] *= scale
        return world

    def _local_poses(self, frame):
        values = iter(self.frames[frame])
        poses = []
        for _, _, offset, channels in self.joints:
            translation = list(offset)
            quaternion = (1.0, 0.0, 0.0, 0.0)
            for channel in channels:
                axis = "xyz".index(channel[0])
                value = next(values)
                if channel.endswith("position"):
                    translation[axis] += value
                else:
                    half = math.radians(value) / 2
                    turn = [math.cos(half), 0.0, 0.0, 0.0]
                    turn[1 + axis] = math.sin(half)
                    quaternion = _multiply(quaternion, turn)
            poses.append((quaternion, translation))
        return poses


def load(path):
    """Reads a file. Raises ValueError for what it does not understand."""
    with open(path, encoding="utf-8") as file:
        head, _, body = file.read().partition("MOTION")
    lines = [line for line in body.splitlines() if line.strip()]
    count = int(lines[0].split(":")[1])
    frame_time_s = float(lines[1].split(":")[1])
    frames = [[float(number) for number in line.split()] for line in lines[2:]]
    joints = _joints(head)
    wanted = sum(len(channels) for _, _, _, channels in joints)
    if len(frames) != count or any(len(frame) != wanted for frame in frames):
        raise ValueError(f"{path}: expected {count} frames of {wanted} numbers")
    return Motion(joints, frame_time_s, frames)


def _joints(head):
    joints, open_blocks, current = [], [], None
    for line in head.splitlines():
        words = line.replace("{", " { ").split()
        if not words:
            continue
        keyword = words[0].upper()
        if keyword in ("ROOT", "JOINT"):
            parent = open_blocks[-1] if open_blocks else None
            joints.append([" ".join(word for word in words[1:] if word != "{"), parent, [0.0] * 3, []])
            current = len(joints) - 1
        elif keyword == "END":
            current = None
        elif keyword == "OFFSET" and open_blocks[-1] is not None:
            joints[open_blocks[-1]][2] = [float(word) for word in words[1:4]]
        elif keyword == "CHANNELS":
            joints[open_blocks[-1]][3] = [word.lower() for word in words[2:]]
        if "{" in words:
            open_blocks.append(current)
        if keyword == "}":
            open_blocks.pop()
    return [tuple(joint) for joint in joints]


def _multiply(a, b):
    aw, ax, ay, az = a
    bw, bx, by, bz = b
    return (
        aw * bw - ax * bx - ay * by - az * bz,
        aw * bx + ax * bw + ay * bz - az * by,
        aw * by - ax * bz + ay * bw + az * bx,
        aw * bz + ax * by - ay * bx + az * bw,
    )


def _between(a, b, part):
    """Slerp of the rotations the short way round, and the straight line between the translations."""
    (qa, ta), (qb, tb) = a, b
    cosine = sum(x * y for x, y in zip(qa, qb))
    if cosine < 0:
        qb, cosine = [-x for x in qb], -cosine
    if cosine > 1 - 1e-12:
        weights = (1 - part, part)
    else:
        angle = math.acos(cosine)
        weights = (math.sin((1 - part) * angle) / math.sin(angle), math.sin(part * angle) / math.sin(angle))
    mixed = [weights[0] * x + weights[1] * y for x, y in zip(qa, qb)]
    size = math.sqrt(sum(x * x for x in mixed))
    return [x / size for x in mixed], [x + part * (y - x) for x, y in zip(ta, tb)]


def _matrix(quaternion, translation):
    w, x, y, z = quaternion
    tx, ty, tz = translation
    return [
        1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y), tx,
        2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x), ty,
        2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y), tz,
        0.0, 0.0, 0.0, 1.0,
    ]


def _product(a, b):
    return [sum(a[4 * row + k] * b[4 * k + column] for k in range(4)) for row in range(4) for column in range(4)]

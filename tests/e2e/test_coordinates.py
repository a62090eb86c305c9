"""Coordinate systems over HTTP: registration answers the composition of rigid motions along the shortest path."""

import math

import pytest
from shapes import close, done, unique

S1_TO_S2 = ((5.640021, 3.819854, 2.850780), (0.350836, -0.719678, 0.261626))
S1_TO_S3 = ((4.819854, -5.140021, 0.850780), (-0.750939, -0.261424, -1.545879))
S2_TO_S1 = ((-6.146982, -3.081883, 2.691593), (-0.238749, 0.757107, -0.033121))
D1 = ((1, 2, 3), (0.1, 0.2, 0.3))
D2 = ((4, 5, 6), (0.4, -0.5, 0.6))
ZERO = ((0, 0, 0), (0, 0, 0))


def pose(motion):
    return None if motion is None else {"translation": list(motion[0]), "rotation": list(motion[1])}


def register(http, device, scene, motion=None):
    """((translation, rotation), key of the origin scene or None) as answered."""
    body = {"scenes": [{"key": scene, "devices": [{"key": device, "hostname": "127.0.0.1", "port": 9, "transform": pose(motion)}]}]}
    answer = done(http.post("/v1/register", body), records=2)["scenes"]
    transform = answer[0]["devices"][0]["transform"]
    return (transform["translation"], transform["rotation"]), answer[1].get("key")


def align(http, device, scene, motion):
    done(http.post("/v1/align", {"scenes": [{"key": scene, "devices": [{"key": device, "transform": pose(motion)}]}]}), records=1)


def align_both(http, first, first_motion, second, second_motion):
    """Links two scenes by a device that stands in both."""
    device = unique("calibrator")
    for scene in (first, second):
        register(http, device, scene)
    align(http, device, first, first_motion)
    align(http, device, second, second_motion)


def between(http, start, end):
    """The transform that a device new to `end` is told when it comes from `start`, which it must be told too."""
    device = unique("traveller")
    assert register(http, device, start) == ((list(ZERO[0]), list(ZERO[1])), None)
    motion, origin = register(http, device, end)
    assert origin == start
    return motion


def same(motion, expected, tolerance=2e-6):
    close(motion[0], expected[0], tolerance)
    close(motion[1], expected[1], tolerance)


@pytest.fixture
def three():
    return [unique("s1"), unique("s2"), unique("s3")]


def test_the_worked_example_forwards_backwards_and_over_a_path(scenes, three):
    one, two, third = three
    align_both(scenes, one, D1, two, D2)
    align_both(scenes, third, ZERO, two, ((0.5, -1, 2), (0, 0, math.pi / 2)))
    same(between(scenes, one, two), S1_TO_S2)
    same(between(scenes, two, one), S2_TO_S1)
    same(between(scenes, two, third), ((1.0, 0.5, -2.0), (0, 0, -math.pi / 2)))
    same(between(scenes, one, third), S1_TO_S3)


def test_rotation_turns_the_translation(scenes, three):
    """The smallest case in which composing translations apart from rotations goes wrong."""
    a, b, _ = three
    align_both(scenes, a, ((1, 0, 0), (0, 0, 0)), b, ((0, 0, 0), (0, 0, math.pi / 2)))
    same(between(scenes, a, b), ((0, -1, 0), (0, 0, math.pi / 2)))


def test_angles_are_answered_in_their_canonical_form(scenes, three):
    a, b, _ = three
    align_both(scenes, a, ZERO, b, ((0, 0, 0), (2.5, 2.0, 0.3)))
    same(between(scenes, a, b), ((0, 0, 0), (-0.641593, 1.141593, -2.841593)))


def test_a_later_align_replaces_the_link(scenes, three):
    a, b, _ = three
    align_both(scenes, a, ZERO, b, ((1, 0, 0), (0, 0, 0)))
    align_both(scenes, b, ZERO, a, ((0, 7, 0), (0, 0, 0)))
    same(between(scenes, a, b), ((0, -7, 0), (0, 0, 0)))


def test_the_shortest_path_is_taken(scenes, three):
    a, b, c = three
    align_both(scenes, a, ZERO, b, ((1, 0, 0), (0, 0, 0)))
    align_both(scenes, b, ZERO, c, ((1, 0, 0), (0, 0, 0)))
    same(between(scenes, a, c), ((2, 0, 0), (0, 0, 0)))
    align_both(scenes, a, ZERO, c, ((50, 0, 0), (0, 0, 0)))
    same(between(scenes, a, c), ((50, 0, 0), (0, 0, 0)))


def test_without_a_path_the_answer_is_identity_without_an_origin(scenes, three):
    device = unique("stranger")
    register(scenes, device, three[0])
    assert register(scenes, device, three[1]) == ((list(ZERO[0]), list(ZERO[1])), None)


def test_registering_makes_no_link(scenes, three):
    device = unique("stranger")
    register(scenes, device, three[0])
    register(scenes, device, three[1])
    other = unique("other")
    register(scenes, other, three[0])
    assert register(scenes, other, three[1])[1] is None


def test_a_registration_is_stored_as_the_device_stands_in_the_new_scene(scenes, three):
    """D_target = X after D_origin: seen by aligning the device to a third scene, where it stands at zero."""
    one, two, third = three
    align_both(scenes, one, D1, two, D2)
    device = unique("placed")
    register(scenes, device, one, D1)
    motion, origin = register(scenes, device, two)
    same(motion, S1_TO_S2)
    assert origin == one
    register(scenes, device, third)
    align(scenes, device, third, ZERO)
    # The link from the second scene to the third is now the inverse of where the device stands in the second.
    same(between(scenes, third, two), D2)


def test_registering_again_keeps_the_alignment(scenes, three):
    a, b, _ = three
    device = unique("twice")
    for scene in (a, b):
        register(scenes, device, scene)
    align(scenes, device, a, ((3, 0, 0), (0, 0, 0)))
    register(scenes, device, a)
    align(scenes, device, b, ZERO)
    same(between(scenes, a, b), ((-3, 0, 0), (0, 0, 0)))


def test_links_outlive_the_device_that_made_them(scenes, three):
    a, b, _ = three
    device = unique("gone")
    for scene in (a, b):
        register(scenes, device, scene)
    align(scenes, device, b, ((4, 0, 0), (0, 0, 0)))
    for scene in (a, b):
        done(scenes.post("/v1/deregister", {"scenes": [{"key": scene, "devices": [{"key": device}]}]}))
    same(between(scenes, a, b), ((4, 0, 0), (0, 0, 0)))


def test_links_go_with_their_scene(scenes, three):
    a, b, c = three
    align_both(scenes, a, ZERO, b, ZERO)
    align_both(scenes, b, ZERO, c, ZERO)
    done(scenes.delete(f"/v1/scene/{b}"))
    device = unique("stranger")
    register(scenes, device, a)
    assert register(scenes, device, c)[1] is None

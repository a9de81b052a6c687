"""Rekognition's calls under a policy profile: limits, floors, and whom the JMS confirms."""

import pytest

from app.domain.errors import PolicyFieldRefusedError, PurposeNotAllowedError
from app.domain.policy import Certainty, Effect, Floor, PolicyFacts, Profile, Rule
from tests.fakes import drawn_photo
from tests.fakes_jms import FakeJms
from tests.jails import booking
from tests.services.collections.conftest import ALL, CALL, Faces

ANN = drawn_photo("Ann", note="probe")
SCALE = "fake/1"


def ours(*effects: Effect) -> Profile:
    said = ("It is so.", "Nobody's", Certainty.OWN)
    rules = (Rule(f"rule-{i}", *said, effect) for i, effect in enumerate(effects))
    return Profile(PolicyFacts("ours", "7", "0f"), "Ours", tuple(rules))


async def test_what_is_not_said_is_as_with_aws_or_as_the_policy_allows(faces: Faces) -> None:
    for name in ("A1", "A2"):
        await faces.add(name, drawn_photo("Ann", note=name))

    free = await faces.search.by_image("mugshots", ANN, None, None, CALL)
    faces.profile = ours(Effect(max_candidates=1))
    limited = await faces.search.by_image("mugshots", ANN, None, None, CALL)

    assert (len(free.matches), len(limited.matches)) == (2, 1)
    with pytest.raises(PolicyFieldRefusedError, match="rule-0"):
        await faces.search.by_image("mugshots", ANN, 2, None, CALL)
    assert (await faces.audit())[-1].outcome == "policy_field_refused"


async def test_a_threshold_below_the_floor_is_refused_and_none_is_raised_to_it(
    faces: Faces,
) -> None:
    ids = await faces.book("Ann")
    await faces.users.create("mugshots", "U-1", None, CALL)
    faces.profile = ours(Effect(floor=Floor(90, SCALE)))

    found = await faces.search.by_image("mugshots", ANN, ALL, 91, CALL)
    unsaid = await faces.search.by_image("mugshots", ANN, ALL, None, CALL)

    assert len(found.matches) == len(unsaid.matches)
    with pytest.raises(PolicyFieldRefusedError, match="at least 90"):
        await faces.search.by_image("mugshots", ANN, ALL, 89, CALL)
    with pytest.raises(PolicyFieldRefusedError):
        await faces.search.by_face("mugshots", ids["Ann"], ALL, 89, CALL)
    with pytest.raises(PolicyFieldRefusedError):
        await faces.search_users.by_image("mugshots", ANN, ALL, 89, CALL)
    with pytest.raises(PolicyFieldRefusedError):
        await faces.search_users.by_face("mugshots", ids["Ann"], ALL, 89, CALL)
    with pytest.raises(PolicyFieldRefusedError):
        await faces.search_users.by_user("mugshots", "U-1", ALL, 89, CALL)
    faces.profile = ours(Effect(floor=Floor(90, "old/1")))
    with pytest.raises(PurposeNotAllowedError, match="old/1"):
        await faces.search.by_image("mugshots", ANN, ALL, 91, CALL)


async def test_whom_the_jms_does_not_confirm_is_left_out_and_counted(faces: Faces) -> None:
    jms = FakeJms({"A1": booking("A1")})
    faces.jms = jms
    for name in ("A1", "A2"):  # the JMS does not know the second
        await faces.add(name, drawn_photo("Ann", note=name))
    faces.profile = ours(Effect(confirmed_only=True))

    found = await faces.search.by_image("mugshots", ANN, ALL, 80, CALL)
    jms.down = True
    nobody = await faces.search.by_image("mugshots", ANN, ALL, 80, CALL)

    assert [match.face.external_image_id for match in found.matches] == ["A1"]
    assert nobody.matches == ()
    assert [entry.details["withheld"] for entry in (await faces.audit())[-2:]] == [1, 2]


async def test_a_user_of_whom_the_jms_confirms_no_photo_is_left_out(faces: Faces) -> None:
    jms = FakeJms({"Ann": booking("Ann")})
    faces.jms = jms
    ids = await faces.book("Ann")
    await faces.users.create("mugshots", "U-1", None, CALL)
    await faces.users.associate("mugshots", "U-1", [ids["Ann"]], 0, None, CALL)
    faces.profile = ours(Effect(confirmed_only=True))

    found = await faces.search_users.by_image("mugshots", ANN, ALL, 80, CALL)
    jms.down = True
    nobody = await faces.search_users.by_image("mugshots", ANN, ALL, 80, CALL)

    assert [match.user.user_id for match in found.matches] == ["U-1"]
    assert nobody.matches == ()


async def test_nobody_moves_up_for_a_user_whom_the_jms_does_not_confirm(faces: Faces) -> None:
    photo_of = {"U-1": "A1", "U-2": "A2"}
    for user, name in photo_of.items():
        [face] = await faces.add(name, drawn_photo("Ann", note=name))
        await faces.users.create("mugshots", user, None, CALL)
        await faces.users.associate("mugshots", user, [face.face_id], 0, None, CALL)
    ranked = await faces.search_users.by_image("mugshots", ANN, 2, 80, CALL)
    _, second = (match.user.user_id for match in ranked.matches)
    known = photo_of[second]  # the JMS does not know the first
    faces.jms = FakeJms({known: booking(known)})
    faces.profile = ours(Effect(confirmed_only=True))

    best = await faces.search_users.by_image("mugshots", ANN, 1, 80, CALL)
    both = await faces.search_users.by_image("mugshots", ANN, 2, 80, CALL)

    assert best.matches == ()
    assert [match.user.user_id for match in both.matches] == [second]
    assert [entry.details["withheld"] for entry in (await faces.audit())[-2:]] == [1, 1]

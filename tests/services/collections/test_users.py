"""Users of a collection."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import anyio
import pytest
from typing_extensions import override

from adapters.records.postgres import ConnectionPool
from app.domain.booking import RecordStatus
from app.domain.collection import AssociationRefusal
from app.domain.errors import (
    IdempotencyKeyReusedError,
    TooManyFacesOfUserError,
    UserExistsError,
    UserNotFoundError,
)
from app.ports.jms import BookingAnswers
from app.ports.records import Records
from app.ports.withheld_records import Hiding
from tests.fakes import drawn_photo
from tests.fakes_jms import FakeJms
from tests.jails import booking
from tests.services.collections.conftest import ALL, CALL, Faces

UNKNOWN = "11111111-2222-4333-8444-555555555555"


async def user_of(faces: Faces, *names: str, user_id: str = "U-1") -> list[str]:
    ids = await faces.book(*names)
    await faces.users.create("mugshots", user_id, None, CALL)
    await faces.users.associate("mugshots", user_id, list(ids.values()), 0, None, CALL)
    return list(ids.values())


async def found_users(faces: Faces, name: str) -> list[str]:
    probe = drawn_photo(name, note="probe")
    answer = await faces.search_users.by_image("mugshots", probe, ALL, 80, CALL)
    return [match.user.user_id for match in answer.matches]


async def test_a_user_is_found_by_a_photo_of_one_of_their_faces(faces: Faces) -> None:
    await user_of(faces, "Ann")

    assert await found_users(faces, "Ann") == ["U-1"]
    assert await found_users(faces, "Bob") == []


async def test_a_probe_without_a_face_finds_nobody(faces: Faces) -> None:
    await user_of(faces, "Ann")

    answer = await faces.search_users.by_image("mugshots", drawn_photo(), ALL, 80, CALL)

    assert (answer.faces, answer.matches) == ((), ())


async def test_a_user_is_made_once_and_deleted_once(faces: Faces) -> None:
    await faces.users.create("mugshots", "U-1", None, CALL)
    with pytest.raises(UserExistsError):
        await faces.users.create("mugshots", "U-1", None, CALL)

    await faces.users.delete("mugshots", "U-1", None, CALL)

    with pytest.raises(UserNotFoundError):
        await faces.users.delete("mugshots", "U-1", None, CALL)
    assert await faces.users.page("mugshots", None, 10, CALL) == []


async def test_a_repeated_request_gets_its_first_answer(faces: Faces) -> None:
    await faces.users.create("mugshots", "U-1", "token", CALL)
    await faces.users.create("mugshots", "U-1", "token", CALL)

    with pytest.raises(IdempotencyKeyReusedError):
        await faces.users.create("mugshots", "U-2", "token", CALL)


async def test_faces_that_cannot_be_associated_are_named_with_the_reason(faces: Faces) -> None:
    [taken] = await user_of(faces, "Ann")
    ids = await faces.book("Bob")
    await faces.users.create("mugshots", "U-2", None, CALL)

    answer = await faces.users.associate(
        "mugshots", "U-2", [taken, UNKNOWN, ids["Bob"]], 75, None, CALL
    )

    assert answer.face_ids == (ids["Bob"],)
    assert {one.face_id: one.reason for one in answer.refused} == {
        taken: AssociationRefusal.ASSOCIATED_TO_A_DIFFERENT_USER,
        UNKNOWN: AssociationRefusal.FACE_NOT_FOUND,
    }


async def test_a_face_of_somebody_else_is_refused_for_a_user(faces: Faces) -> None:
    await user_of(faces, "Ann")
    ids = await faces.book("Bob")

    answer = await faces.users.associate("mugshots", "U-1", [ids["Bob"]], 75, None, CALL)

    assert answer.face_ids == ()
    assert [one.reason for one in answer.refused] == [AssociationRefusal.LOW_MATCH_CONFIDENCE]


async def test_a_face_of_a_user_is_not_deleted(faces: Faces) -> None:
    [face_id] = await user_of(faces, "Ann")

    answer = await faces.delete("mugshots", [face_id], CALL)

    assert answer.face_ids == ()
    assert [(one.user_id, one.reason) for one in answer.refused] == [
        ("U-1", "ASSOCIATED_TO_AN_EXISTING_USER")
    ]


async def test_a_face_taken_from_a_user_no_longer_finds_them(faces: Faces) -> None:
    [face_id] = await user_of(faces, "Ann")

    answer = await faces.users.disassociate("mugshots", "U-1", [face_id, UNKNOWN], None, CALL)

    assert answer.face_ids == (face_id,)
    assert [one.reason for one in answer.refused] == [AssociationRefusal.FACE_NOT_FOUND]
    assert answer.user.faces == 0
    assert await found_users(faces, "Ann") == []


async def test_a_user_has_no_more_than_a_hundred_faces(faces: Faces) -> None:
    await faces.users.create("mugshots", "U-1", None, CALL)
    kept = [
        (await faces.add(f"A{number}", drawn_photo("Ann", note=str(number))))[0].face_id
        for number in range(101)
    ]

    await faces.users.associate("mugshots", "U-1", kept[:100], 0, None, CALL)
    with pytest.raises(TooManyFacesOfUserError):
        await faces.users.associate("mugshots", "U-1", kept[100:], 0, None, CALL)


async def test_users_are_found_by_face_and_by_user(faces: Faces) -> None:
    await user_of(faces, "Ann", user_id="U-1")
    [twin] = await faces.add("A2", drawn_photo("Ann", note="twin"))
    await faces.users.create("mugshots", "U-2", None, CALL)
    await faces.users.associate("mugshots", "U-2", [twin.face_id], 0, None, CALL)

    by_user = await faces.search_users.by_user("mugshots", "U-1", ALL, 80, CALL)
    by_face = await faces.search_users.by_face("mugshots", twin.face_id, ALL, 80, CALL)

    assert [match.user.user_id for match in by_user.matches] == ["U-2"]
    assert {match.user.user_id for match in by_face.matches} == {"U-1", "U-2"}
    with pytest.raises(UserNotFoundError):
        await faces.search_users.by_user("mugshots", "nobody", ALL, 80, CALL)


async def test_a_user_of_whom_nothing_may_be_shown_is_not_found(faces: Faces) -> None:
    faces.jms = FakeJms({"Ann": booking("Ann", "P-1", RecordStatus.SEALED)})
    await user_of(faces, "Ann")

    assert await found_users(faces, "Ann") == []


async def test_a_request_that_is_repeated_before_its_answer_gets_that_answer(faces: Faces) -> None:
    ids = list((await faces.book("Ann")).values())
    made, told, gone = list[None](), list[tuple[str, ...]](), list[None]()
    users = faces.users

    async def create() -> None:
        made.append(await users.create("mugshots", "U-1", "made", CALL))  # type: ignore[func-returns-value]  # None is the point

    async def associate() -> None:
        answer = await faces.users.associate("mugshots", "U-1", ids, 0, "told", CALL)
        told.append(answer.face_ids)

    async def delete() -> None:
        gone.append(await users.delete("mugshots", "U-1", "gone", CALL))  # type: ignore[func-returns-value]  # None is the point

    for repeated in (create, associate, delete):
        async with anyio.create_task_group() as tasks:
            for _ in range(4):
                tasks.start_soon(repeated)

    assert (len(made), told, len(gone)) == (4, [tuple(ids)] * 4, 4)
    entries = [entry for entry in await faces.audit() if entry.action == "manage_user"]
    assert sum("replayed" in entry.details for entry in entries) == 9


async def test_changes_in_many_collections_at_once_leave_connections_for_the_engine(
    faces: Faces, pool: ConnectionPool
) -> None:
    ids = {f"c{number}": "" for number in range(pool.max_size + 2)}
    for name in ids:
        await faces.manage.create(name, {}, CALL)
        ids[name] = (await faces.book("Ann", collection_id=name))["Ann"]
        await faces.users.create(name, "U-1", None, CALL)
    users, answers = faces.users, list[tuple[str, ...]]()

    async def associate(name: str) -> None:
        answer = await users.associate(name, "U-1", [ids[name]], 0, None, CALL)
        answers.append(answer.face_ids)

    async with anyio.create_task_group() as tasks:
        for name in ids:
            tasks.start_soon(associate, name)

    assert sorted(answers) == sorted((face_id,) for face_id in ids.values())


async def sealed_and_twin(faces: Faces, photos: int = 1) -> None:
    """Make the user U-1 of sealed photos S0, S1, ..., and U-2 of one photo that is not."""
    names = [f"S{number}" for number in range(photos)]
    sealed = {name: booking(name, "P-1", RecordStatus.SEALED) for name in names}
    faces.jms = FakeJms(sealed | {"A2": booking("A2", "P-2")})
    ids = [(await faces.add(name, drawn_photo("Ann", note=name)))[0].face_id for name in names]
    await faces.users.create("mugshots", "U-1", None, CALL)
    await faces.users.associate("mugshots", "U-1", ids, 0, None, CALL)
    [twin] = await faces.add("A2", drawn_photo("Ann", note="twin"))
    await faces.users.create("mugshots", "U-2", None, CALL)
    await faces.users.associate("mugshots", "U-2", [twin.face_id], 0, None, CALL)


async def test_who_may_not_be_shown_takes_nobody_elses_place(faces: Faces) -> None:
    await sealed_and_twin(faces)

    probe = drawn_photo("Ann", note="probe")
    answer = await faces.search_users.by_image("mugshots", probe, 1, 80, CALL)

    assert [match.user.user_id for match in answer.matches] == ["U-2"]
    assert (await faces.audit())[-1].details["withheld"] == 1


class SealsMeanwhile(FakeJms):
    """Says that everybody is active, and that a photo is sealed by an event just before that."""

    def __init__(self, records: Records, photo: str) -> None:
        super().__init__({photo: booking(photo, "P-1")})
        self._records = records
        self._photo = photo

    @override
    async def bookings(self, external_image_ids: Sequence[str]) -> BookingAnswers:
        now = datetime.now(UTC)
        why = Hiding(RecordStatus.SEALED, "evt-1", now, now + timedelta(minutes=1))
        async with self._records.unit() as unit:
            await unit.withheld.hide([self._photo], why)
        return await super().bookings(external_image_ids)


async def test_a_user_who_is_sealed_while_the_search_is_made_is_not_told(faces: Faces) -> None:
    await user_of(faces, "A1")
    faces.jms = SealsMeanwhile(faces.records.of("mugshots"), "A1")

    assert await found_users(faces, "A1") == []
    details = (await faces.audit())[-1].details
    assert (details["users"], details["withheld"]) == ([], 1)


async def test_a_user_of_whom_nothing_may_be_shown_is_not_searched(faces: Faces) -> None:
    await sealed_and_twin(faces)

    with pytest.raises(UserNotFoundError):
        await faces.search_users.by_user("mugshots", "U-1", ALL, 80, CALL)

    assert (await faces.audit())[-1].outcome == "user_not_found"


async def test_the_jms_is_asked_about_every_user_though_one_has_many_photos(faces: Faces) -> None:
    names = [f"A{number}" for number in range(60)]
    ids = [(await faces.add(name, drawn_photo("Ann", note=name)))[0].face_id for name in names]
    await faces.users.create("mugshots", "U-1", None, CALL)
    await faces.users.associate("mugshots", "U-1", ids, 0, None, CALL)
    [twin] = await faces.add("B1", drawn_photo("Ann", note="twin"))
    await faces.users.create("mugshots", "U-2", None, CALL)
    await faces.users.associate("mugshots", "U-2", [twin.face_id], 0, None, CALL)

    faces.jms = FakeJms({"B1": booking("B1", "P-2", RecordStatus.SEALED)})

    assert await found_users(faces, "Ann") == ["U-1"]

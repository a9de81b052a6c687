"""Measuring on enrolled people what a score means: others are counted, nobody is named."""

from dataclasses import replace
from uuid import uuid4

import pytest

from app.domain.audit import AuditAction
from app.domain.booking import RecordStatus
from app.domain.curve import LEAST_OF_GROUP
from app.domain.errors import (
    GalleryTooSmallError,
    JmsUnavailableError,
    NotCalibratedError,
    SourceUnusableError,
)
from app.ports.withheld_records import Hiding
from app.services.calibration.calibrate_gallery import LEAST_PEOPLE, CalibrateGallery
from app.services.calibration.manage_calibration import ManageCalibration
from app.services.open_own_collection import open_own_collection
from app.services.recorded import utc_now
from tests.databases import COLLECTION
from tests.fakes_calibration import FakeLookAlikes
from tests.jails import ACTOR, Jail
from tests.services.calibration.galleries import PEOPLE, booked, calibrated, fill


async def test_everybody_is_searched_among_the_others(jail: Jail) -> None:
    await fill(jail)

    found = await calibrated(jail)

    assert (found.people, found.faces, found.probes) == (PEOPLE, PEOPLE, PEOPLE)
    assert found.model == "fake/1"
    assert found.curves[0].others[0] == PEOPLE * (PEOPLE - 1)
    assert found.curves[0].others[-1] == 0


async def test_groups_are_what_the_jms_says_and_small_ones_are_only_named(jail: Jail) -> None:
    await fill(jail)

    found = await calibrated(jail)

    assert {one.group: one.probes for one in found.groups} == {
        "race W": PEOPLE - 10,
        "race W, sex F": PEOPLE // 2 - 10,
        "race W, sex M": PEOPLE // 2,
        "sex F": PEOPLE // 2,
        "sex M": PEOPLE // 2,
    }
    assert found.too_few == ("race I", "race I, sex F")


async def test_without_a_jms_no_group_is_measured(jail: Jail) -> None:
    await fill(jail)
    jail.jms = None

    assert (await calibrated(jail)).groups == ()


async def test_own_photos_are_never_counted_as_other_people(jail: Jail) -> None:
    jail.fake_jms.known = {f"A{n}": booked(n, n % PEOPLE) for n in range(PEOPLE + 20)}
    await jail.book({f"A{n}": f"person {n % PEOPLE}" for n in range(PEOPLE + 20)})

    found = await calibrated(jail)

    assert (found.people, found.faces) == (PEOPLE, PEOPLE + 20)
    assert found.curves[0].others[0] == PEOPLE * (PEOPLE - 1)
    reached = [raw for raw, n in zip(found.raw_scores, found.curves[0].others, strict=True) if n]
    assert max(reached) < 0.6  # as alike as two names are at most; one name is 1.0 like itself


async def test_faces_of_people_whose_id_is_not_known_are_left_out(jail: Jail) -> None:
    await fill(jail)
    await jail.book({"B1": "person 1", "B2": "person 2"})

    found = await calibrated(jail)

    assert (found.people, found.nameless) == (PEOPLE, 2)


async def test_whom_no_search_would_show_is_left_out(jail: Jail) -> None:
    jail.fake_jms.known = {f"A{n}": booked(n) for n in range(PEOPLE)}
    jail.fake_jms.known["A0"] = replace(booked(0), status=RecordStatus.SEALED)
    await jail.book({f"A{n}": f"person {n}" for n in range(PEOPLE)})

    assert (await calibrated(jail)).people == PEOPLE - 1


async def test_the_same_people_are_drawn_with_the_same_seed(jail: Jail) -> None:
    await fill(jail)

    one, again, other = [await calibrated(jail, 50, seed) for seed in (1, 1, 2)]

    assert one.probes == 50
    assert one.curves == again.curves
    assert one.curves != other.curves


async def test_it_is_kept_and_recorded_without_a_person_in_it(jail: Jail) -> None:
    await fill(jail)

    found = await calibrated(jail)

    assert await ManageCalibration(jail.records).show() == found
    begun, entry = (await jail.audit())[-2:]
    assert (begun.action, begun.outcome) == (AuditAction.CALIBRATE, "answered")
    assert begun.details == {
        "step": "begun",
        "seed": 1,
        "most_probes": 1000,
        "asks_jms": True,
    }
    assert (entry.action, entry.outcome) == (AuditAction.CALIBRATE, "calibrated")
    assert entry.details["calibration_id"] == found.calibration_id
    assert "P-1" not in repr(found) + repr(begun) + repr(entry)


async def test_a_gallery_of_few_people_is_refused_with_what_is_missing(jail: Jail) -> None:
    await fill(jail, LEAST_PEOPLE - 1)

    with pytest.raises(GalleryTooSmallError, match=f"{LEAST_PEOPLE - 1} people"):
        await calibrated(jail)


async def test_a_jms_that_does_not_answer_leaves_nothing_behind(jail: Jail) -> None:
    await fill(jail)
    jail.fake_jms.down = True

    with pytest.raises(JmsUnavailableError):
        await calibrated(jail)

    with pytest.raises(NotCalibratedError):
        await ManageCalibration(jail.records).show()
    assert [(one.action, one.outcome) for one in (await jail.audit())[-2:]] == [
        (AuditAction.CALIBRATE, "answered"),  # begun
        (AuditAction.CALIBRATE, "jms_unavailable"),
    ]


async def test_with_the_settings_of_another_model_it_is_refused_and_told(jail: Jail) -> None:
    await fill(jail)
    calibrate = CalibrateGallery(FakeLookAlikes(jail.engine, "other/1"), jail.records, jail.jms)

    with pytest.raises(SourceUnusableError, match="served with the model fake/1"):
        await calibrate(1000, 1, ACTOR, lambda *_: None)

    assert (await jail.audit())[-1].outcome == "source_unusable"


async def test_whom_the_jms_now_lets_nobody_see_is_left_out_and_hidden(jail: Jail) -> None:
    await fill(jail)
    gone = replace(booked(0), status=RecordStatus.EXPUNGED)
    jail.fake_jms.known["A0"] = gone

    found = await calibrated(jail)

    assert (found.people, found.probes) == (PEOPLE - 1, PEOPLE - 1)
    assert found.curves[0].others[0] == (PEOPLE - 1) * (PEOPLE - 2)
    async with jail.records.view() as view:
        standings = await view.standings.of(["A0"])
    assert standings["A0"].status is RecordStatus.EXPUNGED


async def test_a_person_who_may_be_seen_by_another_photo_stays_among_the_others(
    jail: Jail,
) -> None:
    """One of two photos is sealed: whichever was drawn, the person is still enrolled."""
    jail.fake_jms.known = {f"A{n}": booked(n, n % PEOPLE) for n in range(2 * PEOPLE)}
    await open_own_collection(jail.records, COLLECTION, await jail.engine.describe(), None)
    await jail.book({f"A{n}": f"person {n % PEOPLE}" for n in range(2 * PEOPLE)})
    jail.fake_jms.known |= {
        f"A{n}": replace(booked(n), status=RecordStatus.SEALED) for n in range(PEOPLE)
    }

    found = await calibrated(jail)

    assert found.people == PEOPLE
    assert LEAST_OF_GROUP <= found.probes < PEOPLE
    assert found.faces == 2 * PEOPLE - (PEOPLE - found.probes)


async def test_faces_of_a_photo_of_several_are_nobodys(jail: Jail) -> None:
    await fill(jail)
    async with jail.records.unit() as unit:
        record = await unit.photos.get_locked("A0")
        assert record is not None
        bystander = replace(record.faces[0], face_id=str(uuid4()))
        await unit.photos.put(replace(record, faces=(*record.faces, bystander)), {})
    jail.engine.held[bystander.face_id] = ("a bystander", "A0")

    found = await calibrated(jail)

    assert (found.people, found.nameless) == (PEOPLE - 1, 2)


async def test_what_is_hidden_by_word_of_an_event_is_left_out(jail: Jail) -> None:
    await fill(jail)
    now = utc_now()
    async with jail.records.unit() as unit:
        await unit.withheld.hide(["A3"], Hiding(RecordStatus.SEALED, "event-1", now, now))

    assert (await calibrated(jail)).people == PEOPLE - 1


async def test_dropped_it_counts_no_more_and_that_is_recorded(jail: Jail) -> None:
    await fill(jail)
    found = await calibrated(jail)

    dropped = await ManageCalibration(jail.records).drop(ACTOR)

    assert dropped == found
    with pytest.raises(NotCalibratedError):
        await ManageCalibration(jail.records).show()
    entry = (await jail.audit())[-1]
    assert (entry.action, entry.model) == (AuditAction.DROP_CALIBRATION, "fake/1")


async def test_what_does_not_count_is_not_dropped(jail: Jail) -> None:
    await fill(jail)

    with pytest.raises(NotCalibratedError):
        await ManageCalibration(jail.records).drop(ACTOR)

    assert {one.action for one in await jail.audit()} == {AuditAction.INDEX}

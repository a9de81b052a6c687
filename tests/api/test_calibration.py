"""How many other people reach a score, and the mode by that, over HTTP."""

from dataclasses import replace

import httpx
import pytest

from app.domain.differential import GroupRate, MeasuredDifferential
from app.domain.high_confidence import HighConfidence
from app.services.open_own_collection import open_own_collection
from app.services.recorded import utc_now
from tests.api.applications import BOB, application, index, problem, search
from tests.databases import COLLECTION
from tests.domain.calibrations import NEARLY_EQUAL, calibration, curve
from tests.fakes import FakeFaceEngine
from tests.jails import Jail

MEN = curve("sex M", 100, 100 * 999, 11_000, 1100, 110, 10, 0)
WOMEN = curve("sex F", 100, 100 * 999, 10_000, 1000, 100, 10, 0)


@pytest.fixture
async def calibrated(jail: Jail) -> Jail:
    async with jail.records.unit() as unit:
        made = calibration(MEN, WOMEN, compared=NEARLY_EQUAL, made_at=utc_now())
        await unit.calibrations.add(made)
    return jail


@pytest.mark.usefixtures("calibrated")
async def test_a_candidate_says_how_many_others_and_what_that_means(
    client: httpx.AsyncClient,
) -> None:
    await index(client, "A1")

    body = (await search(client)).json()

    expected = body["candidates"][0]["expected_false_positives"]
    assert expected["expected"] is None
    assert (expected["low"], expected["people"]) == (0, 1)
    assert 0 < expected["high"] < 0.03
    assert expected["worst_group"]["group"] in {"sex M", "sex F"}
    assert expected["worst_group"]["high"] > expected["high"]
    assert expected["meaning"] == "if the person is not enrolled; not a probability of identity"
    assert expected["calibration_id"] == "20261130-0a1b2c3d"
    assert expected["calibrated_at"].endswith("Z")
    assert body["mode"] == "investigation"


async def test_a_past_search_is_shown_with_what_was_expected_then(
    client: httpx.AsyncClient, calibrated: Jail
) -> None:
    await index(client, "A1")
    body = (await search(client)).json()

    async with calibrated.records.unit() as unit:
        await unit.calibrations.add(calibration())
    shown = (await client.get(f"/searches/{body['search_id']}")).json()
    listed = (await client.get("/searches")).json()

    assert shown["candidates"] == body["candidates"]
    assert listed["items"][0]["candidates"] == body["candidates"]


async def test_the_mode_is_refused_with_what_is_missing(client: httpx.AsyncClient) -> None:
    await index(client, "A1")

    refused = await search(client, mode="high_confidence")

    body = problem(refused, 409, "high_confidence_refused")
    assert "candid calibrate --gallery" in body["detail"]


async def test_the_mode_shows_nobody_whom_others_may_equal(jail: Jail) -> None:
    rates = GroupRate("A", 1100, 100_000, 20_000), GroupRate("B", 1000, 100_000, 20_000)
    jail.engine = FakeFaceEngine(differential=MeasuredDifferential("a set", 90, "a score", *rates))
    made = calibration(MEN, WOMEN, compared=NEARLY_EQUAL, made_at=utc_now())
    async with jail.records.unit() as unit:
        await unit.calibrations.add(replace(made, faces=1, nameless=0))
    async with application(jail) as client:
        await index(client, "A1")
        [candidate] = (await search(client, photo=BOB)).json()["candidates"]

    jail.high_confidence = HighConfidence(candidate["expected_false_positives"]["high"] / 2)
    async with application(jail) as client:
        body = (await search(client, photo=BOB, mode="high_confidence")).json()

    assert body["candidates"] == []
    assert body["mode"] == "high_confidence"


async def test_an_unknown_mode_is_refused(client: httpx.AsyncClient) -> None:
    problem(await search(client, mode="certain"), 422, "invalid_request")


async def test_the_model_tells_on_whom_it_was_calibrated(
    client: httpx.AsyncClient, jail: Jail
) -> None:
    await open_own_collection(jail.records, COLLECTION, await jail.engine.describe(), None)
    made = calibration(MEN, WOMEN)
    before = (await client.get("/model")).json()
    async with jail.records.unit() as unit:
        await unit.calibrations.add(made)

    after = (await client.get("/model")).json()

    assert before["calibration"] is None
    assert after["calibration"] == {
        "calibration_id": made.calibration_id,
        "made_at": "2026-11-30T08:00:00.000Z",
        "probes": made.probes,
        "people": made.people,
        "faces": made.faces,
    }

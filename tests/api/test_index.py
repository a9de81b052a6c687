"""/index over HTTP."""

import httpx
from structlog.testing import capture_logs
from typing_extensions import override

from app.domain.booking import RecordStatus
from app.domain.errors import EngineMisconfiguredError, InvalidExternalImageIdError
from app.domain.face import Enrolled
from tests.api.applications import application, index, problem
from tests.fakes import DrawnFace, FakeFaceEngine, drawn_photo
from tests.jails import Jail, booking

MODEL = "/srv/models/own.onnx"


class UnusableEngine(FakeFaceEngine):
    """Cannot read its network any more."""

    @override
    async def enrol(self, photo: bytes, external_image_id: str, face: int | None) -> Enrolled:
        raise EngineMisconfiguredError(f"The face model {MODEL} cannot be loaded.")


async def test_a_first_photo_is_201_and_again_200_unchanged(client: httpx.AsyncClient) -> None:
    first = await index(client, "A1")
    again = await index(client, "A1")

    assert (first.status_code, first.json()["outcome"]) == (201, "created")
    assert (again.status_code, again.json()["outcome"]) == (200, "unchanged")
    assert first.json()["faces"] == again.json()["faces"]


async def test_other_bytes_are_200_replaced(client: httpx.AsyncClient) -> None:
    await index(client, "A1")

    response = await index(client, "A1", drawn_photo("Ann", note="newer"))

    assert (response.status_code, response.json()["outcome"]) == (200, "replaced")


async def test_a_profile_is_200_skipped_with_the_reason(client: httpx.AsyncClient) -> None:
    response = await index(client, "A1", view="left")

    body = response.json()
    assert response.status_code == 200
    assert (body["outcome"], body["status"], body["reason"]) == ("skipped", "skipped", "view_left")


async def test_several_faces_are_listed_by_place(client: httpx.AsyncClient) -> None:
    response = await index(client, "A1", drawn_photo(DrawnFace("Ann"), DrawnFace("Bob", 0.4)))

    errors = problem(response, 422, "several_faces")["errors"]
    assert [one["field"] for one in errors] == ["faces.0", "faces.1"]


async def test_a_face_that_is_refused_says_the_reason(client: httpx.AsyncClient) -> None:
    response = await index(client, "A1", drawn_photo(DrawnFace("Ann", dark=True)))

    errors = problem(response, 422, "face_refused")["errors"]
    assert errors == [{"field": "faces.0", "message": "LOW_BRIGHTNESS"}]


async def test_an_id_that_could_be_no_join_is_422_with_the_pattern(
    client: httpx.AsyncClient,
) -> None:
    sent = await index(client, "A 1")
    asked = await client.get("/index/A%201")

    for response in (sent, asked):
        detail = problem(response, 422, InvalidExternalImageIdError.code)["detail"]
        assert "[a-zA-Z0-9_.\\-:]{1,255}" in detail


async def test_a_removed_id_is_404_and_cannot_be_indexed_until_restored(
    client: httpx.AsyncClient,
) -> None:
    await index(client, "A1")

    removed = await client.delete("/index/A1")

    assert (removed.status_code, removed.content) == (204, b"")
    problem(await client.get("/index/A1"), 404, "not_indexed")
    problem(await client.delete("/index/A1"), 404, "not_indexed")
    problem(await index(client, "A1"), 409, "tombstoned")
    assert (await index(client, "A1", restore="true")).status_code == 201


async def test_the_index_is_listed_page_by_page(client: httpx.AsyncClient) -> None:
    for external_image_id in ("C1", "A1", "B1"):
        await index(client, external_image_id)

    first = (await client.get("/index", params={"limit": 2})).json()
    second = (await client.get("/index", params={"limit": 2, "after": first["next"]})).json()

    assert [one["external_image_id"] for one in first["items"]] == ["A1", "B1"]
    assert [one["external_image_id"] for one in second["items"]] == ["C1"]
    assert second["next"] is None


async def test_a_record_is_shown_with_rounded_boxes(client: httpx.AsyncClient) -> None:
    await index(client, "A1", drawn_photo(DrawnFace("Ann", 1 / 3)))

    body = (await client.get("/index/A1")).json()

    [face] = body["faces"]
    assert face["box"]["width"] == 0.3333
    assert body["indexed_at"].endswith("Z")


async def test_a_misspelt_filter_is_refused_and_lists_nothing(client: httpx.AsyncClient) -> None:
    response = await client.get("/index", params={"afer": "A1"})

    [error] = problem(response, 422, "invalid_request")["errors"]
    assert error == {"field": "afer", "message": "unknown parameter; known are after, limit"}


async def test_an_engine_that_is_down_is_503_and_says_when_to_come_back(
    client: httpx.AsyncClient, jail: Jail
) -> None:
    jail.engine.down = True

    response = await index(client, "A1")

    problem(response, 503, "engine_unavailable")
    assert response.headers["Retry-After"] == "2"


async def test_what_is_wrong_with_the_engine_is_for_the_log_and_not_for_callers(
    jail: Jail,
) -> None:
    jail.engine = UnusableEngine()

    async with application(jail) as client:
        with capture_logs() as lines:
            response = await index(client, "A1")

    detail = problem(response, 503, "engine_misconfigured")["detail"]
    assert MODEL not in response.text
    assert detail == EngineMisconfiguredError.text
    [line] = [line for line in lines if line["event"] == "request_not_served"]
    assert MODEL in line["detail"]


async def test_a_repeated_key_gets_the_first_answer(client: httpx.AsyncClient) -> None:
    client.headers["Idempotency-Key"] = "k-1"

    first = await index(client, "A1")
    again = await index(client, "A1")

    assert (first.status_code, first.json()) == (again.status_code, again.json())


async def test_a_record_that_may_not_be_shown_is_not_in_the_index(
    client: httpx.AsyncClient, jail: Jail
) -> None:
    jail.fake_jms.known["A1"] = booking("A1", "P-1")
    client.headers["Idempotency-Key"] = "k-1"
    shown = (await index(client, "A1")).json()
    jail.fake_jms.known["A1"] = booking("A1", "P-1", RecordStatus.SEALED)
    await client.get("/bookings/A1")

    one = await client.get("/index/A1")
    listed = (await client.get("/index?limit=1")).json()
    again = (await index(client, "A1")).json()

    assert shown["person_id"] == "P-1"
    problem(one, 404, "record_withheld")
    assert (listed["items"], listed["next"]) == ([], "A1")
    assert again == shown | {"person_id": None}

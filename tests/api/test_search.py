"""/search, /searches and /detect over HTTP."""

import httpx
import pytest

from app.domain.search import NOTICE
from tests.api.applications import ANN, BOB, index, problem, search
from tests.fakes import DrawnFace, drawn_photo
from tests.jails import Jail, booking


async def test_candidates_come_with_bookings_and_the_notice(
    client: httpx.AsyncClient, jail: Jail
) -> None:
    jail.fake_jms.known["A1"] = booking("A1", "P-1")
    await index(client, "A1")

    response = await search(client, case_number=" 26-001234 ", purpose="missing_person")

    body = response.json()
    [candidate] = body["candidates"]
    assert response.status_code == 200
    assert (body["case_number"], body["purpose"]) == ("26-001234", "missing_person")
    assert body["notice"] == NOTICE
    assert candidate["booking"]["booking_number"] == "B-A1"
    assert candidate["booking"]["extra"] == {"pod": "C"}
    assert candidate["photo_url"] == "/photos/A1"
    assert candidate["expected_false_positives"] is None


async def test_numbers_are_rounded(client: httpx.AsyncClient) -> None:
    await index(client, "A1", BOB)

    body = (await search(client)).json()

    [candidate] = body["candidates"]
    assert candidate["similarity"] == round(candidate["similarity"], 2)
    assert all(value == round(value, 1) for value in body["timings_ms"].values())


async def test_without_a_purpose_it_is_a_test_and_the_answer_warns(
    client: httpx.AsyncClient,
) -> None:
    body = (await search(client)).json()

    assert body["purpose"] == "training_test"
    [warning] = body["probe"]["warnings"]
    assert "training_test" in warning
    assert "a purpose must be named" in warning


async def test_nobody_to_resemble_is_200_with_no_candidate(client: httpx.AsyncClient) -> None:
    response = await search(client)

    assert (response.status_code, response.json()["candidates"]) == (200, [])


async def test_a_jms_that_is_down_costs_the_bookings_only(
    client: httpx.AsyncClient, jail: Jail
) -> None:
    await index(client, "A1")
    jail.fake_jms.down = True

    [candidate] = (await search(client)).json()["candidates"]

    assert (candidate["booking_status"], candidate["booking"]) == ("unavailable", None)


async def test_a_probe_without_a_face_is_422(client: httpx.AsyncClient) -> None:
    problem(await search(client, drawn_photo()), 422, "no_face")


async def test_a_face_that_is_not_there_is_422(client: httpx.AsyncClient) -> None:
    problem(await search(client, face="4"), 422, "face_index")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("purpose", "curiosity"),
        ("max_candidates", "51"),
        ("max_candidates", "0"),
        ("min_similarity", "nan"),
        ("min_similarity", "101"),
        ("face", "-1"),
        ("face", "largest"),
        ("case_number", 101 * "9"),
        ("notes", 2001 * "n"),
    ],
)
async def test_a_field_that_does_not_fit_is_named_and_its_value_not_repeated(
    client: httpx.AsyncClient, field: str, value: str
) -> None:
    response = await client.post("/search", data={field: value}, files={"photo": ANN})

    [error] = problem(response, 422, "invalid_request")["errors"]
    assert error["field"] == field
    assert len(value) < 3 or value not in response.text


async def test_empty_fields_count_as_not_sent(client: httpx.AsyncClient) -> None:
    response = await search(client, case_number="", purpose="", face="", notes="")

    assert response.status_code == 200
    assert response.json()["case_number"] is None


async def test_a_repeated_key_gets_the_first_answer_and_another_request_422(
    client: httpx.AsyncClient,
) -> None:
    first = await search(client, key="k-1")
    again = await search(client, key="k-1")

    assert again.json() == first.json()
    problem(await search(client, BOB, key="k-1"), 422, "idempotency_key_reused")


async def test_a_key_that_cannot_be_one_is_422(client: httpx.AsyncClient) -> None:
    response = await search(client, key="two words")

    [error] = problem(response, 422, "invalid_request")["errors"]
    assert error["field"] == "Idempotency-Key"


async def test_past_searches_are_shown_and_listed_by_case(client: httpx.AsyncClient) -> None:
    answers = [(await search(client, case_number="26-1")).json() for _ in range(3)]
    await search(client, case_number="26-2")

    one = await client.get(f"/searches/{answers[0]['search_id']}")
    first = (await client.get("/searches", params={"case_number": "26-1", "limit": 2})).json()
    params = {"case_number": "26-1", "limit": 2, "after": first["next"]}
    second = (await client.get("/searches", params=params)).json()

    assert one.json() == answers[0]
    listed = [item["search_id"] for item in first["items"] + second["items"]]
    assert sorted(listed) == sorted(answer["search_id"] for answer in answers)
    assert second["next"] is None


async def test_more_than_a_hundred_past_searches_are_asked_page_by_page(
    client: httpx.AsyncClient,
) -> None:
    problem(await client.get("/searches?limit=101"), 422, "invalid_request")
    assert (await client.get("/searches?limit=100")).status_code == 200


async def test_a_search_that_is_not_on_record_is_404(client: httpx.AsyncClient) -> None:
    problem(await client.get("/searches/S-1"), 404, "search_not_found")
    problem(await client.get("/searches?after=S-1"), 404, "search_not_found")
    problem(await client.get("/searches/%00"), 404, "search_not_found")


async def test_the_faces_of_a_photo_are_found_and_nothing_kept(
    client: httpx.AsyncClient, jail: Jail
) -> None:
    photo = drawn_photo(DrawnFace("Ann", 0.2), DrawnFace("Bob", 0.5))

    body = (await client.post("/detect", files={"photo": photo})).json()

    assert [face["box"]["width"] for face in body["faces"]] == [0.5, 0.2]
    assert await jail.audit() == []
    assert (await client.post("/detect", files={"photo": drawn_photo()})).json()["faces"] == []


async def test_a_past_search_of_a_removed_photo_is_redacted(
    client: httpx.AsyncClient, jail: Jail
) -> None:
    jail.fake_jms.known["A1"] = booking("A1", "P-1")
    await index(client, "A1", ANN)
    search_id = (await search(client)).json()["search_id"]
    await client.delete("/index/A1")

    [candidate] = (await client.get(f"/searches/{search_id}")).json()["candidates"]

    assert candidate["redacted"]
    assert candidate["booking_status"] == "unavailable"
    for blank in ("booking", "status_as_of", "taken_at", "photo_url"):
        assert candidate[blank] is None
    assert candidate["other_photos"] == []
    assert candidate["similarity"] > 0

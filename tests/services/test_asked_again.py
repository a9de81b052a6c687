"""The same request sent again with its Idempotency-Key."""

import asyncio
from dataclasses import replace

import pytest

from app.domain.derivation import Derivation
from app.domain.errors import IdempotencyKeyReusedError
from app.domain.high_confidence import SearchMode
from app.domain.photo import sha256_of
from app.domain.purpose import Purpose
from app.domain.record import IndexOutcome
from app.domain.search import SearchContext, SearchOptions
from app.services.search_request import SearchRequest
from tests.fakes import drawn_photo
from tests.jails import ACTOR, Jail, booking

ANN = drawn_photo("Ann")


async def test_a_repeated_key_gets_the_first_answer(jail: Jail) -> None:
    await jail.book({"A1": "Ann"})
    first = await jail.search("Ann", idempotency_key="k")
    await jail.book({"A2": "Ann"})

    again = await jail.search("Ann", idempotency_key="k")

    assert again == first


def test_a_key_outlives_an_upgrade() -> None:
    """An option that came later changes no fingerprint where it is not given."""
    context = SearchContext(Purpose.CRIMINAL_INVESTIGATION, "26-7")
    options = SearchOptions(5, 10.0, 0)
    told = "SearchOptions(max_candidates=5, min_similarity=10.0, face=0)"
    before = f"('search', '{sha256_of(b'probe')}', {context!r}, {told})"

    now = SearchRequest(b"probe", context, options)
    others = (
        replace(options, mode=SearchMode.HIGH_CONFIDENCE),
        replace(options, derivation=Derivation("ab" * 32, 480, 600, ())),
    )

    assert now.fingerprint() == sha256_of(before.encode())
    prints = {replace(now, options=one).fingerprint() for one in (options, *others)}
    assert len(prints) == 3


async def test_a_key_used_at_once_gets_one_answer_and_one_search(jail: Jail) -> None:
    await jail.book({"A1": "Ann"})

    answers = await asyncio.gather(*(jail.search("Ann", idempotency_key="k") for _ in range(5)))

    assert {answer.search_id for answer in answers} == {answers[0].search_id}
    async with jail.records.unit() as unit:
        assert len(await unit.searches.page(None, None, 10)) == 1


async def test_a_key_of_another_request_is_refused(jail: Jail) -> None:
    await jail.search("Ann", idempotency_key="k")

    with pytest.raises(IdempotencyKeyReusedError):
        await jail.search("Bob", idempotency_key="k")
    with pytest.raises(IdempotencyKeyReusedError):
        await jail.index("A1", drawn_photo("Ann"), idempotency_key="k")


async def test_an_answer_with_what_was_removed_since_is_not_repeated(jail: Jail) -> None:
    jail.fake_jms.known["A1"] = booking("A1", "P-1")
    await jail.book({"A1": "Ann"})
    first = await jail.search("Ann", idempotency_key="k")
    await jail.services().remove_photo("A1", ACTOR)

    again = await jail.search("Ann", idempotency_key="k")
    [candidate] = (await jail.services().read_searches.one(first.search_id, ACTOR)).candidates

    assert (again.search_id == first.search_id, again.candidates) == (False, ())
    assert (candidate.redacted, candidate.booking) == (True, None)


async def test_a_repeated_answer_is_recorded_too(jail: Jail) -> None:
    first = await jail.search("Ann", idempotency_key="k")

    await jail.search("Ann", idempotency_key="k")

    entries = await jail.audit()
    assert [entry.search_id for entry in entries] == 2 * [first.search_id]
    assert entries[-1].details["replayed"] is True


async def test_an_index_call_repeated_gets_the_first_answer(jail: Jail) -> None:
    first = await jail.index("A1", ANN, idempotency_key="k")

    again = await jail.index("A1", ANN, idempotency_key="k")

    assert again == first
    assert again.outcome is IndexOutcome.CREATED


async def test_a_repeated_answer_to_an_index_call_is_recorded_too(jail: Jail) -> None:
    await jail.index("A1", ANN, idempotency_key="k")

    await jail.index("A1", ANN, idempotency_key="k")

    first, again = await jail.audit()
    assert (again.action, again.actor, again.outcome) == (first.action, ACTOR, "answered")
    assert again.photo_sha256 == first.photo_sha256
    assert again.details == {"replayed": True}


async def test_an_index_call_made_at_once_by_several_processes_gets_one_answer(jail: Jail) -> None:
    calls = (jail.index("A1", ANN, idempotency_key="k") for _ in range(5))

    answers = await asyncio.gather(*calls)

    assert [answer == answers[0] for answer in answers] == 5 * [True]


async def test_an_index_call_with_a_key_of_another_is_refused(jail: Jail) -> None:
    await jail.index("A1", ANN, idempotency_key="k")

    with pytest.raises(IdempotencyKeyReusedError):
        await jail.index("A2", ANN, idempotency_key="k")

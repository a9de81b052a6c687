"""A restricted provider without permission on record: most searches are refused and recorded."""

import httpx
import pytest

from app.domain.provider_terms import ProviderTerms
from app.domain.purpose import Purpose
from app.ports.records import Records
from tests.api.applications import application, index, problem, search
from tests.databases import TERMS
from tests.jails import Jail


@pytest.fixture
def jail(records: Records) -> Jail:
    return Jail(records, terms=ProviderTerms(restricted=True))


@pytest.mark.parametrize("purpose", ["missing_person", "training_test"])
async def test_missing_persons_and_tests_are_served(
    client: httpx.AsyncClient, purpose: str
) -> None:
    await index(client, "A1")

    response = await search(client, purpose=purpose)

    assert response.status_code == 200
    assert len(response.json()["candidates"]) == 1


async def test_without_authentication_a_search_without_a_purpose_is_a_test(
    client: httpx.AsyncClient,
) -> None:
    assert (await search(client)).status_code == 200


async def test_other_purposes_are_refused_told_what_to_set_and_recorded(
    jail: Jail, client: httpx.AsyncClient
) -> None:
    refused = await search(client, purpose="criminal_investigation", case_number="26-1")

    body = problem(refused, 403, "provider_terms")
    assert "CANDID_ENGINE__TERMS_REFERENCE" in body["detail"]
    [entry] = await jail.audit()
    assert (entry.outcome, entry.purpose) == ("provider_terms", Purpose.CRIMINAL_INVESTIGATION)
    assert (entry.case_number, entry.terms_reference) == ("26-1", TERMS)


async def test_not_even_what_was_answered_before_is_answered_again(jail: Jail) -> None:
    async def asked(client: httpx.AsyncClient) -> httpx.Response:
        return await search(client, key="K-1", purpose="criminal_investigation", case_number="26-1")

    jail.terms = ProviderTerms(restricted=True, reference=TERMS)
    async with application(jail) as client:
        assert (await asked(client)).status_code == 200
    jail.terms = ProviderTerms(restricted=True)
    async with application(jail) as client:
        problem(await asked(client), 403, "provider_terms")

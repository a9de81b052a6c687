"""Where nobody needs a key, only this machine is answered: other sites' pages never."""

import httpx
import pytest

from tests.api.applications import ANN, application, index, problem
from tests.jails import Jail


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8000", "127.0.0.1:8000", "127.8.9.1", "[::1]:8000"]
)
async def test_a_program_of_this_machine_is_answered(client: httpx.AsyncClient, host: str) -> None:
    response = await client.get("/index", headers={"Host": host})

    assert response.status_code == 200


@pytest.mark.parametrize(
    "host",
    ["rebound.example", "rebound.example:8000", "192.0.2.7", "127.0.0.1.example", "[::1", ""],
)
async def test_another_name_is_refused_whatever_is_asked(
    client: httpx.AsyncClient, host: str
) -> None:
    for path in ("/index", "/health/live", "/docs", "/nothing"):
        response = await client.get(path, headers={"Host": host})

        problem(response, 403, "foreign_origin")


@pytest.mark.parametrize(
    "origin",
    ["https://elsewhere.example", "http://localhost:3000", "https://localhost", "null", ""],
)
async def test_a_page_of_another_site_cannot_send_a_form(
    client: httpx.AsyncClient, jail: Jail, origin: str
) -> None:
    client.headers["Origin"] = origin

    response = await index(client, "A1")

    problem(response, 403, "foreign_origin")
    assert await jail.audit() == []


async def test_the_services_own_page_is_answered(client: httpx.AsyncClient) -> None:
    for address in ("localhost:8000", "127.0.0.1:8000"):
        sent = {"Host": address, "Origin": f"http://{address}"}

        response = await client.post("/detect", files={"photo": ANN}, headers=sent)

        assert response.status_code == 200


async def test_with_keys_every_name_is_served(jail: Jail) -> None:
    sent = {"Host": "candid.county.example", "Origin": "https://cad.county.example"}

    async with application(jail, keys=True) as client:
        asked = await client.get("/index", headers=sent)
        alive = await client.get("/health/live", headers=sent)

    problem(asked, 401, "unauthenticated")
    assert alive.status_code == 200

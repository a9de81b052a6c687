"""Of which photo a probe was made, and how: sent with a search, kept, and disclosed."""

import json
from typing import Any

import httpx
import pytest

from tests.api.applications import ANN, index, problem, search

SHA256 = "0f" * 32
DERIVATION: dict[str, Any] = {
    "original_sha256": SHA256,
    "original_width": 4000,
    "original_height": 3000,
    "steps": [
        {"step": "rotated", "degrees": 90},
        {"step": "cropped", "left": 0, "top": 100, "width": 3000, "height": 3000},
        {"step": "scaled", "width": 480, "height": 600},
        {"step": "encoded", "media_type": "image/jpeg"},
    ],
}


async def test_a_derivation_is_kept_with_the_search(client: httpx.AsyncClient) -> None:
    await index(client, "A1")

    answer = (await search(client, ANN, derivation=json.dumps(DERIVATION))).json()
    again = (await client.get(f"/searches/{answer['search_id']}")).json()

    assert answer["probe"]["derivation"] == DERIVATION
    assert again["probe"] == answer["probe"]


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ([], "end at 4000 x 3000"),
        ([{"step": "scaled", "width": 10, "height": 10}], "end at 10 x 10"),
        (
            [
                {"step": "cropped", "left": 0, "top": 2500, "width": 480, "height": 600},
                {"step": "encoded", "media_type": "image/png"},
            ],
            "not within 4000 x 3000",
        ),
        ([{"step": "scaled", "width": 480, "height": 600}, DERIVATION["steps"][0]], "600 x 480"),
    ],
)
async def test_steps_that_do_not_lead_to_the_probe_are_refused(
    client: httpx.AsyncClient, steps: list[dict[str, Any]], told: str
) -> None:
    await index(client, "A1")

    said = json.dumps({**DERIVATION, "steps": steps})
    body = problem(await search(client, ANN, derivation=said), 422, "derivation_refused")

    assert told in body["detail"]
    assert (await client.get("/searches")).json()["items"] == []


async def test_without_one_nothing_is_said(client: httpx.AsyncClient) -> None:
    await index(client, "A1")

    for form in ({}, {"derivation": ""}):
        answer = (await search(client, ANN, **form)).json()

        assert answer["probe"]["derivation"] is None


@pytest.mark.parametrize(
    "wrong",
    [
        "no JSON",
        json.dumps({**DERIVATION, "original_sha256": "0F"}),
        json.dumps({**DERIVATION, "steps": [{"step": "drawn"}]}),
        json.dumps({**DERIVATION, "steps": [{"step": "rotated", "degrees": 45}]}),
        json.dumps({**DERIVATION, "steps": DERIVATION["steps"] * 6}),
        json.dumps({**DERIVATION, "mended": True}),
    ],
)
async def test_one_that_is_none_is_refused(client: httpx.AsyncClient, wrong: str) -> None:
    body = problem(await search(client, ANN, derivation=wrong), 422, "invalid_request")

    assert body["errors"][0]["field"].startswith("derivation")
    assert "0F" not in json.dumps(body)

"""Reviews over HTTP, by people who are named."""

from dataclasses import dataclass, field

import httpx

from adapters.policy import read_profile
from tests.api.applications import Json, search
from tests.fakes import drawn_photo
from tests.jails import Jail

TWO_REVIEWERS = read_profile(
    b"""
format: 1
name: two
version: "1"
title: "Two reviewers"
counsel_review: null
rules:
  - {id: two-people, text: "Two people look.", source: "Ours; no law is meant", certainty: own,
     reviewers: 2}
  - {id: not-the-requester, text: "Others look.", source: "Ours", certainty: own,
     requester_excluded: true}
  - {id: evidence, text: "Evidence is needed.", source: "Ours", certainty: own,
     corroboration: true}
""",
    "two.yaml",
)
EVIDENCE = {"kind": "fingerprints", "reference": "AFIS 4711", "text": "A latent print."}
SUITABLE = {"suitability": "suitable"}


@dataclass
class Reviewing:
    """Calls about one search, each on behalf of somebody."""

    client: httpx.AsyncClient
    search_id: str
    ids: dict[str, str] = field(default_factory=dict)  # external_image_id to opaque id

    @property
    def path(self) -> str:
        return f"/searches/{self.search_id}/reviews"

    async def look(self, who: str) -> Json:
        response = await self.client.get(self.path, headers=by(who))
        assert response.status_code == 200, response.text
        found: Json = response.json()
        return found

    async def probe(self, who: str, **sent: object) -> httpx.Response:
        body = SUITABLE | sent
        return await self.client.post(f"{self.path}/probe", json=body, headers=by(who))

    async def answer(
        self, who: str, *leads: str, key: str | None = None, **sent: object
    ) -> httpx.Response:
        """Hold these to be leads and pursue no other; nobody: none of these."""
        body: Json = {"none_of_these": True, **sent}
        if leads:
            findings = [
                {
                    "candidate": opaque,
                    "conclusion": "possible_lead" if one in leads else "not_pursued",
                    "features": {"nose": "similar", "scars": "not_visible"},
                    "notes": f"{who} looked at it.",
                }
                for one, opaque in self.ids.items()
            ]
            body = {"findings": findings, **sent}
        return await self.client.post(self.path, json=body, headers=by(who, key))

    async def release(self, who: str, lead: str, **sent: object) -> httpx.Response:
        body = {"candidate": self.ids[lead], **sent}
        return await self.client.post(f"{self.path}/release", json=body, headers=by(who))


async def close(review: Reviewing, who: str) -> httpx.Response:
    body = {"reason": "The investigator left."}
    return await review.client.post(f"{review.path}/close", json=body, headers=by(who))


def by(who: str, key: str | None = None) -> dict[str, str]:
    return {"X-Candid-On-Behalf-Of": who} | ({"Idempotency-Key": key} if key else {})


async def searched(client: httpx.AsyncClient, jail: Jail) -> Reviewing:
    """Make a search that answers A1 and A2, for Sgt. O at the request of Det. N."""
    await jail.book({"A1": "Ann", "A2": "Anne", "A3": "Annette"})
    client.headers["X-Candid-On-Behalf-Of"] = "Sgt. O"
    photo = drawn_photo("Ann", note="probe")
    said = {"purpose": "criminal_investigation", "case_number": "26-1", "requested_by": "Det. N"}
    answer = (await search(client, photo, max_candidates="2", **said)).json()
    del client.headers["X-Candid-On-Behalf-Of"]
    ids = [one["external_image_id"] for one in answer["candidates"]]
    named = {one: jail.named(answer["search_id"], one) for one in ids}
    assert set(named) == {"A1", "A2"}
    return Reviewing(client, answer["search_id"], named)

"""What others have done before somebody comes to the page: searches, answers, imports."""

from pathlib import Path
from typing import Any

import httpx

from tests.e2e.importing import change, nobody, start
from tests.page.jail import ARRIVING, PageJail

CASE = "26-004711"
ASKED = {"purpose": "criminal_investigation", "case_number": CASE}

Json = dict[str, Any]


def searched(jail: PageJail, person: str = "Det. Ramos", **asked: object) -> str:
    """Search the probe for somebody; return the search's id."""
    with jail.client("investigator") as client:
        answer = client.post(
            "/search",
            data={**ASKED, **asked},
            files={"photo": jail.probe.read_bytes()},
            headers=_for(person),
        )
        assert answer.status_code == 200, answer.text
        return str(answer.json()["search_id"])


def probe_found_suitable(jail: PageJail, search_id: str, person: str = "Ann Ortiz") -> Json:
    """Let somebody decide on the probe; return the review as they see it."""
    with jail.client("reviewer") as client:
        path, body = f"/searches/{search_id}/reviews/probe", {"suitability": "suitable"}
        return _json(client.post(path, json=body, headers=_for(person)))


def review_of(jail: PageJail, search_id: str, person: str) -> Json:
    """Return the review as somebody sees it."""
    with jail.client("reviewer") as client:
        return _json(client.get(f"/searches/{search_id}/reviews", headers=_for(person)))


def lead_found(jail: PageJail, person: str = "Ann Ortiz", **asked: str) -> str:
    """Search, and let somebody hold the first candidate to be a lead; return the search's id."""
    search_id = searched(jail, **asked)
    first, *others = probe_found_suitable(jail, search_id, person)["candidates"]
    lead: Json = {"candidate": first["candidate"], "conclusion": "possible_lead"}
    lead["features"] = {"nose": "similar", "ears": "similar", "scars": "not_visible"}
    rest = [{"candidate": one["candidate"], "conclusion": "not_pursued"} for one in others]
    with jail.client("reviewer") as client:
        body = {"findings": [lead, *rest], "notes": "The ears agree."}
        _json(client.post(f"/searches/{search_id}/reviews", json=body, headers=_for(person)))
    return search_id


def shelved(jail: PageJail, name: str, portraits: int = 3) -> Path:
    """Lay photos out for an import: some good ones, one of nobody, one that is no picture."""
    folder = jail.incoming / name
    if not folder.exists():
        folder.mkdir()
        for n in range(portraits):
            (folder / f"{name}-{n}.jpg").write_bytes(jail.probe.read_bytes())
        (folder / f"{name}-wall.jpg").write_bytes(nobody())
        (folder / f"{name}-note.jpg").write_bytes(b"not a picture")
    return folder


def import_paused(jail: PageJail, name: str = ARRIVING) -> str:
    """Start an import and let it wait; return its id."""
    folder = shelved(jail, name)
    with jail.client("importer") as client:
        import_id = start(client, folder, mode="force")
        change(client, import_id, "pause")
        return import_id


def _json(answer: httpx.Response) -> Json:
    assert answer.is_success, answer.text
    told: Json = answer.json()
    return told


def _for(person: str) -> dict[str, str]:
    return {"X-Candid-On-Behalf-Of": person}

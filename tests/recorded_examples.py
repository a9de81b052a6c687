"""`python -m tests.recorded_examples`: asks a running demo, and keeps what it answered.

The file app/api/examples.json is made of it, and the OpenAPI document shows it.
"""

import base64
import contextlib
import io
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from PIL import Image

from app.api.edge import UPLOAD_BYTES
from app.api.examples import Examples
from tests.identity_provider import AUDIENCE, IdentityProvider
from tests.jails import SECRETS
from tests.kept import PORTRAITS
from tests.live import ROOT, START_SECONDS, child_environment, free_port
from tests.webhooks import body_of, event, signed_headers

FILE = ROOT / "app" / "api" / "examples.json"
ISSUER = "https://id.county.example"
_EVER = "2026-01-01T00:00:00Z&until=2100-01-01T00:00:00Z"
SEARCH = {"purpose": "criminal_investigation", "case_number": "26-001234", "max_candidates": 2}


@dataclass
class Recorder:
    """Asks, and keeps each answer under its operation or its code."""

    client: httpx.Client
    examples: Examples = field(
        default_factory=lambda: Examples(requests={}, parameters={}, answers={}, problems={})
    )

    def ask(self, operation: str, method: str, path: str, **sent: Any) -> Any:  # noqa: ANN401 - JSON
        """Keep a success under the operation, anything else under its code."""
        response = self.client.request(method, path, **sent)
        body = response.json() if response.content else None
        if response.is_success and body is not None:
            self.examples.answers.setdefault(operation, {})[str(response.status_code)] = body
        elif body is not None:
            self.examples.problems[body["code"]] = body
        return body

    def answers(self, photos: Path) -> None:
        booking, probe = (photos / f"DEMO-{one}.jpg" for one in ("0001", "PROBE"))
        sent = {"external_image_id": "DEMO-0001", "view": "front"}
        self.ask("index", "POST", "/index", data=sent, files={"photo": booking.read_bytes()})
        self.client.delete("/index/DEMO-0005").raise_for_status()
        other = {"external_image_id": "DEMO-0005"}
        photo = {"photo": (photos / "DEMO-0005.jpg").read_bytes()}
        self.ask("index", "POST", "/index", data=other, files=photo)
        self.ask("index", "POST", "/index", data=other | {"restore": "true"}, files=photo)
        self.ask("index_list", "GET", "/index?limit=1")
        self.ask("index_one", "GET", "/index/DEMO-0001")
        form = {"data": SEARCH, "files": {"photo": probe.read_bytes()}}
        answer = self.ask("search", "POST", "/search", **form)
        self.ask("policy", "GET", "/policy")
        self.ask("searches", "GET", "/searches?case_number=26-001234&limit=1")
        self.ask("search_again", "GET", f"/searches/{answer['search_id']}")
        self.ask("detect", "POST", "/detect", files={"photo": probe.read_bytes()})
        self.ask("booking", "GET", "/bookings/DEMO-0001")
        self.ask("live", "GET", "/health/live")
        self.ask("ready", "GET", "/health/ready")
        measured = self.client.get("/metrics").text.splitlines(keepends=True)
        stages = [line for line in measured if "stage_seconds_sum" in line]
        self.examples.answers["metrics"] = {"200": "".join(stages)}
        self.examples.requests |= {"index": dict(sent), "search": dict(SEARCH)}
        self.examples.parameters |= {
            "external_image_id": "DEMO-0001",
            "search_id": answer["search_id"],
            "case_number": "26-001234",
        }

    def model(self) -> None:
        """Ask for the model; what a switch answers is written, since no demo has a second one."""
        status = self.ask("model_status", "GET", "/model")
        self.ask("", "POST", "/model/give-up")
        served, following = status["served"], "county-net+blazeface/1-5f3c0a91"
        left = {"served": following, "forgetting": [served]}
        self.examples.answers["model_switch"] = {"200": status | left}
        self.examples.answers["model_give_up"] = {"200": status | {"forgetting": [following]}}
        self.examples.requests["model_switch"] = {"accept_loss": 0}

    def forgetting(self) -> None:
        hold = {"kind": "photo", "value": "DEMO-0004", "reason": "appeal of the conviction"}
        hold["authority_reference"] = "letter of 2026-11-02"
        removal = {"external_image_id": "DEMO-0004", "reason": "expunged"}
        removal["authority_reference"] = "Order 26-CR-1"
        hold_id = self.ask("hold_place", "POST", "/holds", json=hold)["hold_id"]
        self.ask("", "POST", "/removals", json=removal)
        self.ask("hold_list", "GET", "/holds?limit=1")
        for operation in ("hold_release", ""):
            self.ask(operation, "DELETE", f"/holds/{hold_id}?reason=it is over")
        removed, _ = (self.ask("removal_ask", "POST", "/removals", json=removal) for _ in range(2))
        self.ask("removal_list", "GET", "/removals?limit=1")
        self.ask("removal_show", "GET", f"/removals/{removed['removal_id']}")
        self.examples.requests |= {"hold_place": hold, "removal_ask": removal}
        self.examples.parameters |= {"hold_id": hold_id, "removal_id": removed["removal_id"]}

    def jms(self) -> None:
        """Tell of a photo that is not on record, which shows and hides nobody."""
        sealed = event("evt-20261129-0001", external_image_ids=["DEMO-0099"])
        body = body_of(sealed)
        signed = {"content": body, "headers": signed_headers(body)}
        other = body_of(sealed | {"type": "expunged"})
        self.ask("jms_events", "POST", "/jms/events", **signed)
        conflict = {"content": other, "headers": signed_headers(other)}
        self.ask("", "POST", "/jms/events", **conflict)
        self.ask("", "POST", "/jms/events", **(signed | {"content": other}))
        listed = self.ask("jms_removal_list", "GET", "/jms/removals?limit=1")
        self.ask("", "POST", "/jms/removals/confirm", json={"digest": "5f2c8d0a91b7e364"})
        confirmed = {"digest": listed["asking"]["digest"]}
        self.ask("jms_removal_confirm", "POST", "/jms/removals/confirm", json=confirmed)
        self.ask("jms_removal_read_again", "POST", "/jms/removals/read-again")
        self.examples.requests |= {
            "jms_events": {"events": [sealed]},
            "jms_removal_confirm": confirmed,
        }

    def audit(self) -> None:
        self.ask("audit_records", "GET", "/audit?limit=2")
        self.ask("audit_verify", "GET", "/audit/verify")
        self.ask("audit_report", "GET", f"/audit/report?since={_EVER}")

    def reviews(self, search_id: str) -> None:
        """Review the search as two people would who come one after the other."""
        path, by = f"/searches/{search_id}/reviews", {"X-Candid-On-Behalf-Of": "Det. P. Ash"}
        probe = {"suitability": "suitable", "reasons": ["expression"], "notes": "Smiles."}
        first = self.ask("review_probe", "POST", f"{path}/probe", json=probe, headers=by)
        self.ask("review", "GET", path, headers=by)
        self.ask("reviews", "GET", "/reviews?limit=1", headers=by)
        features = {"eyebrows": "similar", "nose": "similar", "ears": "not_visible"}
        findings = [
            {"candidate": one["candidate"], "conclusion": "not_pursued"}
            for one in first["candidates"]
        ]
        findings[0] |= {"conclusion": "possible_lead", "features": features}
        answer = {"findings": findings, "notes": f"{len(findings)} compared."}
        self.ask("review_answer", "POST", path, json=answer, headers=by)
        self.ask("", "POST", path, json={"none_of_these": True}, headers=by)
        evidence = {
            "kind": "fingerprints",
            "reference": "Lab report 26-0042",
            "text": "A latent print from the counter.",
        }
        lead = findings[0]["candidate"]
        close = {"reason": "The lab has not answered in ninety days."}
        self.ask("review_close", "POST", f"{path}/close", json=close, headers=by)
        release = {"candidate": lead, "corroboration": evidence}
        self.ask("review_release", "POST", f"{path}/release", json=release, headers=by)
        self.ask("", "POST", f"{path}/release", json=release, headers=by)
        self.ask("", "GET", f"/searches/{search_id}/pictures/0")
        self.examples.requests |= {
            "review_probe": probe,
            "review_answer": answer,
            "review_close": close,
            "review_release": release,
        }
        self.examples.parameters["picture"] = "probe"

    def keys(self) -> None:
        """Ask for keys; what would be a secret says that it is none."""
        asked = {
            "name": "front desk",
            "scopes": ["search"],
            "purpose": "jail_identity_check",
            "calls_a_minute": 60,
            "networks": ["127.0.0.0/8"],
            "trained_until": "2027-06-30",
        }
        made = self.ask("key_create", "POST", "/keys", json=asked)
        path = f"/keys/{made['prefix']}"
        rotation = {"overlap_seconds": 86400}
        replaced = self.ask("key_rotate", "POST", f"{path}/rotate", json=rotation)
        first = self.ask("key_list", "GET", "/keys?limit=1")["items"][0]
        self.ask("key_revoke", "DELETE", path)
        self.ask("", "POST", f"{path}/rotate", json={})
        self.ask("", "DELETE", f"/keys/{first['prefix']}")
        self.ask("", "POST", "/keys", json=asked | {"scopes": ["audit", "search"]})
        for one in (made, replaced):
            one["key"] = f"candid_{one['prefix']}_shown-only-in-this-answer"
        self.examples.requests |= {"key_create": asked, "key_rotate": rotation}
        self.examples.parameters["prefix"] = made["prefix"]

    def people(self, token: str) -> None:
        """Ask as a person who signed in, and keep another out."""
        as_person = {"Authorization": f"Bearer {token}"}
        self.ask("whoami", "GET", "/whoami", headers=as_person)
        whole = as_person | {"X-Candid-On-Behalf-Of": "Sgt. O"}
        self.ask("", "GET", "/index", headers=whole)
        asked = {"subject": "7d0f2c31"}
        self.ask("block", "POST", "/blocked", json=asked)
        self.ask("blocked", "GET", "/blocked")
        self.ask("unblock", "DELETE", "/blocked/7d0f2c31")
        self.ask("", "DELETE", "/blocked/7d0f2c31")
        self.examples.requests["block"] = asked
        self.examples.parameters["subject"] = asked["subject"]

    def imports(self, folder: Path) -> None:
        source = {"kind": "folder", "location": str(folder)}
        asked = {"source": source, "mode": "missing", "dry_run": False}
        path = f"/imports/{self.ask('import_start', 'POST', '/imports', json=asked)['import_id']}"
        self.ask("import_pause", "POST", f"{path}/pause")
        self.ask("import_resume", "POST", f"{path}/resume")
        watched = self.client.get(f"{path}/events").text.split("\n\n")
        [*_, last] = (event for event in watched if event.startswith("event: progress"))
        self.examples.answers["import_events"] = {"200": f"{last}\n\n"}
        whole = self.ask("import_one", "GET", path)
        [failed] = self.ask("import_items", "GET", f"{path}/items?status=failed&limit=1")["items"]
        retry = {"reasons": ["no_face"]}
        self.ask("import_retry", "POST", f"{path}/retry", json=retry)
        self.ask("import_cancel", "POST", f"{path}/cancel")
        self.ask("", "POST", f"{path}/cancel")
        self.ask("import_list", "GET", "/imports?limit=1")
        self.examples.requests |= {"import_start": asked, "import_retry": retry}
        self.examples.parameters |= {
            "import_id": whole["import_id"],
            "position": failed["position"],
        }

    def problems(self, photos: Path) -> None:
        booking, probe = (photos / f"DEMO-{one}.jpg" for one in ("0001", "PROBE"))
        whole = probe.read_bytes()
        test = {"purpose": "training_test"}
        index = {"external_image_id": "DEMO-9999"}
        form = {"Content-Type": "multipart/form-data"}
        self.ask("", "POST", "/detect")
        self.ask("", "POST", "/detect", headers=form, content=b"no boundary")
        self.ask("", "POST", "/detect", files={"photo": whole[: len(whole) // 2]})
        self.ask("", "POST", "/detect", files={"photo": b"%PDF-1.7"})
        self.ask("", "POST", "/detect", files={"photo": bytes(UPLOAD_BYTES + 1)})
        self.ask("", "POST", "/search", files={"photo": whole})
        self.ask("", "POST", "/search", files={"photo": whole}, data={"purpose": "missing_person"})
        self.ask("", "POST", "/search", files={"photo": _jpeg(_blank())}, data=test)
        self.ask("", "POST", "/search", files={"photo": whole}, data=test | {"face": "3"})
        self.ask("", "POST", "/index", data=index, files={"photo": _beside(booking, probe)})
        self.ask("", "POST", "/index", data=index, files={"photo": _small(booking)})


@contextlib.contextmanager
def running_demo(data_dir: Path, **settings: str) -> Generator[str]:
    """Run `candid demo`; give its address once it has shown its search."""
    port = free_port()
    given = {"DATA_DIR": str(data_dir), "PORT": str(port)} | settings
    environment = child_environment() | {f"CANDID_{name}": value for name, value in given.items()}
    log = data_dir / "demo.log"
    with log.open("wb") as out:
        demo = subprocess.Popen(
            [sys.executable, "-m", "app", "demo"], env=environment, cwd=ROOT, stdout=out, stderr=out
        )
    try:
        deadline = time.monotonic() + 3 * START_SECONDS
        while "Candid is running" not in log.read_text():
            assert demo.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        demo.terminate()
        demo.wait(120)


def record(data_dir: Path) -> Examples:
    """Return the answers of a fresh demo with keys on."""
    folder = data_dir / "exported"
    folder.mkdir()
    for photo in PORTRAITS.glob("DEMO-*.jpg"):
        shutil.copy(photo, folder)
    (folder / "DEMO-0006.jpg").write_bytes(_jpeg(_blank()))
    folders = json.dumps([str(folder)])
    provider = IdentityProvider()
    with (
        provider.served() as issuer,
        running_demo(data_dir, **_signing_in(issuer), IMPORTS__FOLDERS=folders) as url,
    ):
        key = (data_dir / "first-key").read_text().strip()
        headers = {"Authorization": f"Bearer {key}"}
        with httpx.Client(base_url=url, headers=headers, timeout=60) as client:
            recorder = Recorder(client)
            recorder.answers(PORTRAITS)
            recorder.reviews(str(recorder.examples.parameters["search_id"]))
            recorder.imports(folder)
            recorder.model()
            recorder.forgetting()
            recorder.jms()
            recorder.audit()
            recorder.keys()
            recorder.people(provider.token())
            recorder.problems(PORTRAITS)
        told = recorder.examples.model_dump_json().replace(str(folder), "/srv/photos")
        told = told.replace(issuer, ISSUER).replace(_place(issuer), _place(ISSUER))
        told = told.replace(json.dumps(socket.gethostname()), '"jail-app-1"')
        return Examples.model_validate_json(told)


def _signing_in(issuer: str) -> dict[str, str]:
    roles = json.dumps({"investigator": ["index", "search"]})
    named = {"ISSUER": issuer, "AUDIENCE": AUDIENCE, "ROLES": roles}
    secret = "whsec_" + base64.b64encode(SECRETS[0]).decode()
    events = {"JMS_EVENTS__SECRETS": json.dumps([secret])}
    return (
        {"AUTH__KIND": "oidc"} | events | {f"AUTH__{name}": value for name, value in named.items()}
    )


def _place(issuer: str) -> str:
    return issuer.partition("://")[2]


def _blank() -> Image.Image:
    return Image.new("RGB", (480, 600), "grey")


def _beside(*photos: Path) -> bytes:
    pictures = [Image.open(photo).convert("RGB").resize((480, 600)) for photo in photos]
    both = Image.new("RGB", (960, 600))
    for i, picture in enumerate(pictures):
        both.paste(picture, (480 * i, 0))
    return _jpeg(both)


def _small(photo: Path) -> bytes:
    picture = Image.open(photo).convert("RGB")
    return _jpeg(picture.resize((picture.width // 10, picture.height // 10)))


def _jpeg(picture: Image.Image) -> bytes:
    content = io.BytesIO()
    picture.save(content, "JPEG")
    return content.getvalue()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as directory:
        made = record(Path(directory))
    FILE.write_text(json.dumps(made.model_dump(), indent=1, ensure_ascii=False) + "\n", "utf-8")

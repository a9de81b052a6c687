"""What each kind of client is tried on: a service that requires keys, a key, and portraits."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from adapters.portraits import sample_portraits
from tests.e2e.commands import ended
from tests.kept import PORTRAITS
from tests.live import ROOT, LiveService

BOOKED = 50
"""Portraits that are indexed, where the measuring data are at hand."""


@dataclass(frozen=True)
class Portraits:
    """Booking photos by id, and other photos of some of the same people by the same ids."""

    booked: dict[str, Path]
    probes: dict[str, Path]


@dataclass(frozen=True)
class Endpoint:
    """Where a Rekognition is found, and a key for it."""

    url: str
    access_key_id: str
    secret_access_key: str

    def environment(self) -> dict[str, str]:
        """Return what any SDK reads."""
        return {
            "AWS_ENDPOINT_URL_REKOGNITION": self.url,
            "AWS_ACCESS_KEY_ID": self.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.secret_access_key,
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_PAGER": "",
        }


@pytest.fixture(scope="session")
def portraits() -> Portraits:
    """Fifty studio portraits where the measuring data are beside the checkout, else the samples."""
    london = ROOT.parent / "shared" / "data" / "london"
    if london.is_dir():
        people = sorted(path.name for path in london.iterdir() if path.is_dir())[:BOOKED]
        return Portraits(
            {f"L-{one}": london / one / f"{one}_03_neutral.jpg" for one in people},
            {f"L-{one}": london / one / f"{one}_08_smiling.jpg" for one in people[:5]},
        )
    found = {one.external_image_id: one.path for one in sample_portraits(PORTRAITS, print)}
    probe = found.pop("DEMO-PROBE")
    return Portraits(found, {"DEMO-0001": probe})


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveService]:
    """A service that requires keys."""
    service = LiveService(
        tmp_path_factory.mktemp("clients"),
        {"CANDID_AUTH__KIND": "keys", "CANDID_AUTH__LOCKOUT_AFTER": "1000"},
    )
    service.start()
    yield service
    service.stop()


@pytest.fixture(scope="session")
def endpoint(service: LiveService) -> Endpoint:
    """The service as an AWS SDK sees it, with a key that may do everything on collections."""
    scopes = [f"--scope={scope}" for scope in ("index", "search", "admin")]
    arguments = ["keys", "create", "old script", "--aws", "--json", "--purpose=training_test"]
    made = ended(*arguments, *scopes, DATA_DIR=str(service.data_dir))
    assert made.returncode == 0, made.stderr
    key = json.loads(made.stdout)
    return Endpoint(service.url, key["access_key_id"], key["secret_access_key"])

"""JMS kinds of installed packages: found by their names, checked, and opened."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from importlib import import_module
from pathlib import Path
from uuid import uuid4

import pytest
from prometheus_client import CollectorRegistry

from adapters.jms.contract.bookings import KNOWN
from app.settings import FileJmsSettings, OwnJmsSettings, Settings, SettingsError
from app.wiring.jms import open_jms

ACME = """
from contextlib import asynccontextmanager

from pydantic import BaseModel, SecretStr

from app.domain.errors import JmsMisconfiguredError
from app.ports.jms_kind import JmsKind
from tests.fakes_jms import FakeJms
from adapters.jms.contract.bookings import KNOWN


class Login(BaseModel):
    user: str


class Acme(BaseModel):
    host: str
    views: tuple[str, ...] = ("front",)
    api_key: SecretStr = SecretStr("")
    login: Login | None = None


told = []


@asynccontextmanager
async def opened(settings, site):
    told.append((settings.host, str(site.zone), site.seconds))
    if settings.host == "nowhere":
        raise JmsMisconfiguredError("There is no host nowhere.")
    if settings.host == "broken":
        raise KeyError("Sample, One")
    yield FakeJms(KNOWN)
    told.append("closed")


KIND = JmsKind(Acme, opened)
NOT_A_KIND = Acme
NO_MODEL = JmsKind(dict, opened)
NO_CLASS = JmsKind("settings", opened)
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a directory whose packages are installed."""
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def installed(site: Path, package: str, kinds: Mapping[str, str], module: str = ACME) -> str:
    """Install a package whose module no other test has imported; return its name."""
    name = package.replace("-", "_")
    (site / f"{name}.py").write_text(module, "utf-8")
    information = site / f"{name}-1.2.dist-info"
    information.mkdir()
    (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.2\n")
    lines = [f"{kind} = {name}:{value}" for kind, value in kinds.items()]
    (information / "entry_points.txt").write_text("\n".join(["[candid.jms]", *lines, ""]))
    return name


def read(monkeypatch: pytest.MonkeyPatch, **given: str) -> Settings:
    """Read the settings from an environment with these of the JMS."""
    for name, value in given.items():
        monkeypatch.setenv(f"CANDID_JMS__{name}", value)
    return Settings.read()


async def test_a_kind_is_found_checked_opened_and_closed(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = installed(site, "candid-jms-acme-a", {"acme": "KIND"})
    monkeypatch.setenv("CANDID_TIME_ZONE", "America/Chicago")
    settings = read(
        monkeypatch,
        KIND="acme",
        HOST="jms",
        VIEWS='["left", "front"]',
        API_KEY="[not json",
        LOGIN__USER="candid",
    )

    async with AsyncExitStack() as stack:
        jms = await open_jms(settings, stack, CollectorRegistry())
        assert jms is not None
        answers = await jms.bookings(["A1"])

    assert answers.found == {"A1": KNOWN["A1"]}
    assert isinstance(settings.jms, OwnJmsSettings)
    assert settings.jms.settings.model_dump(mode="json") == {
        "host": "jms",
        "views": ["left", "front"],
        "api_key": "**********",
        "login": {"user": "candid"},
    }
    assert import_module(name).told == [("jms", "America/Chicago", 1.5), "closed"]


def test_a_kind_that_nobody_brings_is_told_with_those_that_are_known(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(site, "candid-jms-acme-b", {"acme": "KIND", "file": "KIND"})

    with pytest.raises(SettingsError, match=r"CANDID_JMS: kind 'acne' .* file, .*rest.*, acme\. "):
        read(monkeypatch, KIND="acne", HOST="jms")


def test_a_kind_of_ours_is_nobody_elses(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed(site, "candid-jms-acme-c", {"file": "KIND"})

    assert isinstance(read(monkeypatch, KIND="file", PATH="x.csv").jms, FileJmsSettings)


@pytest.mark.parametrize(
    ("value", "module", "told"),
    [
        ("KIND", "import no_such_module", r"cannot be loaded \(ModuleNotFoundError: .*repair or"),
        ("KIND", "1 / 0", r"cannot be loaded \(ZeroDivisionError"),
        ("MISSING", ACME, r"cannot be loaded \(AttributeError"),
        ("NOT_A_KIND", ACME, "is no JmsKind"),
        ("NO_MODEL", ACME, "is no JmsKind"),
        ("NO_CLASS", ACME, "is no JmsKind"),
    ],
)
def test_a_package_at_fault_is_named(
    site: Path, monkeypatch: pytest.MonkeyPatch, value: str, module: str, told: str
) -> None:
    installed(site, f"candid-jms-acme-{uuid4().hex[:8]}", {"acme": value}, module)

    with pytest.raises(SettingsError, match=rf"candid-jms-acme-\w+ 1\.2.*{told}"):
        read(monkeypatch, KIND="acme", HOST="jms")


def test_two_packages_with_one_kind_are_named(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed(site, "candid-jms-acme-d", {"acme": "KIND"})
    installed(site, "candid-jms-acme-e", {"acme": "KIND"})

    with pytest.raises(SettingsError, match=r"acme-d 1\.2 and candid-jms-acme-e 1\.2; uninstall"):
        read(monkeypatch, KIND="acme", HOST="jms")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "CANDID_JMS__HOST: Field required"),
        ({"HOST": "a", "VIEWS": "front"}, "CANDID_JMS__VIEWS: Input should be"),
        ({"HOST": "a", "VIEWS": "[front"}, "CANDID_JMS__VIEWS: Input should be"),
        ({"HOST": "a", "LOGIN": "{}"}, "CANDID_JMS__LOGIN__USER: Field required"),
        (
            {"HOST": "a", "HOTS": "b"},
            "CANDID_JMS: HOTS is no setting of this kind, which has .*HOST",
        ),
    ],
)
def test_mistakes_in_its_settings_are_told(
    site: Path, monkeypatch: pytest.MonkeyPatch, given: Mapping[str, str], told: str
) -> None:
    installed(site, f"candid-jms-acme-{uuid4().hex[:8]}", {"acme": "KIND"})

    with pytest.raises(SettingsError, match=told):
        read(monkeypatch, KIND="acme", **given)


@pytest.mark.parametrize(
    ("host", "told"), [("nowhere", "There is no host nowhere"), ("broken", "opened: KeyError$")]
)
async def test_a_kind_that_cannot_be_opened_stops_the_start(
    site: Path, monkeypatch: pytest.MonkeyPatch, host: str, told: str
) -> None:
    installed(site, f"candid-jms-acme-{uuid4().hex[:8]}", {"acme": "KIND"})
    settings = read(monkeypatch, KIND="acme", HOST=host)

    async with AsyncExitStack() as stack:
        with pytest.raises(SettingsError, match=told):
            await open_jms(settings, stack, CollectorRegistry())

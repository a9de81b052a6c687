"""What is kept of an agency's word that it holds a licence of its own."""

import json
import os
import pwd
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.face_engine.local.models import (
    REGISTRY,
    Intake,
    Kind,
    KnownModel,
    Provenance,
    Rights,
    acceptance_of,
    install_known,
)
from adapters.face_engine.local.models.publisher import hash_of
from app.domain.errors import EngineMisconfiguredError
from tests.face_engine_local.site_networks import network


@pytest.fixture
def made(tmp_path: Path) -> Path:
    return network(tmp_path / "made.onnx")


@pytest.fixture
def research(made: Path) -> KnownModel:
    """A model as those are whose publisher allows research alone."""
    return KnownModel(
        name="made-net",
        kind=Kind.RECOGNITION,
        provenance=Provenance(
            "A net", "these tests", "research only", "nothing", "it knows nobody"
        ),
        rights=Rights.NON_COMMERCIAL,
        licence_stated_at="here",
        intake=Intake(112, "arcface"),
        sha256=hash_of(made),
        published=None,
        dimensions=64,
    )


Installed = Callable[..., Path]


@pytest.fixture
def install(tmp_path: Path, made: Path) -> Installed:
    def install(model: KnownModel, *, accepts: bool, source: Path | None = made) -> Path:
        return install_known(tmp_path, model, source, print, accepts_licence=accepts)

    return install


def kept(directory: Path) -> list[dict[str, str]]:
    lines = (directory / "accepted-licences.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def test_the_agencys_word_is_kept_beside_the_file(
    install: Installed, research: KnownModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "the-sheriff")  # which anybody can set
    with pytest.raises(EngineMisconfiguredError, match=r"research only.*--accept-licence"):
        install(research, accepts=False)
    assert acceptance_of(tmp_path, research) is None

    install(research, accepts=True)

    (only,) = kept(tmp_path)
    assert (only["model"], only["sha256"]) == ("made-net", research.sha256)
    assert (only["licence"], only["licence_stated_at"]) == ("research only", "here")
    assert only["account"] == pwd.getpwuid(os.getuid()).pw_name
    assert only["machine"]
    assert only["accepted_at"].endswith("+00:00")


def test_what_was_accepted_is_not_asked_again(
    install: Installed, research: KnownModel, tmp_path: Path
) -> None:
    install(research, accepts=True)

    install(research, accepts=False, source=None)
    install(research, accepts=True)

    assert len(kept(tmp_path)) == 1


def test_a_file_that_was_copied_here_by_hand_is_not_installed_without_a_word(
    install: Installed, research: KnownModel, made: Path, tmp_path: Path
) -> None:
    made.rename(tmp_path / "made-net.onnx")

    with pytest.raises(EngineMisconfiguredError, match="install made-net --accept-licence"):
        install(research, accepts=False, source=None)
    install(research, accepts=True, source=None)

    assert acceptance_of(tmp_path, research) is not None


def test_other_words_of_the_licence_are_asked_for_anew(
    install: Installed, research: KnownModel, tmp_path: Path
) -> None:
    install(research, accepts=True)
    stricter = replace(research, provenance=replace(research.provenance, licence="nobody at all"))

    with pytest.raises(EngineMisconfiguredError, match="nobody at all"):
        install(stricter, accepts=False)
    install(stricter, accepts=True)

    assert [one["licence"] for one in kept(tmp_path)] == ["research only", "nobody at all"]


@pytest.mark.parametrize("line", ["", "not JSON", "[]", "{}", '{"model": "made-net"}'])
def test_a_line_that_is_no_acceptance_counts_for_none(
    research: KnownModel, tmp_path: Path, line: str
) -> None:
    (tmp_path / "accepted-licences.jsonl").write_text(f"{line}\n")

    assert acceptance_of(tmp_path, research) is None


def test_an_account_without_a_name_is_kept_by_its_number(
    install: Installed, research: KnownModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nameless(number: int) -> str:
        raise KeyError(number)

    monkeypatch.setattr(pwd, "getpwuid", nameless)

    install(research, accepts=True)

    assert kept(tmp_path)[0]["account"].isdecimal()


def test_a_record_that_cannot_be_written_is_told(
    install: Installed, research: KnownModel, tmp_path: Path
) -> None:
    (tmp_path / "accepted-licences.jsonl").mkdir()

    with pytest.raises(EngineMisconfiguredError, match=r"accepted-licences\.jsonl cannot be used"):
        install(research, accepts=True)


def test_only_what_allows_less_is_asked_for(
    install: Installed, research: KnownModel, tmp_path: Path
) -> None:
    install(replace(research, rights=Rights.ANY_USE), accepts=True)

    assert not (tmp_path / "accepted-licences.jsonl").exists()
    assert [one.name for one in REGISTRY.values() if one.needs_own_licence] == ["arcface-w600k-r50"]

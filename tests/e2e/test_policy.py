"""A policy profile as an administrator meets it: the start, `candid policy`, `candid search`."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.e2e.commands import Command, ended
from tests.e2e.test_starting import assert_one_line

OWN = """\
format: 1
name: county
version: "3"
title: Our county
counsel_review: null
rules:
  - id: county-offense
    text: A search names the offense.
    source: General order 12
    certainty: own
    purposes: [criminal_investigation]
    requires: [offense, on_behalf_of]
  - id: county-review
    text: A second person looks.
    source: General order 12
    certainty: own
    reviewers: 2
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "county.yaml"
    path.write_text(OWN)
    return path


def test_a_broken_profile_stops_the_start_with_file_and_rule(tmp_path: Path, own: Path) -> None:
    own.write_text(OWN.replace("offense,", "offence,"))
    data = tmp_path / "data"

    said = ended("serve", DATA_DIR=str(data), POLICY__PATH=str(own))

    assert_one_line(said, f"{own}: rule county-offense: requires.0: ")
    assert not data.exists()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"POLICY__PROFILE": "example-texas"}, ["CANDID_POLICY__PROFILE", "example-utah"]),
        ({"POLICY__PROFILE": "default", "POLICY__PATH": "x"}, ["CANDID_POLICY", "one of them"]),
        ({"POLICY__PATH": "/nowhere/county.yaml"}, ["/nowhere/county.yaml", "cannot be read"]),
        ({"POLICY__PROFIL": "default"}, ["CANDID_POLICY"]),
    ],
)
def test_a_profile_that_cannot_be_had_is_told(
    tmp_path: Path, settings: dict[str, str], words: list[str]
) -> None:
    assert_one_line(ended("serve", DATA_DIR=str(tmp_path), **settings), *words)


def test_a_name_that_is_taken_is_told(tmp_path: Path, own: Path) -> None:
    own.write_text(OWN.replace("name: county", "name: default"))

    said = ended("serve", DATA_DIR=str(tmp_path), POLICY__PATH=str(own))

    assert_one_line(said, str(own), "default")


def test_only_the_confirmed_can_be_shown_only_where_a_jms_confirms(
    tmp_path: Path, own: Path
) -> None:
    own.write_text(OWN.replace("reviewers: 2", "confirmed_only: true"))

    said = ended("serve", DATA_DIR=str(tmp_path), POLICY__PATH=str(own))

    assert_one_line(said, "county-review", "CANDID_JMS__PATH")


def test_a_profile_is_checked_before_it_is_used(own: Path) -> None:
    good = ended("policy", "check", str(own))
    own.write_text(OWN.replace("    source: General order 12\n", "", 1))
    bad = ended("policy", "check", str(own))

    assert good.returncode == 0
    assert "profile county, version 3, 2 rules, of which 2 are enforced" in " ".join(
        good.stderr.split()
    )
    assert "Counsel has not reviewed" in " ".join(good.stderr.split())
    assert_one_line(bad, str(own), "rule county-offense: source: Field required")


def test_a_shipped_profile_is_shown_and_its_file_is_one_to_begin_with(tmp_path: Path) -> None:
    table = ended("policy", "show", "example-utah")
    shown = json.loads(ended("policy", "show", "example-utah", "--json").stdout)
    begun = ended("policy", "show", "example-utah", "--yaml")
    copy = tmp_path / "ours.yaml"
    copy.write_text(begun.stdout.replace("name: example-utah", "name: ours"))

    assert table.returncode == 0
    assert "example-utah, version 2" in table.stdout
    assert shown["profile"] == "example-utah"
    assert ended("policy", "check", str(copy)).returncode == 0
    assert_one_line(ended("policy", "show", "--yaml"), "candid policy show NAME --yaml")
    assert_one_line(ended("policy", "show", "example-texas"), "example-utah")


def test_a_service_under_an_own_profile_is_searched_from_the_command_line(
    tmp_path: Path, own: Path, portraits: Mapping[str, Path]
) -> None:
    probe, data = str(portraits["DEMO-PROBE"]), tmp_path / "data"
    command = Command.started("serve", data_dir=data, POLICY__PATH=str(own))
    command.wait_until_ready()
    url = f"http://127.0.0.1:{command.port}"
    asked = ("search", probe, "--url", url, "--purpose", "criminal_investigation")

    refused = ended(*asked, "--offense", "PC 187")
    who = ("--offense", "PC 187", "--on-behalf-of", "Sgt. O", "--authority", "warrant")
    more = ("--authority-ref", "W-1", "--narrative", "A camera saw it.", "--requested-by", "Det. N")
    answer = json.loads(ended(*asked, *who, *more, "--json").stdout)
    told = ended(*asked, *who)
    shown = ended("policy", "show", "--url", url)
    command.process.terminate()

    assert command.end()[0] == 0
    assert refused.returncode == 2
    assert "rule county-offense of the policy profile county (version 3)" in refused.stderr
    assert "on_behalf_of" in refused.stderr
    assert answer["policy"]["profile"] == "county"
    assert (answer["offense"], answer["authority"]) == ("PC 187", "warrant")
    assert (answer["authority_reference"], answer["requested_by"]) == ("W-1", "Det. N")
    assert answer["narrative"] == "A camera saw it."
    assert answer["review_required"]
    assert "The policy profile county requires a review." in told.stdout
    assert "county, version 3" in shown.stdout
    assert "Counsel has not reviewed" in shown.stdout

"""What `candid verify` says in the end."""

from collections import Counter

import pytest

from app.cli.verify_report import PeoplesReport
from app.domain.verification import Finding, Tally
from app.services.recorded import utc_now


def told(tally: Tally, capsys: pytest.CaptureFixture[str]) -> str:
    PeoplesReport(shows_all=False, repairs=False).end(tally, utc_now())
    return " ".join(capsys.readouterr().out.split())


def test_one_picture_under_several_ids_is_not_denied_in_the_end(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = told(Tally(utc_now(), found=Counter({Finding.DOUBLE_PHOTO: 188})), capsys)

    assert said.endswith("no face is double. What is marked (info) is no fault.")


def test_what_was_not_told_is_not_explained(capsys: pytest.CaptureFixture[str]) -> None:
    said = told(Tally(utc_now()), capsys)

    assert "is no fault" not in said

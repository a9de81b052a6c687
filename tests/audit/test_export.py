"""An export is verified without us, by the script in the documentation."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.ports.records import Records
from app.services.audit import AuditServices
from app.services.signatures import Signer, signed_by
from tests.audit.tampering import tamper, write, written
from tests.databases import KEY
from tests.jails import ACTOR
from tests.live import ROOT
from tests.records.samples import NOW, entry

SIGNER = Signer.of(KEY)


def services(records: Records) -> AuditServices:
    return AuditServices.over(records, SIGNER)


async def exported(
    records: Records, since: datetime | None = None, until: datetime | None = None
) -> list[str]:
    texts = [text async for text in services(records).export(ACTOR, since, until)]
    return "".join(texts).splitlines(keepends=True)


NO_KEY = "No --key: the signatures fit the keys that the heads name, whosever they are\n"


def script(tmp_path: Path, lines: Sequence[str], *more: str) -> tuple[int, str]:
    """Run the script on an export in a file; nothing of ours is in its path."""
    file = tmp_path / "export.jsonl"
    file.write_text("".join(lines), "utf-8", newline="\n")
    ran = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-I", ROOT / "docs" / "verify_audit.py", *more[:2], file, *more[2:]],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return ran.returncode, ran.stdout + ran.stderr


@pytest.fixture
async def five(records: Records) -> list[str]:
    """Give the lines of an export of five records; they are numbers 1 to 5."""
    await write(records, 5)
    return await exported(records)


async def test_an_export_is_verified_by_the_script(five: list[str], tmp_path: Path) -> None:
    code, said = script(tmp_path, five, "--key", SIGNER.public_key)

    assert (code, said) == (0, "numbers 1 to 5: 0 faults\n")
    assert json.loads(five[1])["record"]["request_id"] == "R-1"


async def test_a_byte_that_is_changed_is_named(five: list[str], tmp_path: Path) -> None:
    five[3] = five[3].replace("R-3", "R-9")

    code, said = script(tmp_path, five)

    assert code == 1
    assert "number 3: altered" in said


async def test_a_line_that_is_taken_out_is_named(five: list[str], tmp_path: Path) -> None:
    del five[3]

    code, said = script(tmp_path, five)

    assert code == 1
    assert "number 3: missing" in said


async def test_lines_that_are_swapped_are_named(five: list[str], tmp_path: Path) -> None:
    five[2], five[3] = five[3], five[2]

    code, said = script(tmp_path, five)

    assert code == 1
    assert "number 2: missing, or another record stands in its place" in said


async def test_a_tail_that_is_cut_is_found(five: list[str], tmp_path: Path) -> None:
    del five[4:6]

    code, said = script(tmp_path, five)

    assert code == 1
    assert "number 5 is cut off or was replaced" in said


async def test_an_export_that_broke_off_is_found(five: list[str], tmp_path: Path) -> None:
    code, said = script(tmp_path, five[:-1])

    assert code == 1
    assert "the head at the end of the export: not there" in said


async def test_another_key_or_a_forged_signature_is_found(five: list[str], tmp_path: Path) -> None:
    other = Signer.of(KEY[::-1])
    forged = json.loads(five[-1]) | {"signature": "A" * 86 + "=="}

    assert "another key" in script(tmp_path, five, "--key", other.public_key)[1]
    five[-1] = json.dumps(forged)
    assert "signature does not fit" in script(tmp_path, five)[1]


async def test_a_head_that_was_kept_elsewhere_finds_what_was_written_anew(
    records: Records, database: str, tmp_path: Path
) -> None:
    await write(records, 4)
    kept = tmp_path / "head.json"
    kept.write_text(json.dumps(await services(records).sign_head(ACTOR)))
    tamper(database, "DELETE FROM audit WHERE number > 3")
    await write(records, 4, first=20)
    lines = await exported(records)

    code, said = script(tmp_path, lines, "--key", SIGNER.public_key, str(kept))

    assert code == 1
    assert "head.json: number 4 is cut off or was replaced" in said
    assert script(tmp_path, lines)[0] == 0


async def test_a_part_is_exported_by_time_and_verified(records: Records, tmp_path: Path) -> None:
    for day in range(6):
        async with records.unit() as unit:
            at = NOW + timedelta(days=day)
            await unit.audit.append(replace(entry(f"R-{day}"), at=at))

    since = await exported(records, NOW + timedelta(days=2), NOW + timedelta(days=4))
    until = await exported(records, None, NOW + timedelta(days=1))
    nothing = await exported(records, NOW - timedelta(days=9), NOW - timedelta(days=8))

    assert [json.loads(line)["record"]["request_id"] for line in since[1:-1]] == ["R-2", "R-3"]
    assert [json.loads(line)["record"]["request_id"] for line in until[1:-1]] == ["R-0"]
    assert script(tmp_path, since) == (0, f"{NO_KEY}numbers 3 to 4: 0 faults\n")
    assert len(nothing) == 2
    assert script(tmp_path, nothing)[0] == 0


async def test_every_use_of_the_audit_is_in_the_audit(records: Records) -> None:
    audit = services(records)

    await audit.read.page(ACTOR, 0, 10)
    await audit.sign_head(ACTOR)
    await audit.verify(ACTOR)
    await exported(records)

    told = [(one.number, one.fields["action"]) for one in await written(records)]
    assert told == [
        (1, "view_audit"),
        (2, "sign_audit"),
        (3, "verify_audit"),
        (4, "export_audit"),
    ]


async def test_a_head_says_who_signed_it_and_what(records: Records) -> None:
    await write(records, 2)

    signed = await services(records).sign_head(ACTOR)

    assert signed_by(signed) == SIGNER.public_key
    [_, last, *_] = await written(records)
    head = signed["head"]
    assert isinstance(head, dict)
    assert (head["number"], head["hash"]) == (2, last.hash)
    assert datetime.fromisoformat(head["signed_at"]) <= datetime.now(UTC)


@pytest.mark.parametrize("signed", [None, [], {}, {"head": 1}, {"head": {"public_key": "?"}}])
def test_what_is_no_signed_head_was_signed_by_nobody(signed: object) -> None:
    assert signed_by(signed) is None

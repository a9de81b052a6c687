"""`candid audit` as an auditor types it."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from anyio import run_process

from app.ports.records import Records
from app.services.recorded import utc_now
from tests.audit.tampering import tamper, write
from tests.e2e.commands import ended
from tests.live import ROOT
from tests.records.samples import NOW, entry


class Auditor:
    """Types commands, for one database and with a secret of its own."""

    def __init__(self, database: str, directory: Path) -> None:
        self.directory = directory
        self._settings = {"DATABASE_URL": database, "DATA_DIR": str(directory / "data")}

    def types(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        return ended("audit", *arguments, **self._settings, **settings)

    def told(self, *arguments: str, code: int = 0) -> str:
        said = self.types(*arguments)
        assert said.returncode == code, said.stderr
        return said.stdout

    def json(self, *arguments: str, code: int = 0) -> Any:  # noqa: ANN401 - JSON
        return json.loads(self.told(*arguments, code=code))

    def refused(self, words: str, *arguments: str, **settings: str) -> None:
        said = self.types(*arguments, **settings)
        assert said.returncode == 2, said.stdout
        assert words in " ".join(said.stderr.split())
        assert "Traceback" not in said.stderr


@pytest.fixture
def auditor(database: str, tmp_path: Path) -> Auditor:
    return Auditor(database, tmp_path)


async def test_the_chain_is_verified_and_what_was_done_to_it_is_named(
    auditor: Auditor, records: Records, database: str
) -> None:
    await write(records, 4)

    whole = auditor.told("verify")
    kept = auditor.directory / "head.json"
    kept.write_text(json.dumps(auditor.json("head")))
    tamper(database, "DELETE FROM audit WHERE number = 2; DELETE FROM audit WHERE number > 4")
    found = auditor.told("verify", "--head", str(kept), code=1)
    again = auditor.json("verify", "--head", str(kept), "--json", code=1)

    assert "4 records, each chained to the one before" in whole
    assert "kept elsewhere" in whole
    assert "missing: number 2: " in found
    assert "cut_off: number 5: the chain ends at number 4" in found
    told = [(one["fault"], one["number"]) for one in again["findings"]]
    assert told == [("missing", 2), ("replaced", 5)]  # the look before was written as number 5


async def test_heads_are_kept_and_an_export_is_verified_elsewhere(
    auditor: Auditor, records: Records
) -> None:
    await write(records, 3)
    heads = auditor.directory / "heads"
    heads.mkdir()
    export = auditor.directory / "export.jsonl"

    auditor.told("head", "--to", str(heads))
    auditor.told("export", str(export))
    [kept] = heads.iterdir()
    fits = auditor.told("verify", "--head", str(kept), "--head", str(export))
    script = ROOT / "docs" / "verify_audit.py"
    run = await run_process([sys.executable, "-I", script, export, kept], check=False)

    assert export.stat().st_mode & 0o777 == 0o600
    assert kept.name.startswith("candid-audit-000000000003-")
    assert "Up to number\n4 they are those of the head signed at" in fits
    assert (run.returncode, run.stdout.splitlines()[1:]) == (0, [b"numbers 1 to 4: 0 faults"])
    auditor.refused("File exists", "export", str(export))
    kept.write_text(kept.read_text().replace('"number": 3', '"number": 2'))
    auditor.refused("its signature does not fit", "verify", "--head", str(kept))
    auditor.refused("another key", "verify", "--head", str(export), "--public-key", "none")
    auditor.refused("32 bytes in base64", "head", AUDIT__SIGNING_KEY="short")


async def test_the_report_fits_a_screen_and_tells_programs_everything(
    auditor: Auditor, records: Records
) -> None:
    at = utc_now() - timedelta(hours=1)
    long = replace(entry("R-1").actor, name="a key with quite a long name of its own (0a1b2c3d)")
    async with records.unit() as unit:
        for outcome in ("answered", "answered", "scope_missing", "no_face"):
            await unit.audit.append(replace(entry("R-1"), at=at, actor=long, outcome=outcome))

    shown = auditor.told("report")
    told = auditor.json("report", "--json")
    week = auditor.json("report", "--json", "--week")
    then = auditor.json("report", "--json", "--since", f"{NOW:%Y-%m-%d}", "--until", "2026-03-06")

    assert max(map(len, shown.splitlines())) <= 80
    for words in ("Searches", "searched more than once", "Denied attempts", "scope_missing"):
        assert words in shown
    assert told["records"] >= 4
    assert [one["times"] for one in told["searches"]] == [3]
    assert [(one["outcome"], one["times"]) for one in told["denied"]] == [("scope_missing", 1)]
    assert (week["searches"], then["records"]) == ([], 0)
    auditor.refused("contradicts", "report", "--week", "--since", "2026-03-04")
    auditor.refused("--hours", "report", "--hours", "always")
    auditor.refused("not after", "report", "--since", "2026-03-04", "--until", "2026-03-03")

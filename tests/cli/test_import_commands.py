"""`candid import` against a service on a socket: asked, steered, listed."""

import csv
import io
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest

from app.cli import main
from app.domain.errors import SourceUnusableError
from app.domain.imports import (
    ImportMode,
    ImportSource,
    ImportState,
    ItemReason,
    ItemStatus,
    SourceKind,
)
from tests.fakes_imports import FakeImports, item
from tests.served_imports import ServedImports


@dataclass(frozen=True)
class Answer:
    """What a command wrote, and its exit code."""

    returncode: int
    stdout: str
    stderr: str


class Typed(Protocol):
    """Runs a command in this process: a new one takes seconds to start."""

    def __call__(self, *arguments: str) -> Answer: ...


@pytest.fixture
def typed(
    served: ServedImports, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Typed:
    """Give the command line, which knows the service from its environment."""

    def run(*arguments: str) -> Answer:
        monkeypatch.setenv("CANDID_CLIENT__URL", served.url)
        monkeypatch.setattr(sys, "argv", ["candid", "import", *arguments])
        monkeypatch.setattr(sys, "stdin", io.StringIO())
        with pytest.raises(SystemExit) as ended:
            main()
        written = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return Answer(ended.value.code, written.out, written.err)

    return run


def _said(answer: Answer) -> str:
    assert answer.returncode == 0, answer.stderr
    return answer.stdout + answer.stderr


def _refused(answer: Answer, words: str) -> None:
    assert answer.returncode == 2, answer.stdout
    assert words in " ".join(answer.stderr.split())
    assert "Traceback" not in answer.stderr


def test_every_option_of_a_start_arrives(served: ServedImports, typed: Typed) -> None:
    answer = typed(
        *("start", "--zip", "/srv/all.zip", "--pattern", "{id}_F.jpg", "--mode", "changed"),
        *("--since", "2026-01-02", "--limit", "7", "--dry-run", "--no-watch", "--json"),
    )

    told: dict[str, Any] = json.loads(_said(answer))
    [known] = served.imports.known.values()
    assert known.options.source == ImportSource(SourceKind.ZIP, "/srv/all.zip", "{id}_F.jpg")
    assert (known.options.mode, known.options.limit) == (ImportMode.CHANGED, 7)
    assert told["dry_run"]
    assert told["since"] == "2026-01-02T00:00:00.000Z"


@pytest.mark.parametrize(
    ("option", "kind"), [("--jms", SourceKind.JMS), ("--records", SourceKind.RECORDS)]
)
def test_sources_without_a_place_need_none(
    served: ServedImports, typed: Typed, option: str, kind: SourceKind
) -> None:
    said = _said(typed("start", option, "--no-watch"))

    [known] = served.imports.known.values()
    assert known.options.source == ImportSource(kind)
    assert f"candid import watch {known.import_id}" in " ".join(said.split())


def test_a_start_that_cannot_be_says_why(
    served: ServedImports, typed: Typed, tmp_path: Path
) -> None:
    _refused(typed("start"), "exactly one of --jms, --folder")
    _refused(typed("start", "--jms", "--records"), "exactly one of --jms, --folder")
    _refused(typed("start", "--jms", "--summary", str(tmp_path)), "cannot be written")
    served.imports.error = SourceUnusableError("/srv/x does not exist.")
    _refused(typed("start", "--folder", "/srv/x"), "/srv/x does not exist.")
    served.imports.error = None
    known = served.imports.add()
    _refused(typed("start", "--jms"), known.import_id)
    assert len(served.imports.known) == 1


def test_the_json_of_a_watched_import_is_all_of_standard_output(
    served: ServedImports, typed: Typed
) -> None:
    known = served.imports.add(state=ImportState.FINISHED, items=[item(1)])

    answer = typed("watch", "--json")

    told: dict[str, Any] = json.loads(answer.stdout)
    assert (told["import_id"], told["state"]) == (known.import_id, "finished")
    assert told["meanings"]["no_face"]
    assert answer.returncode == 1  # something failed


def test_an_import_is_steered_by_the_beginning_of_its_id_or_by_none(
    served: ServedImports,
    typed: Typed,
) -> None:
    old = served.imports.add(state=ImportState.FINISHED, items=[item(1)])
    known = served.imports.add()

    _said(typed("pause"))
    paused = served.imports.known[known.import_id].state
    resumed = _said(typed("resume", known.import_id))
    _refused(typed("cancel", "20261123"), "Several imports begin with 20261123")
    _refused(typed("cancel", "9"), "No import begins with 9")
    _refused(typed("cancel"), "Nothing was cancelled")
    _said(typed("cancel", "00000001", "--yes"))
    again = _said(typed("retry", old.import_id[:-1] + "0", "--reason", "no_face"))
    nothing = _said(typed("retry", old.import_id))

    assert paused is ImportState.PAUSED
    assert f"candid import watch {known.import_id}" in " ".join(resumed.split())
    assert served.imports.known[known.import_id].state is ImportState.CANCELLED
    assert "1 photo is tried again" in again
    assert served.imports.known[old.import_id].state is ImportState.RUNNING
    assert "nothing is tried again" in " ".join(nothing.split())


def test_where_there_was_no_import_it_says_how_to_begin(typed: Typed) -> None:
    _refused(typed("status"), "`candid import start` begins one")
    assert "There was no import yet." in _said(typed("list"))


def test_status_is_for_people_and_for_cron(served: ServedImports, typed: Typed) -> None:
    known = served.imports.add(state=ImportState.FINISHED, items=[item(1)])

    shown = typed("status")
    told = typed("status", "--json")

    assert f"Import {known.import_id}: finished" in shown.stdout
    assert max(map(len, shown.stdout.splitlines())) <= 80
    assert (shown.returncode, told.returncode) == (1, 1)
    assert json.loads(told.stdout)["counts"]["failed"] == 1


def _many(imports: FakeImports) -> str:
    reasons = (ItemReason.NO_FACE, ItemReason.INTERNAL)
    items = [item(i, reason=reasons[i % 2]) for i in range(1, 1202)]
    items[0] = item(1, detail='=HYPERLINK("http://x")')
    return imports.add(state=ImportState.FINISHED, items=items).import_id


def test_all_pages_of_failures_come_as_csv_and_json_and_the_first_for_people(
    served: ServedImports,
    typed: Typed,
) -> None:
    import_id = _many(served.imports)

    rows = list(csv.DictReader(io.StringIO(typed("failures", "--csv").stdout)))
    defects = json.loads(_said(typed("failures", "--json", "--reason", "internal")))
    people = _said(typed("failures", import_id))

    assert len(rows) == 1201
    assert rows[0]["detail"].startswith("'=")
    assert [row["position"] for row in rows] == [str(i) for i in range(1, 1202)]
    assert {one["reason"] for one in defects} == {"internal"}
    assert len(defects) == 600
    assert "No face was found in the photo." in " ".join(people.split())
    assert "These are the first 50; `--csv` writes all of them." in people
    assert max(map(len, people.splitlines())) <= 80
    _refused(typed("failures", "--csv", "--json"), "contradict each other")


def test_what_a_rule_left_out_is_listed_too(served: ServedImports, typed: Typed) -> None:
    skipped = [
        item(2, ItemStatus.SKIPPED, ItemReason.DUPLICATE_ID),
        item(3, ItemStatus.SKIPPED, ItemReason.UNCHANGED),
    ]
    served.imports.add(state=ImportState.FINISHED, items=[item(1), *skipped])

    def positions(*arguments: str) -> list[str]:
        written = typed("failures", "--csv", *arguments).stdout
        return [row["position"] for row in csv.DictReader(io.StringIO(written))]

    assert positions() == ["1"]
    assert positions("--skipped") == ["2", "3"]
    assert positions("--reason", "duplicate_id") == ["2"]
    assert positions("--skipped", "--reason", "unchanged", "--reason", "no_face") == ["3"]
    assert "another photo under the same id" in " ".join(
        _said(typed("failures", "--skipped")).split()
    )


def test_where_nothing_is_to_be_listed_it_says_so(served: ServedImports, typed: Typed) -> None:
    known = served.imports.add(state=ImportState.FINISHED)

    assert f"Nothing failed in import {known.import_id}." in _said(typed("failures"))
    skipped = _said(typed("failures", "--skipped"))

    assert f"Nothing was skipped in import {known.import_id}." in skipped


def test_imports_are_listed_newest_first(served: ServedImports, typed: Typed) -> None:
    ids = [served.imports.add(state=ImportState.FINISHED).import_id for _ in range(3)]

    people = _said(typed("list"))
    programs = json.loads(_said(typed("list", "--json")))

    assert [one["import_id"] for one in programs] == ids[::-1]
    assert people.index(ids[2]) < people.index(ids[0])
    assert max(map(len, people.splitlines())) <= 80


def test_a_service_that_is_not_there_is_named(served: ServedImports, typed: Typed) -> None:
    served.stop()

    _refused(typed("status"), f"nothing answers at {served.url}")

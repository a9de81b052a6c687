"""An import on the screen: right at 80 columns and any other width."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from rich.cells import cell_len
from rich.console import Console, RenderableType

from app.api.schemas.imports import ImportProgressOut, QuotaOut
from app.cli.imports.display import QuotaPace, shown
from app.cli.imports.events import Lost
from app.cli.imports.screens import Lines, screen
from app.cli.imports.watching import Ended, ended
from app.cli.imports.words import about, lasted, speed
from app.domain.imports import (
    Estimate,
    ImportOptions,
    ImportSource,
    ImportState,
    SourceKind,
)
from tests.cli.progresses import answered, large
from tests.fakes_imports import FakeImports, item


def _drawn(what: RenderableType, width: int = 80) -> list[str]:
    console = Console(width=width, record=True, file=io.StringIO(), force_terminal=True)
    console.print(what)
    return console.export_text().splitlines()


def _told(what: RenderableType) -> str:
    return " ".join(" ".join(_drawn(what)).split())


@pytest.mark.parametrize("width", [80, 50, 132])
def test_nothing_is_wider_than_the_terminal(width: int) -> None:
    imports, known = large()
    imports.change(known.import_id, state=ImportState.PAUSED, trouble="The disk is full. " * 12)

    lines = _drawn(shown(answered(imports, known), note="The service does not answer. " * 4), width)

    assert max(map(cell_len, lines)) <= width
    assert len(lines) > 10


def test_a_running_import_reads_as_people_want_to_know_it() -> None:
    imports, known = large()

    told = _told(shown(answered(imports, known), {"IndexFaces": 48.72}))

    for words in (
        f"Import {known.import_id}: running",
        "0.7% 1,259 of 177,803",
        "indexed 1,234",
        "skipped 20 (not a front view 20",
        "no face 2, several faces 1, defect here 1",
        "51.4 a second now, 51.4 a second on average",
        "about 58 min, until ",
        "records-0.sheriff.county.example.gov (process 4711): 64 photos in hand",
        "2 more: 128 photos in hand",
        "IndexFaces: 48.7 calls a second, quota 50 a second, 12 throttled",
    ):
        assert words in told


def test_while_the_listing_goes_on_nobody_says_how_long_it_takes() -> None:
    imports, known = large()
    imports.change(known.import_id, is_listed=False)
    imports.seconds_left = None

    told = _told(shown(answered(imports, known)))

    assert "of 177,803 listed so far" in told
    assert "left not known until the listing has ended" in told


def test_without_workers_it_says_what_to_start() -> None:
    imports = FakeImports()

    told = _told(shown(answered(imports, imports.add())))

    assert "workers none: start the service, or `candid worker`" in told


def test_text_of_others_is_never_taken_for_markup() -> None:
    imports = FakeImports()
    source = ImportSource(SourceKind.FOLDER, "/srv/[bold]x[/]")
    known = imports.add(ImportOptions(source), ImportState.PAUSED)
    imports.change(known.import_id, trouble="[red]full[/red]")

    told = _told(shown(answered(imports, known)))

    assert "/srv/[bold]x[/]" in told
    assert "[red]full[/red]" in told


def test_the_quota_in_use_is_what_was_admitted_lately() -> None:
    imports, known = large()
    progress = answered(imports, known)
    pace = QuotaPace()

    first = pace.at(progress)
    later = progress.model_copy(
        update={
            "as_of": progress.as_of + timedelta(seconds=4),
            "quotas": [QuotaOut(operation="IndexFaces", quota=50, admitted=12_545, throttled=12)],
        }
    )

    assert first == {}
    assert pace.at(later) == {"IndexFaces": 50.0}


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "a few seconds"),
        (44, "about 40 s"),
        (59.9, "about 1 min 0 s"),
        (187, "about 3 min 10 s"),
        (3472, "about 58 min"),
        (7500, "about 2 h 5 min"),
        (86_000, "about 23 h 53 min"),
        (200_000, "about 2 days 8 h"),
    ],
)
def test_time_left_is_said_in_words(seconds: float, words: str) -> None:
    assert about(seconds) == words


def test_durations_and_slow_speeds_are_exact_enough() -> None:
    assert [lasted(5), lasted(65), lasted(7265)] == ["5 s", "1 min 5 s", "2 h 1 min 5 s"]
    assert [speed(1234.56), speed(0.5)] == ["1,234.6 a second", "30.0 a minute"]


@pytest.mark.parametrize(
    ("state", "trouble", "failed", "code"),
    [
        (ImportState.RUNNING, None, True, Ended.WELL),
        (ImportState.PAUSED, None, True, Ended.WELL),
        (ImportState.PAUSED, "The disk is full.", False, Ended.IN_TROUBLE),
        (ImportState.FINISHED, None, False, Ended.WELL),
        (ImportState.FINISHED, None, True, Ended.WITH_FAILURES),
        (ImportState.CANCELLED, None, True, Ended.CANCELLED),
    ],
)
def test_the_exit_code_tells_how_it_stands(
    state: ImportState, trouble: str | None, *, failed: bool, code: Ended
) -> None:
    imports = FakeImports()
    known = imports.add(state=state, items=[item(1)] if failed else [])
    imports.change(known.import_id, trouble=trouble)

    assert ended(answered(imports, known)) is code


def _lines(*seen: ImportProgressOut | Lost) -> list[str]:
    console = Console(file=io.StringIO(), record=True, width=80)
    with screen(console) as shown_on:
        assert isinstance(shown_on, Lines)
        for one in seen:
            shown_on.show(one)
    return console.export_text().splitlines()


def test_without_a_terminal_there_is_a_line_now_and_then_and_one_for_each_change() -> None:
    imports, known = large()
    running = answered(imports, known)
    imports.change(known.import_id, state=ImportState.PAUSED, trouble="The disk is full.")
    paused = answered(imports, known)
    lost = Lost("The service does not answer.")

    lines = _lines(running, running, lost, lost, running, paused)

    assert [line.split(" UTC ")[1][:30] for line in lines] == [
        "running: 1,259 of 177,803 (0.7",
        "The service does not answer. T",
        "running: 1,259 of 177,803 (0.7",
        "paused by trouble: 1,259 of 17",
    ]
    assert lines[0].startswith(f"{datetime.now(UTC):%Y-%m-%d}")
    assert lines[0].endswith("51.4 a second, about 58 min left")
    assert lines[-1].endswith("The disk is full.")


def test_a_dry_run_shows_what_would_be() -> None:
    imports = FakeImports()
    known = imports.add(ImportOptions(ImportSource(SourceKind.JMS), dry_run=True))
    estimate = Estimate(300_000, 5400.0, None, 40)
    imports.change(known.import_id, state=ImportState.FINISHED, estimate=estimate)
    imports.waiting = 300_000

    told = _told(shown(answered(imports, known)))

    assert "finished (dry run)" in told
    assert "to index 300,000" in told
    assert "would take about 1 h 30 min" in told
    assert "speed" not in told

"""The figures of docs/accuracy.md: `make accuracy` measures them anew and writes the page.

They are kept as results of `candid evaluate` in docs/accuracy/. `python -m bench.published --page`
writes the page from them alone, without a photo. Names of people and photos are left out of what is
kept: the page needs none.
"""

import argparse
import asyncio
import csv
import json
import random
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from app.domain.evaluation import Evaluation, FaceRule, Role, from_json, to_json
from app.services.evaluation import Unwatched, Wanted
from app.settings import Settings
from app.wiring.evaluation import opened_evaluation
from bench.accuracy_page import accuracy_page
from bench.face_sets import ROOT, SETS

_SEED: Final = 7  # of a sample
_MEASURES: Final = "app", "adapters", "bench", "requirements", "pyproject.toml"
KEPT: Final = ROOT / "docs" / "accuracy"
PAGE: Final = ROOT / "docs" / "accuracy.md"


@dataclass(frozen=True, slots=True)
class Published:
    """A set whose figures are published, and how it is measured."""

    name: str  # of its file
    title: str
    said: str  # what it is, and what it is not
    folder: str  # beside the checkout
    face: FaceRule
    people: int | None = None  # None: all; else so many, mated, and a tenth of others of each kind
    groups: str | None = None  # the set's own file of who belongs to which group

    @property
    def file(self) -> Path:
        """Return where its result is kept."""
        return KEPT / f"{self.name}.json"

    def kept(self) -> Evaluation:
        """Return the kept result."""
        return from_json(json.loads(self.file.read_text("utf-8")))


_LFW: Final = (
    "Press photographs (Labeled Faces in the Wild), one to two a person. The makers of the set say "
    "that results on it must not be used to conclude commercial suitability: here it is a "
    "regression measure."
)
PUBLISHED: Final = (
    Published("lfw", "LFW", _LFW, "lfw", FaceRule.CENTRAL),
    Published(
        "london",
        "London",
        "Studio portraits (Face Research Lab London Set, CC BY 4.0), neutral ones in the gallery, "
        "smiling ones searched; sex, race and age as the set states them. Of finding people they "
        "say little: few people, all taken in one sitting. Of errors between groups they say more.",
        "london",
        FaceRule.SERVICE,
        groups="london_info.csv",
    ),
    Published(
        "lfw-sample",
        "LFW, a sample",
        "Some of LFW's people, drawn with a seed, few enough for the tests: they measure them anew "
        "and fail where accuracy has fallen beyond the interval that stands here.",
        "lfw",
        FaceRule.CENTRAL,
        people=110,
    ),
)


def measured(published: Published) -> Evaluation:
    """Measure the default engine on a set; the result names no person and no photo."""
    print(f"Measuring {published.title}", flush=True)
    found = asyncio.run(_evaluated(published))
    reading = replace(found.reading, failures=())
    facts = replace(found.facts, set_name=published.name)
    return replace(found, facts=facts, reading=reading, doubts=())


def page() -> str:
    """Return the page that the kept results make."""
    return accuracy_page([(one.title, one.said, one.kept()) for one in PUBLISHED])


def main() -> None:
    """Measure what is asked for, where the sets are, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--page", action="store_true", help="from the kept results alone")
    parser.add_argument("names", nargs="*", help="which sets to measure; else all")
    asked = parser.parse_args()
    if not asked.page and (changed := _changed()):
        raise SystemExit(
            "Nothing was measured, for the figures would be of no commit. Commit or undo first:\n"
            + changed
        )
    wanted = [one for one in PUBLISHED if not asked.names or one.name in asked.names]
    if not asked.page:
        results = [measured(one) for one in wanted]  # all of them by what is committed
        for one, result in zip(wanted, results, strict=True):
            text = json.dumps(to_json(_of_its_commit(result)), indent=1, allow_nan=False)
            one.file.write_text(text + "\n", "utf-8")
    PAGE.write_text(page(), "utf-8")
    print(f"{PAGE} is written.")


def _changed() -> str:
    """Name the files that measure and are not as committed, one a line."""
    git = "git", "-C", str(ROOT), "status", "--porcelain", "--", *_MEASURES
    return subprocess.run(git, capture_output=True, check=True, text=True).stdout  # noqa: S603 - ours


def _of_its_commit(result: Evaluation) -> Evaluation:
    """Name the commit as it is: where _changed found nothing, only texts differ from it."""
    commit = (result.facts.commit or "").removesuffix("-dirty") or None
    return replace(result, facts=replace(result.facts, commit=commit))


async def _evaluated(published: Published) -> Evaluation:
    with tempfile.TemporaryDirectory() as folder:
        path = SETS / published.folder
        if published.people is not None or published.groups is not None:
            path = _written(published, Path(folder))
        wanted = Wanted(face=published.face)
        async with opened_evaluation(Settings.read(), path, print) as evaluate:
            return await evaluate(wanted, Unwatched())


def _written(published: Published, folder: Path) -> Path:
    """Write the protocol of a part of a set, or with its groups."""
    whole = SETS / published.folder
    rows = _rows(whole / "protocol.csv")
    if published.people is not None:
        rows = _sample(rows, published.people)
    if published.groups is not None:
        known = {row["face_id"]: row for row in _rows(whole / published.groups)}
        rows = [row | _groups(known[row["person"]]) for row in rows]
    (folder / "photos").symlink_to(whole)
    written = folder / "protocol.csv"
    with written.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows({**row, "image": f"photos/{row['image']}"} for row in rows)
    return written


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def _groups(known: dict[str, str]) -> dict[str, str]:
    columns = {"sex": "face_gender", "race": "face_eth", "age": "face_age"}
    return {ours: known[theirs] for ours, theirs in columns.items()}


def _sample(rows: Sequence[dict[str, str]], people: int) -> list[dict[str, str]]:
    """Return the rows of some people, the same every time, and a tenth of others of each kind."""
    draw = random.Random(_SEED)  # noqa: S311 - must come out the same again
    mated = _of_some(rows, (Role.GALLERY_MATED, Role.PROBE_MATED), people, draw)
    distractors = _of_some(rows, (Role.GALLERY_DISTRACTOR,), people // 10, draw)
    return [*mated, *distractors, *_of_some(rows, (Role.PROBE_NONMATED,), people // 10, draw)]


def _of_some(
    rows: Sequence[dict[str, str]], roles: Sequence[Role], count: int, draw: random.Random
) -> list[dict[str, str]]:
    playing = [row for row in rows if row["role"] in roles]
    people = set(draw.sample(sorted({row["person"] for row in playing}), count))
    return [row for row in playing if row["person"] in people]


if __name__ == "__main__":
    main()

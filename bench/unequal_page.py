"""Writes docs/unequal-errors.md from what `python -m bench.unequal_errors` measured, and kept.

`python -m bench.unequal_page --take bench-results` takes a new result before. What is written
depends on the kept result alone, which a test checks.
"""

import argparse
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from app.domain.evaluation.told import percent
from bench.results import ROOT, read
from bench.unequal.judged import AT_MATCHES, AT_MISSES

KEPT: Final = ROOT / "docs" / "accuracy" / "unequal_errors.json"
PAGE: Final = ROOT / "docs" / "unequal-errors.md"

_MISS: Final = "false non-match"

Row = Mapping[str, Any]

_HEAD: Final = """\
# Against unequal errors: what was tried

This page is generated (`python -m bench.unequal_page`, out of
[one result](accuracy/unequal_errors.json)); a test holds it to it. Why each thing was done so:
[ADR 27](adr/0027-against-unequal-errors.md).

At one threshold the default model takes different Black people for one another far more often
than different White people ([accuracy](accuracy.md)). Methods that are said to help were tried in
one run beside the product as it is, on the same searches and the same comparisons, people drawn
again 1,000 times, the same people for every method. Their parameters were chosen on people of whom
nothing below is measured.

**The rule, set before anything was measured:** a method is kept if the worst group's false match
rate is lower by an interval of 95 % that excludes zero, at a threshold that misses the same share
of searches; and if no group's errors, and no share of searches that miss, are higher by such an
interval. Groups of fewer than 10 people are told and decide nothing. With twelve methods chance
alone may let one through, so what passes must pass again on other photos.

Of groups, searches that miss were measured with one photo enrolled only. With two, both of a
person's photos in London are enrolled and none is left to search with: there the rule could look at
the groups' false matches alone.

Differences are to the product as it is, in percentage points, with the interval of 95 %. Where no
method had an event the interval is of nothing, and proves nothing.
"""
_LIMITS: Final = """\
## What it does not say

London is two portraits each of some 100 people, taken in one sitting: its small groups say
something only where the difference is large, and an interval that reaches zero is no proof that
nothing changed. LFW, press photographs, does not say who belongs to which group; its makers say
that results on it must not be used to conclude commercial suitability. Nothing here was measured
on booking photos.
"""


def page(document: Row) -> str:
    """Return the page that a result makes."""
    return "\n".join(_lines(document)) + "\n"


def main() -> None:
    """Take a new result, if any, and write."""
    parser = argparse.ArgumentParser(prog="python -m bench.unequal_page", description=__doc__)
    parser.add_argument("--take", type=Path, help="a folder of results to copy from first")
    taken: Path | None = parser.parse_args().take
    if taken is not None:
        shutil.copyfile(taken / KEPT.name, KEPT)
    PAGE.write_text(page(read(KEPT)), "utf-8")
    print(f"{PAGE} is written.")


def _lines(document: Row) -> Iterator[str]:
    tables = document["tables"]
    yield _HEAD
    yield from ("## What came of it", "", *_verdicts(tables["verdicts"]), "")
    yield from ("## Searches that miss (LFW)", "", *_searches(tables["searches"]), "")
    for at, title in _TITLES.items():
        yield f"## Groups where {title} (London)"
        yield from ("", *_groups([one for one in tables["groups"] if one["at"] == at]), "")
        yield from (*_ratios([one for one in tables["ratios"] if one["at"] == at]), "")
    yield from ("## How the parameters were chosen", "", *_development(tables["development"]), "")
    yield from (*_parts(tables["parts"]), "")
    yield _LIMITS
    yield (
        f"`{document['command']}`, {document['at'][:10]}, commit {document['commit']}, on "
        f"{document['data']}."
    )


_TITLES: Final = {
    AT_MISSES: "10 % of LFW's searches miss",
    AT_MATCHES: "1 % of London's comparisons pass",
}


def _verdicts(rows: Sequence[Row]) -> Iterator[str]:
    taken = [one["method"] for one in rows if one["verdict"] == "kept"]
    yield f"Kept: {', '.join(taken) or 'none of them'}."
    yield ""
    yield "| method | worst group's false match rate | difference | what is lower | kept? |"
    yield "|---|---|---|---|---|"
    for one in rows:
        worst = f"{percent(one['worst'])} | {_difference(one)}"
        yield f"| {one['method']} | {worst} | {one['lower']} | {one['verdict']} |"


def _searches(rows: Sequence[Row]) -> Iterator[str]:
    yield from _table(rows, list(dict.fromkeys(one["figure"] for one in rows)))


def _groups(rows: Sequence[Row]) -> Iterator[str]:
    """Tell the false matches, a table a column of the set, and the misses if there are any."""
    confused = [one for one in rows if one["kind"] == "false match"]
    for column, own in _by(confused, "column"):
        yield from (f"False match rate by {column}:", "")
        yield from _table(
            own, [f"{name}, {n} people" for (name, n), _ in _by(own, "group", "people")]
        )
        yield ""
    missed = [one for one in rows if one["kind"] == _MISS and one["failed"]]
    for one in missed:
        where = f"{one['method']}, {one['column']} {one['group']}"
        yield f"- False non-match rate, {where}: {_counted(one)}, {_difference(one)}"
    yield from _missed_by_nobody(rows)


def _missed_by_nobody(rows: Sequence[Row]) -> Iterator[str]:
    """Say which methods missed nobody, and for which that was not measured."""
    methods = list(dict.fromkeys(one["method"] for one in rows))
    of_method = {
        name: [one["failed"] for one in rows if one["method"] == name and one["kind"] == _MISS]
        for name in methods
    }
    nobody = [name for name, failed in of_method.items() if failed and not any(failed)]
    unmeasured = [name for name, failed in of_method.items() if not failed]
    if nobody:
        yield (
            f"- False non-match rate: {len(nobody)} methods missed nobody, as both portraits of "
            f"everyone reached the threshold: {', '.join(nobody)}."
        )
    if unmeasured:
        yield (
            "- False non-match rate, not measured with two photos enrolled: "
            f"{', '.join(unmeasured)}."
        )


def _table(rows: Sequence[Row], columns: Sequence[str]) -> Iterator[str]:
    """Tell a line a method, a rate and its difference a column."""
    yield f"| method | {' | '.join(f'{column} | difference' for column in columns)} |"
    yield f"|---|{'---|---|' * len(columns)}"
    for method, own in _by(rows, "method"):
        cells = (f"{_counted(one)} | {_difference(one)}" for one in own)
        yield f"| {method} | {' | '.join(cells)} |"


def _ratios(rows: Sequence[Row]) -> Iterator[str]:
    yield (
        "How many times the worst compared group's false match rate is the best one's (left out "
        "where the best had no event, so that there is no such number):"
    )
    yield ""
    yield "| method | by | worst | best | times | 95 % interval | times the product's |"
    yield "|---|---|---|---|---|---|---|"
    for one in rows:
        if one["times"] is None:
            continue
        names = " | ".join(str(one[name]) for name in ("method", "column", "worst", "best"))
        beside = one.get("by_product_times")
        quotient = "" if beside is None else f"{beside:.2f} ({_between(one, 'by_product_')})"
        yield f"| {names} | {one['times']:.1f} | {_between(one)} | {quotient} |"


def _between(one: Row, of: str = "") -> str:
    low, high = one[f"{of}low"], one[f"{of}high"]
    if low is None:
        return "unknown"
    return f"{_short(low)} or more" if high is None else f"{_short(low)} to {_short(high)}"


def _short(times: float) -> str:
    return f"{times:,.0f}" if times >= 10 else f"{times:.2g}"


def _development(rows: Sequence[Row]) -> Iterator[str]:
    yield "By the lowest FNIR at FPIR 10 % on LFW's development part:"
    yield ""
    yield "| parameter | value | FNIR | |"
    yield "|---|---|---|---|"
    for one in rows:
        used = "used" if one["used"] else ""
        told = _PARAMETERS[one["parameter"]], one["value"], percent(one["fnir"]), used
        yield f"| {' | '.join(told)} |"


_PARAMETERS: Final = {"crops": "scales of the crops", "nearest": "nearest of the cohort"}


def _parts(rows: Sequence[Row]) -> Iterator[str]:
    yield "| part | people | photos |"
    yield "|---|---|---|"
    for one in rows:
        yield f"| {one['part']} | {one['people']:,} | {one['photos']:,} |"


def _by(rows: Sequence[Row], *keys: str) -> Iterator[tuple[Any, list[Row]]]:
    """Group rows by some cells, in the order in which they first come."""
    found: dict[Any, list[Row]] = {}
    for one in rows:
        cells = tuple(one[key] for key in keys)
        found.setdefault(cells if len(keys) > 1 else cells[0], []).append(one)
    yield from found.items()


def _counted(one: Row) -> str:
    failed, trials = one["failed"], one["trials"]
    return f"{percent(failed / trials)} ({failed:,} of {trials:,})"


def _difference(one: Row) -> str:
    """Return a difference of rates in percentage points, with its interval."""
    if one["difference"] is None:
        return ""
    value, low, high = (100 * one[key] for key in ("difference", "low", "high"))
    return f"{value:+.2f} ({low:+.2f} to {high:+.2f})"


if __name__ == "__main__":
    main()

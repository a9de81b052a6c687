"""Writes docs/performance.md, its plots and the README's table from the results in docs/figures.

`python -m bench.performance_page` writes them anew; with `--take bench-results` it copies new
results there before. What is written depends on the results alone, which a test checks.
"""

import argparse
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench import readme_figures
from bench.performance_parts import PARTS, Part
from bench.results import ROOT, read

FIGURES = ROOT / "docs" / "figures"
PAGE = ROOT / "docs" / "performance.md"
README = ROOT / "README.md"
_BUSY = 0.15  # of the cores, used by others: more, and a figure says so

_HEAD = """# How fast

This page is written by `python -m bench.performance_page` from what the benches measured; nothing
here is typed in. Every table names its command, its machine and its date. **Compare ratios**: they
are of two programs on one machine in one run, most of them in turns. Where quartiles stand beside
a ratio it is the median of the turns' own ratios, half of which lie between the quartiles; of three
turns, which is all that a slow search gets, these say little. Two peers never take turns with each
other: they compare by their ratios to Candid alone. Times of different machines or days do not
compare. `make bench` measures the most of it in under half an hour, `make bench-full` all of it in
hours.
"""

_OLD = "**Measured before what this table tells was changed; it is to be measured anew.**\n"


def written(results: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Return the page and its plots by their file names, from results by the names of benches."""
    files: dict[str, str] = {}
    sections = [_HEAD]
    for part in PARTS:
        if part.bench in results:
            document = results[part.bench]
            for name, plot in part.plots.items():
                files[f"{part.bench}-{name}.svg"] = plot(document["tables"])
            sections.append("\n".join(_section(part, document)))
    return {"performance.md": "\n".join(sections), **files}


def readme(text: str, results: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the README's text with its table of figures as the results have it."""
    before, _, rest = text.partition(readme_figures.BEGIN)
    _, _, after = rest.partition(readme_figures.END)
    table = readme_figures.block(results)
    return f"{before}{readme_figures.BEGIN}\n{table}\n{readme_figures.END}{after}"


def committed() -> dict[str, Mapping[str, Any]]:
    """Return the results that the page is made of."""
    return {path.stem: read(path) for path in sorted(FIGURES.glob("*.json"))}


def _section(part: Part, document: Mapping[str, Any]) -> Iterator[str]:
    yield f"## {part.title}\n"
    yield f"{part.text}\n"
    if _is_old(part, document["tables"]):
        yield _OLD
    for name in part.plots:
        yield f"![{part.title}: {name}](figures/{part.bench}-{name}.svg)\n"
    for name, rows in document["tables"].items():
        if len(document["tables"]) > 1:
            yield f"**{_words(name).capitalize()}**\n"
        yield from _table(rows)
        yield ""
    yield f"{_origin(document)}\n"


def _is_old(part: Part, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> bool:
    """Say whether a row of what was measured lacks a column that the part's text tells of."""
    return any(
        not set(columns) <= row.keys()
        for table, columns in part.columns.items()
        for row in tables.get(table, ())
        if not isinstance(row.get("ratio"), str)  # what was not installed, or failed
    )


def _origin(document: Mapping[str, Any]) -> str:
    machine, day = document["machine"], document["at"][:10]
    data = f" On {document['data']}." if document["data"] else ""
    busy = max(document.get(when, 0) for when in ("busy_before", "busy_after"))
    looked = "a second before or after this" if "busy_after" in document else "a second before this"
    warning = f" **Other work kept the machine {busy:.0%} busy {looked}.**" if busy > _BUSY else ""
    return (
        f"`{document['command']}`, {document['seconds']:.0f} s on {day}, commit "
        f"{document['commit']}: {machine['processor']}, {machine['cores']} cores, "
        f"{machine['memory_gb']:.0f} GB, Python {machine['python']}; {machine['packages']}."
        f"{data}{warning}"
    )


def _table(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    columns = list(dict.fromkeys(key for row in rows for key in row))
    yield f"| {' | '.join(_heading(column) for column in columns)} |"
    yield f"|{'---|' * len(columns)}"
    for row in rows:
        yield f"| {' | '.join(_cell(row.get(column)) for column in columns)} |"


def _heading(key: str) -> str:
    name, _, unit = key.rpartition("_")
    return (
        f"{_words(name)}, {unit.upper() if unit == 'mb' else unit}"
        if unit in _UNITS
        else _words(key)
    )


_UNITS = {"ms", "s", "mb"}


def _words(key: str) -> str:
    return key.replace("_", " ") or "time"


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.3g}" if value < 100 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else str(value).replace("|", "\\|")


def main() -> None:
    """Take new results, if any, and write."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--take", type=Path, help="a folder of results to copy first")
    taken: Path | None = parser.parse_args().take
    FIGURES.mkdir(exist_ok=True)
    told = {f"{part.bench}.json" for part in PARTS}
    for path in taken.glob("*.json") if taken else ():
        if path.name in told:
            shutil.copyfile(path, FIGURES / path.name)
    for old in FIGURES.glob("*.svg"):
        old.unlink()
    for name, text in written(committed()).items():
        path = PAGE if name == PAGE.name else FIGURES / name
        path.write_text(text, encoding="utf-8")
    README.write_text(readme(README.read_text("utf-8"), committed()), encoding="utf-8")


if __name__ == "__main__":
    main()

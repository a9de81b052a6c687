"""The table of figures in the README, made of the committed results as docs/performance.md is.

A line names its bench; a bench without a result has no line.
"""

from collections.abc import Mapping
from typing import Any, Final

from bench.performance_parts import Tables
from bench.readme_lines import LINES

BEGIN: Final = "<!-- written by bench.performance_page -->"
END: Final = "<!-- end of what is written -->"

_HEADING: Final = "| | measured | against | ratio | `python -m` |\n|---|---|---|---|---|"


def block(results: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the machine and the table, from results by the names of benches."""
    told = [lines for lines in LINES if lines.bench in results]
    rows = [
        f"| {what} | {measured} | {against} | {ratio} | `bench.{lines.bench}` |"
        for lines in told
        for what, measured, against, ratio in lines.of(_measured(results[lines.bench]["tables"]))
    ]
    machines = {_machine(results[lines.bench]) for lines in told}
    return "\n".join([f"Measured on {'; '.join(sorted(machines))}.\n", _HEADING, *rows])


def _measured(tables: Tables) -> Tables:
    """Leave out rows that say why there is no figure: what is not installed, or failed."""
    return {
        name: [row for row in rows if not isinstance(row.get("ratio"), str)]
        for name, rows in tables.items()
    }


def _machine(document: Mapping[str, Any]) -> str:
    machine = document["machine"]
    return f"{machine['cores']} cores of {machine['processor']}, Python {machine['python']}"

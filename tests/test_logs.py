"""What the log tells of a defect: its kind and its place, never what it quotes."""

import json
import subprocess
import sys

from tests.live import ROOT, child_environment

PROGRAM = """
import logging
import structlog
from app.logs import configure_logs

def broken(name):
    try:
        raise KeyError(name)
    except KeyError as error:
        raise ValueError(name) from error

configure_logs("info")
try:
    broken(" ".join(("Jane", "Doe")))
except ValueError as error:
    error.__cause__.__context__ = error  # a ring, which must end
    structlog.get_logger("ours").error("defect", exc_info=error)
    logging.getLogger("theirs").exception("failed")
    group = ExceptionGroup("Jane" + " Doe", [error])
    structlog.get_logger("ours").error("defects", exc_info=group)
structlog.get_logger("ours").info("well")
"""


def test_an_error_is_logged_with_its_kinds_and_places_without_its_text() -> None:
    said = subprocess.run(  # noqa: S603 - the program above
        [sys.executable, "-c", PROGRAM],
        env=child_environment(),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    ours, theirs, several, well = (json.loads(line) for line in said.stderr.splitlines())
    assert "Jane Doe" not in said.stderr
    for told in (ours, theirs, several):
        assert "builtins.KeyError" in told["exception"]
        assert "builtins.ValueError" in told["exception"]
        assert "line 8, in broken" in told["exception"]
    assert "builtins.ExceptionGroup" in several["exception"]
    assert "exception" not in well

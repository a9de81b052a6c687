"""What `make demo` says before anything is there."""

import subprocess
import sys
from pathlib import Path

from tests.live import ROOT


def test_it_says_that_it_installs_before_the_minutes_that_takes(tmp_path: Path) -> None:
    pip = tmp_path / ".venv" / "bin" / "pip"
    pip.parent.mkdir(parents=True)
    uv = tmp_path / "uv"
    for program in (pip, uv):
        program.write_text("#!/bin/sh\necho the installer ran >&2\n")
        program.chmod(0o755)

    ran = subprocess.run(  # noqa: S603 - our own script, its installers replaced
        ["/bin/sh", ROOT / "requirements" / "install.sh", sys.executable, "run.lock"],
        cwd=tmp_path,
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    said, *after = ran.stderr.splitlines()
    assert said == "Installing into .venv what run.lock names; this takes minutes the first time."
    assert after == ["the installer ran"] * 2

"""The docs page in a browser that can reach nothing but the service."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.live import live_service

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")


@pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed")
def test_the_docs_page_shows_every_call_without_any_other_host(tmp_path: Path) -> None:
    with live_service(tmp_path / "data") as service:
        drawn = subprocess.run(  # noqa: S603 - a program we chose
            [
                str(BROWSER),
                *("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run"),
                *("--disable-background-networking", "--no-proxy-server"),
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                f"--user-data-dir={tmp_path / 'browser'}",
                *("--virtual-time-budget=10000", "--enable-logging=stderr", "--dump-dom"),
                f"{service.url}/docs",
            ],
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )

    shown = set(re.findall(r'id="operations-[a-z]+-([a-z_]+)"', drawn.stdout))
    assert {"index", "search", "detect", "searches", "booking", "photo"} <= shown
    assert "never identifications" in drawn.stdout
    assert "CONSOLE" not in drawn.stderr

"""What schemathesis makes of the committed OpenAPI document against the running service."""

import subprocess
import sys
from pathlib import Path

from tests.live import ROOT, child_environment, live_service


def test_the_service_answers_as_the_document_says(tmp_path: Path) -> None:
    with live_service(tmp_path / "data", AUTH__KIND="keys") as service:
        key = (tmp_path / "data" / "first-key").read_text().strip()
        run = subprocess.run(  # noqa: S603 - a program we chose
            [
                Path(sys.executable).with_name("schemathesis"),
                *("run", ROOT / "openapi" / "openapi.json", "--url", service.url),
                *("--header", f"Authorization: Bearer {key}"),
                # Bytes that fit the schema may hold no face, and ids may not be on record.
                *("--exclude-checks", "positive_data_acceptance"),
                *("--max-examples", "10", "--seed", "1", "--no-color"),
            ],
            cwd=tmp_path,
            env=child_environment(),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    assert run.returncode == 0, run.stdout[-8000:] + run.stderr[-2000:]

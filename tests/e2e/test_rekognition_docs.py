"""What docs/rekognition-endpoint.md shows is run as it stands there."""

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.buckets import s3_client
from tests.e2e.commands import environment_with
from tests.live import ROOT, live_service

PAGE = ROOT / "docs" / "rekognition-endpoint.md"
BUCKET = "jail-of-the-documentation"
OLDEST_CURL = (7, 86)
AWS = {"AWS_ACCESS_KEY_ID": "nobody", "AWS_SECRET_ACCESS_KEY": "nothing"}
CANDID = 'candid() { "$PYTHON" -m app "$@"; }\n'
"""The command of this checkout, whatever is installed."""

Shown = Mapping[str, str]


@dataclass(frozen=True)
class Shell:
    """Runs commands of the page with the variables that it has its reader set."""

    variables: Mapping[str, str]
    keys: bool = True  # whether the service asks for some

    def said(self, command: str) -> str:
        environment = environment_with({}) | {"PYTHON": sys.executable, **self.variables}
        done = subprocess.run(  # noqa: S603 - the page's own words
            ["/bin/sh", "-euc", CANDID + command],
            env=environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=180,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def answer(self, command: str) -> Any:  # noqa: ANN401 - JSON
        answer = json.loads(self.said(command))
        assert "__type" not in answer, answer
        return answer


@cache
def curl_version() -> tuple[int, ...]:
    try:
        said = subprocess.run(["curl", "--version"], capture_output=True, text=True, check=True)  # noqa: S607 - whichever is installed
    except OSError:
        return (0,)
    return tuple(map(int, re.findall(r"\d+", said.stdout)[:2]))


@pytest.fixture(scope="module")
def shown() -> Shown:
    """The page's commands, by what they do; none is left out."""
    if curl_version() < OLDEST_CURL:
        pytest.skip("curl older than 7.86 signs otherwise")
    blocks = re.findall(r"^```sh\n(.*?)^```", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    names = ("key", "variables", "php indexing", "php searching", "ios", "unsigned")
    return dict(zip(names, blocks, strict=True))


async def _fill(url: str, photos: Mapping[str, Path]) -> None:
    async with s3_client(url) as client:
        await client.create_bucket(Bucket=BUCKET)
        for name, path in photos.items():
            await client.put_object(Bucket=BUCKET, Key=name, Body=path.read_bytes())


@pytest.fixture(scope="module")
def bucket(s3_server: str, portraits: Mapping[str, Path]) -> dict[str, str]:
    """Settings of a bucket with the booking photos."""
    booked = {f"photos/{one}.jpg": path for one, path in portraits.items() if "PROBE" not in one}
    asyncio.run(_fill(s3_server, booked))
    return {
        "PHOTOS__KIND": "s3",
        "PHOTOS__BUCKET": BUCKET,
        "PHOTOS__REGION": "us-east-1",
        "PHOTOS__ENDPOINT_URL": s3_server,
    }


@pytest.fixture(scope="module", params=["keys", "none"])
def shell(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    portraits: Mapping[str, Path],
    bucket: dict[str, str],
    shown: Shown,
) -> Iterator[Shell]:
    """A reader's shell: the service runs with keys or without, and the photos are indexed."""
    data_dir = tmp_path_factory.mktemp("documented")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in AWS.items():
            patch.setenv(name, value)
        with live_service(data_dir, AUTH__KIND=request.param, **bucket) as service:
            made = Shell({"CANDID_DATA_DIR": str(data_dir)}).said(shown["key"])
            key = dict(re.findall(r"^(aws_\w+) = (\S+)$", made, re.MULTILINE))
            variables = {
                "ENDPOINT": service.url,
                "KEY_ID": key["aws_access_key_id"],
                "KEY_SECRET": key["aws_secret_access_key"],
                "BUCKET": BUCKET,
                "PROBE": str(portraits["DEMO-PROBE"]),
            }
            named = {one for one in variables if re.search(rf"\b{one}=", shown["variables"])}
            assert named == variables.keys()
            yield Shell(variables, keys=request.param == "keys")


def indexed(shell: Shell, shown: Shown, portraits: Mapping[str, Path]) -> list[str]:
    """Index every booking photo with the page's command; return the ids."""
    booked = [one for one in portraits if "PROBE" not in one]
    for name in booked:
        photo = Shell({**shell.variables, "PHOTO": f"photos/{name}.jpg"})
        answer = photo.answer(shown["php indexing"].replace('"A1"', f'"{name}"'))

        [record] = answer["FaceRecords"]
        assert record["Face"]["ExternalImageId"] == name
        assert answer["UnindexedFaces"] == []
    return booked


def test_the_first_systems_flows_find_the_person(
    shell: Shell, shown: Shown, portraits: Mapping[str, Path]
) -> None:
    booked = indexed(shell, shown, portraits)

    of_php = shell.answer(shown["php searching"])["FaceMatches"]
    of_ios = shell.answer(shown["ios"])["FaceMatches"]

    assert of_php[0]["Face"]["ExternalImageId"] in {"DEMO-0001", "DEMO-0002"}
    assert "DEMO-0001" in [match["Face"]["ExternalImageId"] for match in of_php]
    assert all(match["Similarity"] >= 80 for match in of_php)
    assert len(of_php) < len(booked)
    assert len(of_ios) == min(5, len(booked))  # nearly everybody passes 0.85
    assert of_ios[: len(of_php)] == of_php[:5]


def test_an_unsigned_call_is_served_where_no_keys_are_asked_for(
    shell: Shell, shown: Shown, portraits: Mapping[str, Path]
) -> None:
    indexed(shell, shown, portraits)

    answer = json.loads(shell.said(shown["unsigned"]))

    if shell.keys:
        assert answer["__type"] == "MissingAuthenticationTokenException"
    else:
        assert answer["FaceMatches"][0]["Face"]["ExternalImageId"] in {"DEMO-0001", "DEMO-0002"}

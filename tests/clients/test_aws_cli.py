"""The AWS command line interface, unmodified."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.clients.conftest import Endpoint, Portraits

FEW = 5
"""Each command starts a Python of its own."""


class Cli:
    """`aws rekognition ...` with the endpoint in its environment."""

    def __init__(self, endpoint: Endpoint) -> None:
        program = Path(sys.executable).with_name("aws")
        if not program.exists():
            pytest.skip(f"the AWS command line interface is not installed ({program})")
        self._program = str(program)
        self._environment = {"PATH": os.defpath, **endpoint.environment()}

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603 - the program under test
            [self._program, "rekognition", *arguments],
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=180,
        )

    def __call__(self, *arguments: str) -> Any:  # noqa: ANN401 - JSON
        done = self.run(*arguments)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout.strip() else {}


@pytest.fixture(scope="module")
def aws(endpoint: Endpoint) -> Cli:
    return Cli(endpoint)


def test_a_collection_from_its_making_to_its_end(aws: Cli, portraits: Portraits) -> None:
    name, probe = next(iter(portraits.probes.items()))
    booked = [name, *(one for one in portraits.booked if one != name)][:FEW]
    collection = "--collection-id=cli"

    aws("create-collection", collection)
    faces = {}
    for one in booked:
        photo = f"--image-bytes=fileb://{portraits.booked[one]}"
        answer = aws("index-faces", collection, photo, f"--external-image-id={one}")
        faces[one] = answer["FaceRecords"][0]["Face"]["FaceId"]
    listed = aws("list-faces", collection, "--page-size=2")["Faces"]
    photo = f"--image-bytes=fileb://{probe}"
    matches = aws("search-faces-by-image", collection, photo, "--max-faces=3")["FaceMatches"]
    aws("create-user", collection, "--user-id=P-1")
    aws("associate-faces", collection, "--user-id=P-1", "--face-ids", faces[name])
    users = aws("search-users-by-image", collection, photo)["UserMatches"]
    aws("delete-user", collection, "--user-id=P-1")
    deleted = aws("delete-faces", collection, "--face-ids", *faces.values())["DeletedFaces"]
    left = aws("describe-collection", collection)["FaceCount"]
    aws("delete-collection", collection)

    assert {face["ExternalImageId"]: face["FaceId"] for face in listed} == faces
    assert matches[0]["Face"]["ExternalImageId"] == name
    assert users[0]["User"]["UserId"] == "P-1"
    assert sorted(deleted) == sorted(faces.values())
    assert left == 0


def test_an_unknown_collection_is_told_as_aws_tells_it(aws: Cli) -> None:
    done = aws.run("describe-collection", "--collection-id=unknown")

    assert done.returncode != 0
    assert "(ResourceNotFoundException) when calling the DescribeCollection" in done.stderr

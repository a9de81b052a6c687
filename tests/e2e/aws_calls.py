"""Rekognition's calls as bare HTTP, signed by botocore or not at all."""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

import httpx
from botocore.auth import SIGV4_TIMESTAMP, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

REGION = "us-east-1"

Json = dict[str, Any]


def image(photo: bytes) -> Json:
    return {"Bytes": base64.b64encode(photo).decode()}


def target(operation: str) -> dict[str, str]:
    named = f"RekognitionService.{operation}"
    return {"X-Amz-Target": named, "Content-Type": "application/x-amz-json-1.1"}


def signed(
    url: str,
    operation: str,
    body: bytes,
    key: tuple[str, str],
    late: timedelta = timedelta(0),
    more: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, str]:
    """Return the headers of a call by this access key; `more` are headers, with underscores."""
    given = target(operation) | {name.replace("_", "-"): value for name, value in more.items()}
    request = AWSRequest("POST", f"{url}/", headers=given, data=body)
    request.context["timestamp"] = (datetime.now(UTC) + late).strftime(SIGV4_TIMESTAMP)
    request.headers["X-Amz-Date"] = request.context["timestamp"]
    signer = SigV4Auth(Credentials(*key), "rekognition", REGION)
    signed_headers = signer.signed_headers(signer.headers_to_sign(request))
    text = signer.string_to_sign(request, signer.canonical_request(request))
    request.headers["Authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={signer.scope(request)}, SignedHeaders={signed_headers}, "
        f"Signature={signer.signature(text, request)}"
    )
    return dict(request.headers.items())


def called(client: httpx.Client, operation: str, fields: Mapping[str, Any]) -> httpx.Response:
    """Make a call that nobody signed."""
    return client.post("/", content=json.dumps(fields), headers=target(operation))


def answered(client: httpx.Client, operation: str, fields: Mapping[str, Any]) -> Json:
    """Make a call that nobody signed, and that is served."""
    response = called(client, operation, fields)
    assert response.status_code == 200, response.text
    answer: Json = response.json()
    return answer


def code_of(response: httpx.Response) -> str | None:
    """Return the error of an answer in the form that SDKs read; None where there is none."""
    assert response.headers["Content-Type"] == "application/x-amz-json-1.1", response.text
    assert response.status_code in {200, 400, 500}, response.text
    body: dict[str, str] = response.json()
    assert ("__type" in body) == (response.status_code != 200), response.text
    return body.get("__type")

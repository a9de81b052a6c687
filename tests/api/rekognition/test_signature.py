"""Signatures: AWS's own test suite, and whatever botocore signs."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from app.api.rekognition.errors import Refusal
from app.api.rekognition.signature import (
    SignedRequest,
    check_claim,
    check_signature,
    claim_of,
    signature_of,
)
from tests.api.rekognition.signing_suite import KEY_ID, SECRET, SUITE

TARGET = "RekognitionService.ListCollections"
TEXT = st.text(st.characters(codec="latin-1", categories=["L", "N", "P", "S"]) | st.just(" "))


@pytest.mark.parametrize("name", SUITE)
def test_a_request_of_awss_own_test_suite_is_accepted(name: str) -> None:
    vector = SUITE[name]
    request = vector.request()
    claim = claim_of(request)

    check_signature(claim, request, SECRET, vector.body)

    sha256 = hashlib.sha256(vector.body).hexdigest()
    assert signature_of(claim, request, SECRET, sha256) == vector.signature


@pytest.mark.parametrize("name", SUITE)
def test_it_is_refused_when_anything_was_changed(name: str) -> None:
    vector = SUITE[name]
    request = vector.request()
    claim = claim_of(request)
    changed = replace(request, query=request.query + b"&more=1")

    for claimed, asked, secret, body in (
        (claim, request, SECRET + "x", vector.body),
        (claim, request, SECRET, vector.body + b" "),
        (claim, changed, SECRET, vector.body),
        (replace(claim, region="us-west-2"), request, SECRET, vector.body),
        (replace(claim, signed_headers=("host", "x-amz-date", "b")), request, SECRET, vector.body),
        (replace(claim, signature="ü"), request, SECRET, vector.body),
    ):
        with pytest.raises(Refusal) as raised:
            check_signature(claimed, asked, secret, body)
        assert raised.value.code == "InvalidSignatureException"


def _signed(
    body: bytes, headers: dict[str, str], region: str = "us-east-1", query: str = ""
) -> SignedRequest:
    given = {"X-Amz-Target": TARGET, "Host": "candid.county.example:8000"} | headers
    address = f"https://candid.county.example:8000/{query}"
    request = AWSRequest("POST", address, headers=given, data=body)
    SigV4Auth(Credentials(KEY_ID, SECRET), "rekognition", region).add_auth(request)
    raw = [(name.lower().encode(), value.encode()) for name, value in request.headers.items()]
    return SignedRequest("POST", "/", query.removeprefix("?").encode(), raw)


@given(
    body=st.binary(max_size=200),
    values=st.dictionaries(st.from_regex(r"x-[a-z0-9-]{1,12}", fullmatch=True), TEXT, max_size=4),
    region=st.sampled_from(["us-east-1", "eu-central-1", "local"]),
    query=st.sampled_from(["", "?b=2&a=1&a=0", "?x=%C3%A9&y=a%20b"]),
)
def test_whatever_botocore_signs_is_accepted(
    body: bytes, values: dict[str, str], region: str, query: str
) -> None:
    request = _signed(body, values, region, query)

    claim = claim_of(request)
    check_claim(claim, request, datetime.now(UTC))
    check_signature(claim, request, SECRET, body)

    assert (claim.access_key_id, claim.region) == (KEY_ID, region)


@given(
    st.text(max_size=200)
    | st.text("AWS4-HMACSHA256 ,;=/abcCredentialSignedHeaders").map(
        lambda text: f"AWS4-HMAC-SHA256 {text}"
    )
)
def test_no_authorization_header_is_more_than_refused(text: str) -> None:
    raw = [(b"authorization", text.encode()), (b"host", b"localhost"), (b"x-amz-date", b"today")]
    request = SignedRequest("POST", "/", b"", raw)

    with pytest.raises(Refusal):
        check_claim(claim_of(request), request, datetime.now(UTC))


@pytest.mark.parametrize(
    ("late", "code"),
    [(-301, "Signature not yet current"), (-299, None), (299, None), (302, "Signature expired")],
)
def test_a_signature_counts_for_five_minutes(late: int, code: str | None) -> None:
    request = _signed(b"{}", {})
    claim = claim_of(request)
    now = datetime.now(UTC) + timedelta(seconds=late)

    if code is None:
        check_claim(claim, request, now)
        return
    with pytest.raises(Refusal, match=code) as raised:
        check_claim(claim, request, now)
    assert raised.value.code == "InvalidSignatureException"


def _with(request: SignedRequest, **changed: bytes | None) -> SignedRequest:
    names = {name.replace("_", "-").encode(): value for name, value in changed.items()}
    kept = [pair for pair in request.headers if pair[0] not in names]
    added = [(name, value) for name, value in names.items() if value is not None]
    return replace(request, headers=[*kept, *added])


def test_a_request_may_be_dated_by_its_date_header() -> None:
    stamp = datetime.now(UTC)
    dated = stamp.strftime("%a, %d %b %Y %H:%M:%S GMT").encode()
    request = _with(_signed(b"{}", {}), x_amz_date=None, date=dated)
    claim = replace(claim_of(request), signed_headers=("date", "host", "x-amz-target"))
    true = signature_of(claim, request, SECRET, hashlib.sha256(b"{}").hexdigest())

    claim = replace(claim, signature=true)
    check_claim(claim, request, stamp)
    check_signature(claim, request, SECRET, b"{}")


@pytest.mark.parametrize(
    "date",
    [b"20150830T123600", b"yesterday", b"20151330T123600Z", b"", b"20150830T123600Z,x", b"\xb2"],
)
def test_a_time_that_is_none_is_refused(date: bytes) -> None:
    for name in ("x_amz_date", "date"):
        request = _with(_signed(b"{}", {}), **{"x_amz_date": None, name: date})
        signed = ("date", "host", "x-amz-date", "x-amz-target")
        claim = replace(claim_of(request), signed_headers=signed)

        with pytest.raises(Refusal) as raised:
            check_claim(claim, request, datetime.now(UTC))

        assert raised.value.code in {"IncompleteSignatureException", "InvalidSignatureException"}


def test_a_time_must_be_told() -> None:
    request = _with(_signed(b"{}", {}), x_amz_date=None)

    with pytest.raises(Refusal, match="'X-Amz-Date' or a 'Date' header") as raised:
        check_claim(claim_of(request), request, datetime.now(UTC))

    assert raised.value.code == "IncompleteSignatureException"


@pytest.mark.parametrize("missing", ["host", "x-amz-date", "x-amz-target"])
def test_what_could_be_altered_must_be_signed(missing: str) -> None:
    request = _signed(b"{}", {})
    claim = claim_of(request)
    names = tuple(name for name in claim.signed_headers if name != missing)

    with pytest.raises(Refusal, match=missing) as raised:
        check_claim(replace(claim, signed_headers=names), request, datetime.now(UTC))

    assert raised.value.code == "InvalidSignatureException"


def test_a_scope_of_another_service_or_day_is_refused() -> None:
    request = _signed(b"{}", {})
    claim = claim_of(request)

    for other in (replace(claim, service="s3"), replace(claim, date="20150830")):
        with pytest.raises(Refusal) as raised:
            check_claim(other, request, datetime.now(UTC))
        assert raised.value.code == "InvalidSignatureException"


@pytest.mark.parametrize("stated", [b"UNSIGNED-PAYLOAD", b"STREAMING-AWS4-HMAC-SHA256-PAYLOAD"])
def test_a_body_that_is_not_signed_is_refused(stated: bytes) -> None:
    request = _signed(b"{}", {"x-amz-content-sha256": stated.decode()})

    with pytest.raises(Refusal, match="x-amz-content-sha256"):
        check_signature(claim_of(request), request, SECRET, b"{}")


def test_a_stated_hash_of_the_body_is_accepted() -> None:
    request = _signed(b"{}", {"x-amz-content-sha256": hashlib.sha256(b"{}").hexdigest()})

    check_signature(claim_of(request), request, SECRET, b"{}")

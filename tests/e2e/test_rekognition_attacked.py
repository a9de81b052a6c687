"""The wire endpoint of a service with keys, as somebody who means harm or is unlucky calls it."""

import io
import socket
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from tests.e2e.aws_calls import code_of, image, signed
from tests.e2e.calls import different_photos
from tests.e2e.victim import COLLECTION, Victim, bucket, victim
from tests.portraits.photos import encoded

__all__ = ["bucket", "victim"]

LIST = b'{"CollectionId": "bookings"}'
DENIED = "AccessDeniedException"
INVALID = "InvalidParameterException"
FORGED = "InvalidSignatureException"
UNREADABLE = "SerializationException"
TOO_LARGE = "ImageTooLargeException"

PEOPLE = 40


@pytest.fixture(autouse=True)
def unharmed(victim: Victim) -> Iterator[None]:
    """Whatever came, the service goes on and the gallery is as it was."""
    yield
    with victim.service.client() as client:
        assert client.get("/health/ready").status_code == 200
    assert victim.faces() == 1


def test_who_is_not_who_they_say_is_refused(victim: Victim) -> None:
    url, name = victim.service.url, "DescribeCollection"
    good = signed(url, name, LIST, victim.key)
    stolen = (victim.key[0], "a" * 40)

    answers = {
        "unsigned": victim.sent(name, LIST, {}),
        "altered body": victim.sent(name, LIST + b" ", good),
        "another operation": victim.sent("DeleteCollection", LIST, good),
        "another secret": victim.called(name, LIST, stolen),
        "unknown key": victim.called(name, LIST, ("CANDIDAAAABBBBCCCCDD", "a" * 40)),
        "slow clock": victim.sent(
            name, LIST, signed(url, name, LIST, victim.key, timedelta(minutes=-6))
        ),
        "fast clock": victim.sent(
            name, LIST, signed(url, name, LIST, victim.key, timedelta(minutes=6))
        ),
        "rather slow clock": victim.sent(
            name, LIST, signed(url, name, LIST, victim.key, timedelta(minutes=-4))
        ),
        "bearer": victim.sent(name, LIST, {"Authorization": f"Bearer {victim.key[1]}"}),
    }

    assert {what: code_of(answer) for what, answer in answers.items()} == {
        "unsigned": "MissingAuthenticationTokenException",
        "altered body": FORGED,
        "another operation": FORGED,
        "another secret": FORGED,
        "unknown key": "UnrecognizedClientException",
        "slow clock": FORGED,
        "fast clock": FORGED,
        "rather slow clock": None,
        "bearer": "IncompleteSignatureException",
    }


def test_a_key_opens_what_it_was_made_for_and_only_while_it_is_not_revoked(
    victim: Victim, portraits: Mapping[str, Path]
) -> None:
    searcher = victim.new_key("--scope=search")
    indexer = victim.new_key("--scope=index")
    search = {**COLLECTION, "Image": image(portraits["DEMO-PROBE"].read_bytes())}
    case = {"X_Candid_Purpose": "criminal_investigation", "X_Candid_Case_Number": "26-001234"}

    codes = [
        code_of(victim.called("SearchFacesByImage", search, searcher)),
        code_of(
            victim.called(
                "SearchFacesByImage", search, searcher, X_Candid_Purpose="criminal_investigation"
            )
        ),
        code_of(victim.called("SearchFacesByImage", search, searcher, X_Candid_Purpose="fun")),
        code_of(victim.called("SearchFacesByImage", search, searcher, **case)),
        code_of(victim.called("SearchFacesByImage", search, indexer, **case)),
        code_of(victim.called("IndexFaces", search, searcher)),
        code_of(victim.called("DeleteCollection", {"CollectionId": "any"}, indexer)),
    ]
    victim.revoke(searcher)
    revoked = victim.called("SearchFacesByImage", search, searcher, **case)

    assert codes == [DENIED, DENIED, INVALID, None, DENIED, DENIED, DENIED]
    assert code_of(revoked) == "UnrecognizedClientException"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"CollectionId": "bookings", "Image": {"Bytes": "', UNREADABLE),
        (b'{"CollectionId": "bookings", "Image": ' + b'{"a":' * 10_000, UNREADABLE),
        (b'{"Image": ' + b'{"a":' * 10_000 + b"1" + b"}" * 10_001, UNREADABLE),
        (b'{"Image": ' + b"[" * 10_000 + b"]" * 10_000 + b"}", UNREADABLE),
        (b'{"CollectionId": "bookings", "FaceMatchThreshold": NaN}', UNREADABLE),
        (b'{"CollectionId": "bookings", "FaceMatchThreshold": Infinity}', UNREADABLE),
        (b'{"CollectionId": "bookings", "FaceMatchThreshold": -Infinity}', UNREADABLE),
        (b'{"CollectionId": "bookings", "FaceMatchThreshold": 1e999}', INVALID),
        (b'{"CollectionId": "bookings", "MaxFaces": 1e999}', UNREADABLE),
        (b'{"CollectionId": "bookings", "MaxFaces": -1}', INVALID),
        (b'{"CollectionId": "bookings", "Image": {"Bytes": "AAAA", "Bytes": 5}}', UNREADABLE),
        (b'{"CollectionId": "\\u0000", "Image": {"Bytes": "AAAA"}}', INVALID),
        (b'{"CollectionId": "' + b"a" * 1_000_000 + b'", "Image": {"Bytes": "AAAA"}}', INVALID),
        (
            b'{"CollectionId": "bookings", "Image": {"Bytes": "AAAA"}}',
            "InvalidImageFormatException",
        ),
        (b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", UNREADABLE),
        (b"", INVALID),
    ],
    ids=range(16),
)
def test_a_body_that_is_no_request_is_told_so(victim: Victim, body: bytes, code: str) -> None:
    assert code_of(victim.called("SearchFacesByImage", body)) == code


def test_of_two_members_of_one_name_the_last_counts(victim: Victim) -> None:
    body = b'{"CollectionId": "unknown", "CollectionId": "bookings"}'

    assert code_of(victim.called("DescribeCollection", body)) is None
    assert code_of(victim.called("DescribeCollection", LIST[:-1] + b', "CollectionId": "x"}')) == (
        "ResourceNotFoundException"
    )


@pytest.mark.parametrize(
    ("token", "code"),
    [("x" * 1_000_000, INVALID), ("x" * 255, "InvalidPaginationTokenException"), ("é", None)],
)
def test_a_token_that_nobody_gave_is_refused(victim: Victim, token: str, code: str | None) -> None:
    found = code_of(victim.called("ListFaces", {**COLLECTION, "NextToken": token}))

    assert found == code or (code is None and found is not None)


def test_objects_elsewhere_are_not_read(victim: Victim, bucket: dict[str, str]) -> None:
    for place in (
        f"other-{bucket['PHOTOS__BUCKET']}",
        "unheard-of",
        "..",
        bucket["PHOTOS__BUCKET"],
    ):
        for name in ("photos/A1", "../../etc/passwd", "/", "a" * 1024):
            wanted = {"Bucket": place, "Name": name}
            for operation in ("IndexFaces", "SearchFacesByImage", "DetectFaces"):
                answer = victim.called(operation, {**COLLECTION, "Image": {"S3Object": wanted}})
                assert code_of(answer) in {"InvalidS3ObjectException", INVALID}, wanted


def test_what_is_too_large_is_refused_before_it_costs_anything(victim: Victim) -> None:
    bomb = io.BytesIO()
    Image.new("L", (10_000, 10_000)).save(bomb, "PNG")

    body = victim.called("SearchFacesByImage", b" " * 17_000_000)
    pixels = victim.called("SearchFacesByImage", {**COLLECTION, "Image": image(bomb.getvalue())})
    indexed = victim.called("IndexFaces", {**COLLECTION, "Image": image(bomb.getvalue())})
    bytes_ = victim.called("DetectFaces", {"Image": image(bytes(6_000_000))})

    assert {code_of(answer) for answer in (body, pixels, indexed, bytes_)} == {TOO_LARGE}


def test_a_photo_of_forty_people_is_read(victim: Victim, portraits: Mapping[str, Path]) -> None:
    crowd = {**COLLECTION, "Image": image(_crowd(portraits))}

    seen = victim.called("DetectFaces", {"Image": crowd["Image"]}).json()["FaceDetails"]
    found = victim.called("SearchFacesByImage", {**crowd, "MaxFaces": 5})
    few = victim.called("IndexFaces", {**crowd, "MaxFaces": 1, "ExternalImageId": "crowd"}).json()
    many = victim.called("IndexFaces", {**crowd, "ExternalImageId": "crowd"}).json()
    faces = [record["Face"]["FaceId"] for record in many["FaceRecords"]]
    gone = victim.called("DeleteFaces", {**COLLECTION, "FaceIds": faces}).json()

    assert len(seen) > PEOPLE / 3  # small as they are
    assert code_of(found) is None
    assert len(few["FaceRecords"]) == 1
    assert len(few["UnindexedFaces"]) == len(seen) - 1
    assert len(faces + many["UnindexedFaces"]) == len(seen)
    assert sorted(gone["DeletedFaces"]) == sorted(faces)


def _crowd(portraits: Mapping[str, Path]) -> bytes:
    whole = Image.new("RGB", (8 * 200, 5 * 250), (120, 130, 110))
    pictures = [Image.open(path).convert("RGB") for path in portraits.values()]
    for picture in pictures:
        picture.thumbnail((180, 230))
    for number in range(PEOPLE):
        whole.paste(pictures[number % len(pictures)], (number % 8 * 200, number // 8 * 250))
    return encoded(whole)


def test_a_body_that_dribbles_or_breaks_off_keeps_nobody_waiting(victim: Victim) -> None:
    body = LIST
    headers = signed(victim.service.url, "DescribeCollection", body, victim.key)
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    start = (
        f"POST / HTTP/1.1\r\nHost: 127.0.0.1:{victim.service.port}\r\nConnection: close\r\n"
        f"Content-Length: {len(body)}\r\n{head}\r\n"
    ).encode()
    lines = [socket.create_connection(("127.0.0.1", victim.service.port)) for _ in range(30)]
    for line in lines:
        line.sendall(start + body[:5])

    assert victim.faces() == 1  # served meanwhile
    for line in lines[:-1]:
        line.close()
    for byte in body[5:]:
        lines[-1].sendall(bytes([byte]))
    with lines[-1], lines[-1].makefile("rb") as answer:
        assert answer.readline().split()[1] == b"200"


def test_many_searches_at_once_are_served_or_asked_to_come_again(
    victim: Victim, portraits: Mapping[str, Path]
) -> None:
    photos = different_photos(portraits["DEMO-0001"])
    asked = [{**COLLECTION, "Image": image(next(photos))} for _ in range(60)]

    with ThreadPoolExecutor(30) as threads:
        answers = list(threads.map(lambda one: victim.called("SearchFacesByImage", one), asked))

    codes = [code_of(answer) for answer in answers]
    assert set(codes) <= {None, "ProvisionedThroughputExceededException"}
    assert None in codes

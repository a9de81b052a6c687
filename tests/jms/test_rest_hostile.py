"""Answers that are meant to cost the REST adapter its memory or its wits."""

import json
import tracemalloc
from collections.abc import AsyncGenerator, Mapping
from datetime import UTC
from pathlib import Path

import httpx
import pytest
import respx

from adapters.field_mapping import FieldMapping
from adapters.jms.rest import LARGEST_PAGE, BookingCalls, PhotoCalls, RestJms, RestShape
from adapters.jms.rest.answers import MOST_VALUES
from app.domain.booking import RecordStatus
from app.domain.errors import JmsMisconfiguredError
from app.domain.photo import View

BASE = "http://jail.test/api"
JSON = "application/json"
NAME = {"last_name": "Müller"}


@pytest.fixture
async def jms() -> AsyncGenerator[RestJms]:
    shape = RestShape(photos=PhotoCalls(paging="page"))
    async with httpx.AsyncClient(base_url=BASE) as client:
        yield RestJms(client, 8, UTC, shape=shape)


@pytest.mark.parametrize(
    ("kind", "encoding"),
    [
        (JSON, "utf-8"),
        (JSON, "utf-8-sig"),
        (JSON, "utf-16"),
        (JSON, "utf-16-le"),
        (f"{JSON}; charset=UTF-8", "utf-8-sig"),
        (f"{JSON}; charset=utf-16", "utf-16-be"),
        (f'{JSON}; charset="iso-8859-1"', "latin-1"),
        (f"{JSON};charset=windows-1252", "cp1252"),
    ],
)
async def test_an_answer_is_read_in_its_encoding(
    jms: RestJms, respx_mock: respx.MockRouter, kind: str, encoding: str
) -> None:
    said = json.dumps(NAME, ensure_ascii=False).encode(encoding)
    respx_mock.get(f"{BASE}/bookings/A1").respond(content=said, content_type=kind)

    answers = await jms.bookings(["A1"])

    assert answers.found["A1"].person.last_name == "Müller"


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (JSON, json.dumps(NAME, ensure_ascii=False).encode("latin-1")),
        (f"{JSON}; charset=utf-8", b'{"last_name": "M\xfcller"}'),
        (f"{JSON}; charset=windows-1252", b'{"last_name": "M\x81ller"}'),
        (f"{JSON}; charset=utf-7", b'{"last_name": "+AOQ-"}'),
        (f"{JSON}; charset=rot13", b'{"last_name": "a"}'),
        (f"{JSON}; charset=base64", b'{"last_name": "a"}'),
        (JSON, b""),
        (JSON, b"\xef\xbb\xbf"),
        (JSON, b'{"last_name": "a"} {"last_name": "b"}'),
        (JSON, b'{"height": ' + b"9" * 5000 + b"}"),
        (JSON, b"[" * 100_000 + b"]" * 100_000),
        (JSON, b'{"a":' * 100_000 + b"1" + b"}" * 100_000),
    ],
)
async def test_what_is_no_json_in_its_encoding_is_told(
    jms: RestJms, respx_mock: respx.MockRouter, kind: str, said: bytes
) -> None:
    respx_mock.get(f"{BASE}/bookings/A1").respond(content=said, content_type=kind)

    with pytest.raises(JmsMisconfiguredError, match="JSON that cannot be read"):
        await jms.bookings(["A1"])


async def test_a_small_answer_never_becomes_a_large_one(
    jms: RestJms, respx_mock: respx.MockRouter
) -> None:
    said = b'{"items":[' + b"{}," * (LARGEST_PAGE // 3 - 100) + b"{}]}"
    respx_mock.get(f"{BASE}/photos").respond(content=said, content_type=JSON)

    tracemalloc.start()
    try:
        with pytest.raises(JmsMisconfiguredError, match=f"more than {MOST_VALUES:,} values"):
            await jms.photos(View.FRONT, None, None)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < 5 * LARGEST_PAGE


DEEP: Mapping[str, object] = json.loads('{"a":' * 500 + "1" + "}" * 500)


@pytest.mark.parametrize(
    "said",
    [
        {"Subject": {"Last": ["Sample"] * 50_000}},
        {"Subject": DEEP, "State": DEEP, "Charges": [DEEP] * 9},
        {"Subject": {"Last": "x" * 900_000}, "State": "A" * 9_000},
        {"Subject": {"Last": 1e308, "Height": -0.0}, "State": float("inf")},
        {"Charges": [{"Code": n} for n in range(9_999)]},
    ],
)
async def test_a_record_of_a_hostile_form_shows_nothing(
    respx_mock: respx.MockRouter, tmp_path: Path, said: object
) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_text(
        "fields:\n"
        "  last_name: Subject.Last\n"
        "  height: Subject.Height\n"
        '  charges: "Charges[].{statute: Code}"\n'
        "  status: State\n"
        "codes: {status: {A: active}}\n"
        "extra: {deep: Subject}\n",
        "utf-8",
    )
    respx_mock.get(f"{BASE}/bookings/A1").respond(
        content=json.dumps(said).encode(), content_type=JSON
    )
    async with httpx.AsyncClient(base_url=BASE) as client:
        shape = RestShape(BookingCalls(), mapping=FieldMapping.load(path))
        booking = (await RestJms(client, 8, UTC, shape=shape).bookings(["A1"])).found["A1"]

    assert booking.status is RecordStatus.RESTRICTED
    assert booking.charges == ()
    assert booking.extra == {}

"""The REST adapter against a jail management system with something wrong."""

import json
from collections.abc import AsyncGenerator, Generator
from datetime import UTC
from pathlib import Path

import httpx
import pytest
import respx

from adapters.jms.rest import LARGEST_ANSWER, PING_ID, RestJms
from app.domain.booking import Person
from app.domain.errors import JmsMisconfiguredError, JmsUnavailableError
from tests.servers import Fault, JailSystem, jail_server, self_signed, served

BOOKINGS = {f"A{n}": {"booking_number": str(n)} for n in range(5)}
TIMEOUT = 0.4
TRY_AGAIN = (Fault.HANG, Fault.DRIP, Fault.ERROR_500, Fault.BUSY, Fault.HALF_BODY)
WRONG = (
    *(Fault.GARBAGE, Fault.SIGN_IN_PAGE, Fault.REDIRECT, Fault.FORBIDDEN, Fault.HUGE_BODY),
    *(Fault.DEEP_BODY, Fault.LIST_BODY, Fault.OTHER_ID),
)


@pytest.fixture
def jail() -> JailSystem:
    return JailSystem(BOOKINGS)


@pytest.fixture
def address(jail: JailSystem) -> Generator[str]:
    with served(jail_server(jail)) as url:
        yield url


@pytest.fixture
async def jms(address: str) -> AsyncGenerator[RestJms]:
    async with httpx.AsyncClient(base_url=address, timeout=TIMEOUT) as client:
        yield RestJms(client, 8, UTC)


@pytest.fixture
async def stubbed() -> AsyncGenerator[RestJms]:
    async with httpx.AsyncClient(
        base_url="http://jail.test/api/v2", headers={"Authorization": "Bearer sesame"}
    ) as client:
        yield RestJms(client, 8, UTC)


@pytest.mark.parametrize("fault", TRY_AGAIN)
async def test_a_jms_that_does_not_answer_is_unavailable(
    jail: JailSystem, jms: RestJms, fault: Fault
) -> None:
    jail.fault = fault

    with pytest.raises(JmsUnavailableError):
        await jms.bookings(["A1", "A2"])


@pytest.mark.parametrize("fault", WRONG)
async def test_an_answer_that_cannot_be_used_says_what_to_check_and_nothing_of_the_answer(
    jail: JailSystem, jms: RestJms, fault: Fault
) -> None:
    jail.fault = fault

    with pytest.raises(JmsMisconfiguredError, match="check CANDID_JMS__BASE_URL") as caught:
        await jms.bookings(["A1"])

    assert not any(word in str(caught.value) for word in ("Password", "B7", "http", "login"))


async def test_of_an_id_that_fits_no_address_nothing_is_known_not_even_that_it_has_no_booking(
    jms: RestJms,
) -> None:
    answers = await jms.bookings(["A1", "..", "."])

    assert set(answers.found) == {"A1"}
    assert answers.unavailable == {"..", "."}


@pytest.mark.parametrize("fault", [*TRY_AGAIN, *WRONG])
async def test_one_broken_booking_costs_the_others_nothing(
    jail: JailSystem, jms: RestJms, fault: Fault
) -> None:
    jail.faults["A2"] = fault

    answers = await jms.bookings([*BOOKINGS, "unknown"])

    assert set(answers.found) == {"A0", "A1", "A3", "A4"}
    assert answers.unavailable == {"A2"}


async def test_of_several_faults_the_one_to_repair_is_told(jail: JailSystem, jms: RestJms) -> None:
    jail.faults.update({"A1": Fault.ERROR_500, "A2": Fault.FORBIDDEN})

    with pytest.raises(JmsMisconfiguredError, match="status 403"):
        await jms.bookings(["A1", "A2"])


async def test_a_slow_jms_is_waited_for(jail: JailSystem, jms: RestJms) -> None:
    jail.fault, jail.delay_seconds = Fault.SLOW, TIMEOUT / 4

    answers = await jms.bookings(list(BOOKINGS))

    assert set(answers.found) == set(BOOKINGS)


async def test_no_more_questions_than_allowed_are_asked_at_once(
    jail: JailSystem, address: str
) -> None:
    jail.fault, jail.delay_seconds = Fault.SLOW, 0.05
    async with httpx.AsyncClient(base_url=address) as client:
        jms = RestJms(client, 2, UTC)

        await jms.bookings(list(BOOKINGS))

    assert jail.most_at_once == 2


async def test_a_jms_that_is_stopped_is_unavailable() -> None:
    with served(jail_server(JailSystem(BOOKINGS))) as url:
        pass
    async with httpx.AsyncClient(base_url=url) as client:
        jms = RestJms(client, 8, UTC)

        with pytest.raises(JmsUnavailableError):
            await jms.bookings(["A1"])
        with pytest.raises(JmsUnavailableError):
            await jms.ping()


async def test_a_ping_tells_wrong_credentials(jail: JailSystem, jms: RestJms) -> None:
    jail.fault = Fault.FORBIDDEN

    with pytest.raises(JmsMisconfiguredError):
        await jms.ping()

    assert jail.asked == [PING_ID]


async def test_an_address_that_is_none_is_told() -> None:
    async with httpx.AsyncClient(base_url="ftp://jail.test") as client:
        jms = RestJms(client, 8, UTC)

        with pytest.raises(JmsMisconfiguredError, match="no address"):
            await jms.ping()


async def test_a_certificate_that_cannot_be_trusted_is_told(
    jail: JailSystem, tmp_path: Path
) -> None:
    with served(jail_server(jail), certificate=self_signed(tmp_path)) as url:
        async with httpx.AsyncClient(base_url=url) as client:
            jms = RestJms(client, 8, UTC)

            with pytest.raises(JmsMisconfiguredError, match="certificate"):
                await jms.bookings(["A1"])


async def test_the_clients_credentials_are_sent_and_the_id_is_quoted(
    stubbed: RestJms, respx_mock: respx.MockRouter
) -> None:
    route = respx_mock.get(
        "http://jail.test/api/v2/bookings/A%3A1",
        headers={"Authorization": "Bearer sesame", "Accept": "application/json"},
    ).respond(json={"person": {"lastName": "Sample"}, "unknown": {"deep": [1]}})

    answers = await stubbed.bookings(["A:1"])

    assert route.call_count == 1
    assert answers.found["A:1"].person == Person(last_name="Sample")


@pytest.mark.parametrize("status", [404, 410])
async def test_what_is_gone_is_not_found(
    stubbed: RestJms, respx_mock: respx.MockRouter, status: int
) -> None:
    respx_mock.get("http://jail.test/api/v2/bookings/A1").respond(status)

    answers = await stubbed.bookings(["A1"])

    assert answers.found == {}
    assert answers.unavailable == frozenset()


@pytest.mark.parametrize("status", [404, 410])
@pytest.mark.parametrize(
    ("kind", "page"),
    [
        ("text/html; charset=utf-8", "<h1>Back in a moment</h1>"),
        ("application/xhtml+xml", "<p/>"),
        ("text/plain", "\ufeff\n<!DOCTYPE HTML><title>Maintenance</title>"),
        ("application/json", "<!-- 404 --><HTML lang='en'></HTML>"),
    ],
)
async def test_a_web_page_of_a_gateway_does_not_say_that_a_booking_is_gone(
    stubbed: RestJms, respx_mock: respx.MockRouter, status: int, kind: str, page: str
) -> None:
    respx_mock.get("http://jail.test/api/v2/bookings/A1").respond(
        status, text=page, headers={"Content-Type": kind}
    )

    with pytest.raises(JmsUnavailableError, match="a web page, as a gateway does"):
        await stubbed.bookings(["A1"])


@pytest.mark.parametrize(
    ("kind", "body"),
    [("text/html", ""), ("text/plain", "no <A1> here"), ("application/json", "{}")],
)
async def test_an_answer_without_a_page_says_that_a_booking_is_gone(
    stubbed: RestJms, respx_mock: respx.MockRouter, kind: str, body: str
) -> None:
    respx_mock.get("http://jail.test/api/v2/bookings/A1").respond(
        404, text=body, headers={"Content-Type": kind}
    )

    answers = await stubbed.bookings(["A1"])

    assert answers.found == {}
    assert answers.unavailable == frozenset()


@pytest.mark.parametrize("status", [204, 302, 400, 401, 403, 405, 418])
async def test_a_status_that_no_retry_will_mend_is_a_setting_to_check(
    stubbed: RestJms, respx_mock: respx.MockRouter, status: int
) -> None:
    respx_mock.get("http://jail.test/api/v2/bookings/A1").respond(status)

    with pytest.raises(JmsMisconfiguredError, match=str(status)):
        await stubbed.bookings(["A1"])


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
async def test_a_status_that_passes_is_unavailable(
    stubbed: RestJms, respx_mock: respx.MockRouter, status: int
) -> None:
    respx_mock.get("http://jail.test/api/v2/bookings/A1").respond(status)

    with pytest.raises(JmsUnavailableError):
        await stubbed.bookings(["A1"])


async def test_a_compressed_answer_is_refused_unread(
    stubbed: RestJms, respx_mock: respx.MockRouter
) -> None:
    respx_mock.get("http://jail.test/api/v2/bookings/A1").respond(
        headers={"Content-Encoding": "br", "Content-Type": "application/problem+json"},
        stream=httpx.ByteStream(b"bomb"),
    )

    with pytest.raises(JmsMisconfiguredError, match="compresses"):
        await stubbed.bookings(["A1"])


async def test_an_answer_with_an_id_that_cannot_be_used_is_refused(
    stubbed: RestJms, respx_mock: respx.MockRouter
) -> None:
    respx_mock.get("http://jail.test/api/v2/bookings/A1").respond(
        json={"external_image_id": ["A1"]}
    )

    with pytest.raises(JmsMisconfiguredError, match="an id that cannot be used"):
        await stubbed.bookings(["A1"])


async def test_an_answer_at_the_limit_is_read(
    stubbed: RestJms, respx_mock: respx.MockRouter
) -> None:
    body = json.dumps({"external_image_id": "A1", "height": "very"}).encode()
    respx_mock.get("http://jail.test/api/v2/bookings/A1").respond(
        content=body.ljust(LARGEST_ANSWER), content_type="application/json; charset=utf-8"
    )

    answers = await stubbed.bookings(["A1"])

    assert set(answers.found) == {"A1"}

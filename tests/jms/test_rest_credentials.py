"""How the REST adapter is known to a JMS: OAuth2 client credentials, against a real server."""

import base64
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC
from typing import Literal

import anyio
import httpx
import pytest
import respx

from adapters.jms.rest import (
    BookingCalls,
    ClientCredentials,
    OAuthClient,
    RestJms,
    RestShape,
)
from app.domain.errors import JmsMisconfiguredError, JmsUnavailableError
from tests.camel_jail import CamelJail, camel_server
from tests.servers import served

CLIENT = ("candid", "s:e c/rêt")
CALLS = RestShape(
    BookingCalls(path="bookings/search?image={id}", record="hits[0].{external_image_id: imageNo}")
)
BASE, TOKENS = "http://jail.test/api", "http://login.test/token"
A1 = f"{BASE}/bookings/A1"
Answer = Callable[[httpx.Request], Awaitable[httpx.Response]]
REGISTERED = OAuthClient(TOKENS, "candid", "secret")


@asynccontextmanager
async def known_to(
    url: str, client: OAuthClient | None = None, clock: Callable[[], float] = time.monotonic
) -> AsyncGenerator[RestJms]:
    registered = client or OAuthClient(f"{url}/token", *CLIENT)
    async with httpx.AsyncClient() as tokens, httpx.AsyncClient(base_url=f"{url}/v2") as asking:
        credentials = ClientCredentials(tokens, registered, clock)
        yield RestJms(asking, 8, UTC, shape=CALLS, credentials=credentials)


@asynccontextmanager
async def stubbed(
    registered: OAuthClient = REGISTERED,
    seconds: float = 5,
    clock: Callable[[], float] = time.monotonic,
) -> AsyncGenerator[RestJms]:
    async with (
        httpx.AsyncClient(timeout=seconds) as tokens,
        httpx.AsyncClient(base_url=BASE, timeout=seconds) as asking,
    ):
        yield RestJms(asking, 8, UTC, credentials=ClientCredentials(tokens, registered, clock))


def tokens(jail: CamelJail) -> int:
    return jail.asked.count("POST /token")


@pytest.mark.parametrize("sent_in", ["header", "body"])
async def test_a_token_is_had_once_and_serves_all_questions(
    sent_in: Literal["header", "body"],
) -> None:
    jail = CamelJail({"A1": {"external_image_id": "A1"}}, client=CLIENT)
    with served(camel_server(jail)) as url:
        registered = OAuthClient(f"{url}/token", *CLIENT, sent_in=sent_in)
        async with known_to(url, registered) as jms:
            answers = await jms.bookings([f"A{n}" for n in range(9)])
            await jms.ping()

    assert tokens(jail) == 1
    assert answers.unavailable == frozenset()


async def test_a_token_that_is_refused_is_renewed_once() -> None:
    jail = CamelJail({"A1": {"external_image_id": "A1"}}, client=CLIENT)
    with served(camel_server(jail)) as url:
        async with known_to(url) as jms:
            await jms.ping()
            jail.tokens += 1  # the one that was given is good no more

            answers = await jms.bookings(["A1", "A2", "A3"])
            assert tokens(jail) == 2

            jail.good = False
            with pytest.raises(JmsMisconfiguredError, match="status 401"):
                await jms.bookings(["A1", "A2"])

    assert set(answers.found) == {"A1"}
    assert tokens(jail) == 2  # a JMS that refuses every token costs no token each time


async def test_a_token_is_renewed_before_its_end_and_serves_until_it_while_none_is_given() -> None:
    now = 0.0
    jail = CamelJail(client=CLIENT, token_seconds=100)
    with served(camel_server(jail)) as url:
        async with known_to(url, clock=lambda: now) as jms:
            had = []
            for at in (0, 79, 81, 162, 171, 172):
                now, jail.is_away = at, at > 100
                await jms.ping()
                had.append(tokens(jail))
            now = 182.0
            with pytest.raises(JmsUnavailableError, match="gives tokens"):
                await jms.ping()

    assert had == [1, 1, 2, 3, 3, 4]  # the last asked for one once in ten seconds, and got none


GIVEN = httpx.Response(200, json={"access_token": "t", "expires_in": 100})
HEADERS = {"Authorization": "Bearer t"}


async def hang(_: httpx.Request) -> httpx.Response:
    await anyio.sleep_forever()
    raise AssertionError


async def refuse(_: httpx.Request) -> httpx.Response:
    return httpx.Response(401)


async def break_off(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadError("broken", request=request)


@pytest.mark.parametrize("answer", [hang, refuse, break_off])
async def test_a_token_that_cannot_be_renewed_serves_until_its_end(
    respx_mock: respx.MockRouter, answer: Answer
) -> None:
    now = 0.0
    route = respx_mock.post(TOKENS).mock(return_value=GIVEN)
    respx_mock.get(A1, headers=HEADERS).respond(json={"booking_number": "26-1"})

    async with stubbed(seconds=0.3, clock=lambda: now) as jms:
        await jms.bookings(["A1"])
        now = 81.0
        asked: list[httpx.Request] = []

        async def answered(request: httpx.Request) -> httpx.Response:
            asked.append(request)
            return await answer(request)

        route.mock(side_effect=answered)
        said = [await jms.bookings(["A1"]) for _ in range(2)]
        assert len(asked) == 1
        now = 101.0
        with pytest.raises((JmsUnavailableError, JmsMisconfiguredError)):
            await jms.bookings(["A1"])

    assert all(set(one.found) == {"A1"} for one in said)


async def test_while_one_caller_renews_the_others_go_on_with_the_token_there_is(
    respx_mock: respx.MockRouter,
) -> None:
    now = 0.0
    route = respx_mock.post(TOKENS).mock(return_value=GIVEN)
    async with httpx.AsyncClient() as client:
        credentials = ClientCredentials(client, REGISTERED, lambda: now)
        await credentials.headers()
        now = 81.0
        route.mock(side_effect=hang)

        async with anyio.create_task_group() as group:
            group.start_soon(credentials.headers)
            await anyio.wait_all_tasks_blocked()
            with anyio.fail_after(1):
                assert await credentials.headers() == HEADERS
            group.cancel_scope.cancel()


async def test_a_renewal_that_was_broken_off_is_tried_again_when_a_token_is_refused(
    respx_mock: respx.MockRouter,
) -> None:
    route = respx_mock.post(TOKENS).mock(return_value=GIVEN)
    async with httpx.AsyncClient() as client:
        credentials = ClientCredentials(client, REGISTERED, lambda: 0.0)
        await credentials.headers()
        route.mock(side_effect=hang)
        with anyio.move_on_after(0.01):
            await credentials.are_new(HEADERS)
        route.mock(side_effect=lambda _: GIVEN)

        assert await credentials.are_new(HEADERS)
        assert not await credentials.are_new(HEADERS)


def test_secrets_are_not_in_what_is_shown_of_a_client() -> None:
    assert "secret'" not in repr(REGISTERED)


async def test_without_a_token_the_jms_is_unavailable() -> None:
    jail = CamelJail(client=CLIENT, is_away=True)
    with served(camel_server(jail)) as url:
        async with known_to(url) as jms:
            with pytest.raises(JmsUnavailableError, match="gives tokens"):
                await jms.ping()


async def test_a_server_of_tokens_that_is_stopped_makes_the_jms_unavailable() -> None:
    with served(camel_server(CamelJail())) as url:
        pass
    async with known_to(url) as jms:
        with pytest.raises(JmsUnavailableError, match="gives tokens"):
            await jms.ping()


async def test_a_secret_that_is_wrong_is_told_without_it() -> None:
    jail = CamelJail(client=CLIENT)
    with served(camel_server(jail)) as url:
        async with known_to(url, OAuthClient(f"{url}/token", "candid", "hunter2")) as jms:
            with pytest.raises(JmsMisconfiguredError, match="CANDID_JMS__AUTH__TOKEN_URL") as told:
                await jms.ping()

    assert "hunter2" not in str(told.value)


async def test_scope_and_audience_are_asked_for(respx_mock: respx.MockRouter) -> None:
    route = respx_mock.post(
        TOKENS,
        data={"grant_type": "client_credentials", "scope": "jms.read", "audience": "jms"},
        headers={"Authorization": "Basic " + base64.b64encode(b"candid:secret").decode()},
    ).respond(json={"access_token": "t", "expires_in": "3600"})
    respx_mock.get(A1, headers={"Authorization": "Bearer t"}).respond(
        json={"booking_number": "26-1"}
    )

    async with stubbed(OAuthClient(TOKENS, "candid", "secret", "jms.read", "jms")) as jms:
        answers = await jms.bookings(["A1"])

    assert route.call_count == 1
    assert set(answers.found) == {"A1"}


@pytest.mark.parametrize(
    ("answer", "error", "told"),
    [
        (httpx.Response(400, json={}), JmsMisconfiguredError, "status 400"),
        (httpx.Response(302, headers={"Location": A1}), JmsMisconfiguredError, "status 302"),
        (httpx.Response(429), JmsUnavailableError, "status 429"),
        (httpx.Response(200, html="<form>"), JmsMisconfiguredError, "no JSON"),
        (httpx.Response(200, content=b"[" * 99_999), JmsMisconfiguredError, "no JSON"),
        (httpx.Response(200, content=b" " * 100_001), JmsMisconfiguredError, "100,000 bytes"),
        (httpx.Response(200, json=[]), JmsMisconfiguredError, "no JSON object"),
        (httpx.Response(200, json={}), JmsMisconfiguredError, "without an access_token"),
        (httpx.Response(200, json={"access_token": 7}), JmsMisconfiguredError, "without an"),
        (httpx.Response(200, json={"access_token": "a\r\nb"}), JmsMisconfiguredError, "be sent"),
        (
            httpx.Response(200, json={"access_token": "t", "token_type": "mac"}),
            JmsMisconfiguredError,
            "another kind of token",
        ),
    ],
)
async def test_an_answer_that_holds_no_token_is_told(
    respx_mock: respx.MockRouter, answer: httpx.Response, error: type[Exception], told: str
) -> None:
    respx_mock.post(TOKENS).mock(return_value=answer)

    async with stubbed() as jms:
        with pytest.raises(error, match=told):
            await jms.bookings(["A1"])


@pytest.mark.parametrize("seconds", [None, "soon", True, "nan", 1e300])
async def test_a_token_whose_time_is_not_told_serves_for_a_while(
    respx_mock: respx.MockRouter, seconds: object
) -> None:
    respx_mock.post(TOKENS).mock(
        side_effect=lambda _: httpx.Response(200, json={"access_token": "t", "expires_in": seconds})
    )
    respx_mock.get(A1).respond(json={"booking_number": "26-1"})

    async with stubbed() as jms:
        answers = await jms.bookings(["A1"])

    assert set(answers.found) == {"A1"}

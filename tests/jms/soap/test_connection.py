"""A SOAP service that does not answer, is not trusted, or does not know us."""

import re
from datetime import UTC
from pathlib import Path

import httpx
import pytest

from adapters.jms.soap import PasswordForm, SoapJms, UsernameToken
from app.domain.errors import JmsMisconfiguredError, JmsTimeoutError, JmsUnavailableError
from tests.jms.soap.connected import connected
from tests.jms.soap.documents import SECOND, WHOLE
from tests.servers import self_signed, served
from tests.soap_files import requests_text, service
from tests.soap_jail import SoapJail, soap_server

NUMBER, OTHER = "26-000123", "26-000124"


def jail(version: str = "1.1", **more: object) -> SoapJail:
    return SoapJail({NUMBER: WHOLE, OTHER: SECOND}, version=version, **more)  # type: ignore[arg-type]  # fields of any type


@pytest.mark.parametrize("version", ["1.1", "1.2"])
@pytest.mark.parametrize("form", list(PasswordForm))
@pytest.mark.parametrize("with_timestamp", [False, True])
async def test_the_token_is_one_that_a_service_takes_each_time(
    tmp_path: Path, version: str, form: PasswordForm, *, with_timestamp: bool
) -> None:
    known = ("clerk", 'pässword <&">', f"Password{form.capitalize()}")
    token = UsernameToken(known[0], known[1], form, with_timestamp)
    asked = jail(version, credentials=known)
    async with connected(asked, tmp_path, token=token) as jms:
        answers = await jms.bookings([NUMBER, OTHER])

    assert set(answers.found) == {NUMBER, OTHER}
    assert len(asked.nonces) == 2
    assert [b"Expires>" in one for one in asked.headers] == [with_timestamp] * 2
    assert all(b'mustUnderstand="1"' in one for one in asked.headers)


def test_a_token_does_not_show_its_password() -> None:
    assert "sesame" not in repr(UsernameToken("clerk", "sesame"))


@pytest.mark.parametrize("version", ["1.1", "1.2"])
async def test_a_refused_caller_is_told_what_to_check_and_nothing_of_the_answer(
    tmp_path: Path, version: str
) -> None:
    known = ("clerk", "sesame", "PasswordDigest")
    token = UsernameToken("clerk", "guess", PasswordForm.DIGEST)
    refused = requests_text(version=version, of_bookings="not_found: not known")
    async with connected(jail(version, credentials=known), tmp_path, refused, None, token) as jms:
        with pytest.raises(JmsMisconfiguredError, match="name and password") as caught:
            await jms.bookings([NUMBER])

    assert "FailedAuthentication" in str(caught.value)
    assert not re.search("clerk|guess|sesame|not known", str(caught.value))


async def test_a_service_that_hangs_is_unavailable(tmp_path: Path) -> None:
    async with connected(jail(hangs=True), tmp_path, seconds=0.2) as jms:
        with pytest.raises(JmsTimeoutError):
            await jms.bookings([NUMBER])


async def test_a_service_that_is_stopped_is_unavailable(tmp_path: Path) -> None:
    with served(soap_server(jail())) as url:
        pass
    async with httpx.AsyncClient() as client:
        jms = SoapJms(client, service(tmp_path, url, requests_text()), UTC)

        with pytest.raises(JmsUnavailableError):
            await jms.bookings([NUMBER])


async def test_a_certificate_that_cannot_be_trusted_is_told(tmp_path: Path) -> None:
    with served(soap_server(jail()), certificate=self_signed(tmp_path)) as url:
        async with httpx.AsyncClient() as client:
            jms = SoapJms(client, service(tmp_path, url, requests_text()), UTC)

            with pytest.raises(JmsMisconfiguredError, match="certificate"):
                await jms.bookings([NUMBER])


async def test_an_address_that_is_none_is_told(tmp_path: Path) -> None:
    async with httpx.AsyncClient() as client:
        jms = SoapJms(client, service(tmp_path, "ftp://jail.test", requests_text()), UTC)

        with pytest.raises(JmsMisconfiguredError, match="no address"):
            await jms.ping()

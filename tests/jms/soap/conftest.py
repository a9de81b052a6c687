"""The server of these tests."""

from collections.abc import Generator

import pytest

from tests.jms.soap.connected import STAGE
from tests.servers import served
from tests.soap_jail import soap_server_of


@pytest.fixture(scope="session", autouse=True)
def stage() -> Generator[None]:
    with served(soap_server_of(lambda: STAGE.jail)) as url:
        STAGE.url = url
        yield

"""The demo JMS on a socket, with what a test gives it."""

from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC

import httpx

from adapters.jms.contract.stock import JailPhoto
from adapters.jms.rest import RestJms
from app.demo_jms.application import demo_jms
from app.demo_jms.jail import PAGE, DemoJail, DemoPhoto
from app.domain.views import view_of
from app.ports.jms import Jms
from tests.servers import served


def stocked(photos: Sequence[JailPhoto], page_size: int = PAGE) -> DemoJail:
    """Return a jail with these photos alone."""
    given = [
        DemoPhoto(
            one.raw_id,
            view_of(one.view) or one.view,
            {"external_image_id": one.raw_id, **one.booking},
            one.changed_at,
            one.read(),
        )
        for one in photos
    ]
    return DemoJail(0, 0, given, page_size=page_size)


@contextmanager
def demo_at(jail: DemoJail, token: str | None = None) -> Generator[httpx.Client]:
    """Serve a jail; give who asks it."""
    with served(demo_jms(jail, token)) as url, httpx.Client(base_url=url, timeout=10) as client:
        yield client


@asynccontextmanager
async def rest_jms(jail: DemoJail) -> AsyncGenerator[Jms]:
    """Serve a jail; give the REST adapter that asks it."""
    with served(demo_jms(jail)) as url:
        async with httpx.AsyncClient(base_url=url) as client:
            yield RestJms(client, 4, UTC)

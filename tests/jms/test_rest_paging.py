"""How the REST adapter goes from page to page, in each way that systems have."""

from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import httpx
import pytest
import respx

from adapters.jms.contract.stock import JailPhoto
from adapters.jms.rest import PhotoCalls, RestJms, RestShape
from app.domain.errors import JmsCannotListError, JmsMisconfiguredError
from app.domain.photo import View
from app.ports.jms import PhotoRef
from tests.camel_jail import CamelJail, camel_server
from tests.contract.rest_shapes import PAGES, camel_jms
from tests.servers import served

BASE = "http://jail.test/api"
BEGIN = datetime(2026, 5, 17, 12, tzinfo=UTC)
SINCE = PhotoCalls(listing_path="images/changes", items="images", paging="since", view="")


@asynccontextmanager
async def paged(calls: PhotoCalls) -> AsyncGenerator[RestJms]:
    async with httpx.AsyncClient(base_url=BASE) as client:
        yield RestJms(client, 8, UTC, shape=RestShape(photos=calls))


async def listed(jms: RestJms, since: datetime | None = None) -> list[PhotoRef]:
    page = await jms.photos(View.FRONT, since, None)
    refs = [*page.items]
    while page.next is not None:
        page = await jms.photos(View.FRONT, since, page.next)
        refs += page.items
    return refs


def changed(*seconds: float) -> list[JailPhoto]:
    return [
        JailPhoto(f"A{n}", b"photo", changed_at=BEGIN + timedelta(seconds=at))
        for n, at in enumerate(seconds)
    ]


@pytest.mark.parametrize("since", [None, BEGIN + timedelta(seconds=15)])
@pytest.mark.parametrize("page_size", [2, 3, 7, 100])
async def test_a_listing_by_changes_has_every_photo(
    tmp_path: Path, page_size: int, since: datetime | None
) -> None:
    photos = changed(0, 0, 10, 20, 20, 20.5, 30, 40, 41)
    jail = CamelJail(photos=photos, page_size=max(page_size, 4))
    with served(camel_server(jail)) as url:
        async with camel_jms(url, tmp_path, photos=SINCE) as jms:
            refs = await listed(jms, since)

    due = {one.raw_id for one in photos if since is None or one.changed_at >= since}
    assert {ref.external_image_id for ref in refs} == due
    assert max(Counter(ref.external_image_id for ref in refs).values()) <= 2


async def test_more_photos_of_one_moment_than_go_on_a_page_are_told(tmp_path: Path) -> None:
    calls = PhotoCalls(
        listing_path="images/changes", items="images", paging="since", view="", page_size=3
    )
    jail = CamelJail(photos=changed(0, 0, 0, 0), page_size=3)
    with served(camel_server(jail)) as url:
        async with camel_jms(url, tmp_path, photos=calls) as jms:
            with pytest.raises(JmsMisconfiguredError, match="more photos of one moment"):
                await listed(jms)


async def test_a_listing_by_changes_without_moments_is_told(respx_mock: respx.MockRouter) -> None:
    respx_mock.get(f"{BASE}/photos").respond(json=[{"external_image_id": "A1"}])

    async with paged(PhotoCalls(paging="since")) as jms:
        with pytest.raises(JmsMisconfiguredError, match="changed_at or taken_at"):
            await jms.photos(View.FRONT, None, None)


async def test_a_change_counts_before_the_moment_a_photo_was_taken(
    respx_mock: respx.MockRouter,
) -> None:
    entry = {
        "external_image_id": "A1",
        "taken_at": "2001-01-01T00:00:00Z",
        "changed_at": "2026-05-17T12:00:00Z",
    }
    respx_mock.get(f"{BASE}/photos", params={"since": "2026-05-17T11:59:59Z"}).respond(json=[])
    respx_mock.get(f"{BASE}/photos").respond(json=[entry])

    async with paged(PhotoCalls(paging="since")) as jms:
        first = await jms.photos(View.FRONT, None, None)
        second = await jms.photos(View.FRONT, None, first.next)

    assert first.items[0].taken_at == datetime(2001, 1, 1, tzinfo=UTC)
    assert (first.next, second.next) == ("2026-05-17T12:00:00+00:00", None)


async def test_a_jms_that_does_not_know_the_number_of_a_page_is_told(
    respx_mock: respx.MockRouter,
) -> None:
    respx_mock.get(f"{BASE}/photos").respond(json=[{"external_image_id": "A1"}])

    async with paged(PhotoCalls(paging="page")) as jms:
        first = await jms.photos(View.FRONT, None, None)
        with pytest.raises(JmsMisconfiguredError, match="same photos on page 2"):
            await jms.photos(View.FRONT, None, first.next)


@pytest.mark.parametrize("last", [httpx.Response(200, json=[]), httpx.Response(404)])
async def test_numbered_pages_end_where_there_is_none_any_more(
    respx_mock: respx.MockRouter, last: httpx.Response
) -> None:
    respx_mock.get(f"{BASE}/photos", params={"p": "1", "n": "500"}).mock(return_value=last)
    respx_mock.get(f"{BASE}/photos", params={"p": "0", "n": "500"}).respond(
        json=[{"external_image_id": "A1"}]
    )

    calls = PhotoCalls(paging="page", page="p", first_page=0, size="n", page_size=500)
    async with paged(calls) as jms:
        refs = await listed(jms)

    assert [ref.external_image_id for ref in refs] == ["A1"]


async def test_a_first_page_that_is_not_there_is_no_listing(respx_mock: respx.MockRouter) -> None:
    respx_mock.get(f"{BASE}/photos").respond(404)

    async with paged(PhotoCalls(paging="page")) as jms:
        with pytest.raises(JmsCannotListError):
            await jms.photos(View.FRONT, None, None)


@pytest.mark.parametrize(
    ("link", "asked"),
    [
        ('<photos?at=2>; rel="next"', "/api/photos?at=2"),
        ('</api/photos?at=2>; rel="next", </api/photos>; rel="prev"', "/api/photos?at=2"),
        ('<http://jail.test/more/2>; rel="next"', "/more/2"),
        ("<http://jail.test:80/%2e%2e/2>; rel=next", "/%2e%2e/2"),
    ],
)
async def test_a_link_at_the_jms_itself_is_followed(
    respx_mock: respx.MockRouter, link: str, asked: str
) -> None:
    respx_mock.get(f"{BASE}/photos", params={"view": "front"}).respond(
        json=[{"external_image_id": "A1"}], headers={"Link": link}
    )
    second = respx_mock.get(f"http://jail.test{asked}").respond(json=[])

    async with paged(PhotoCalls(paging="link")) as jms:
        await listed(jms)

    assert second.call_count == 1


@pytest.mark.parametrize(
    ("link", "told"),
    [
        ('<http://evil.test/photos?at=2>; rel="next"', "to another host"),
        ('<//evil.test/photos>; rel="next"', "to another host"),
        ('<https://jail.test/photos>; rel="next"', "to another host"),
        ('<http://127.0.0.1/photos>; rel="next"', "to another host"),
        ('<http://jail.test:x/>; rel="next"', "a Link that cannot be read"),
        ("</" + "x" * 3000 + '>; rel="next"', "no text of 2000 or less"),
    ],
)
async def test_a_link_to_anywhere_else_is_told(
    respx_mock: respx.MockRouter, link: str, told: str
) -> None:
    respx_mock.get(f"{BASE}/photos").respond(json=[], headers={"Link": link})

    async with paged(PhotoCalls(paging="link")) as jms:
        with pytest.raises(JmsMisconfiguredError, match=told):
            await jms.photos(View.FRONT, None, None)


Style = Literal["page", "since"]


@pytest.mark.parametrize("paging", ["page", "since"])
@pytest.mark.parametrize("cursor", ["", "7", "/api/photos", "x" * 99])
async def test_a_cursor_of_another_way_of_paging_is_told(paging: Style, cursor: str) -> None:
    async with paged(PhotoCalls(paging=paging)) as jms:
        with pytest.raises(JmsMisconfiguredError, match="CANDID_JMS__PHOTOS__PAGING has changed"):
            await jms.photos(View.FRONT, None, cursor)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("iso", "2026-05-17T12:00:00Z"),
        ("epoch_seconds", "1779019200"),
        ("epoch_milliseconds", "1779019200000"),
        ("%m/%d/%Y", "05/17/2026"),
    ],
)
async def test_the_moment_is_asked_for_in_the_form_that_is_set(
    respx_mock: respx.MockRouter, form: str, said: str
) -> None:
    route = respx_mock.get(
        f"{BASE}/images", params={"kind": "mug", "type": "F", "from": said}
    ).respond(json={"items": []})

    calls = PhotoCalls(
        listing_path="images?kind=mug",
        view="type",
        views={View.FRONT: "F"},
        since="from",
        since_form=form,
    )
    async with paged(calls) as jms:
        await jms.photos(View.FRONT, BEGIN, None)

    assert route.call_count == 1


async def test_a_view_that_the_codes_do_not_name_is_never_taken_for_one_of_ours(
    tmp_path: Path,
) -> None:
    photos = [JailPhoto("A1", b"photo"), JailPhoto("A2", b"photo", "front view")]
    with served(camel_server(CamelJail(photos=photos))) as url:
        async with camel_jms(url, tmp_path, photos=replace(PAGES["rest pages"], view="")) as jms:
            page = await jms.photos(View.FRONT, None, None)

    assert [ref.external_image_id for ref in page.items] == ["A1"]
    assert [problem.name for problem in page.problems] == ["A2"]


async def test_pages_that_an_expression_fails_on_are_told(respx_mock: respx.MockRouter) -> None:
    respx_mock.get(f"{BASE}/photos").respond(json={"items": [], "total": "many"})

    async with paged(PhotoCalls(next="abs(total)")) as jms:
        with pytest.raises(JmsMisconfiguredError, match="an expression fails"):
            await jms.photos(View.FRONT, None, None)

"""Lists read in pages and compared as they go by, none of them held."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import TypeVar

from app.domain.photo import photo_key, sha256_in
from app.domain.verification import CheckedFace, CheckedPhoto
from app.ports.photo_store import PhotoStore
from app.ports.verification_records import VerificationRecords

T = TypeVar("T")
One = TypeVar("One")
Other = TypeVar("Other")
Seen = TypeVar("Seen")

RECORDS = 1000
"""Read at once: about a megabyte."""

SOME = 200
"""Suspects that are looked at a second time together."""


async def photos_on_record(
    checked: VerificationRecords, *, with_faces: bool = False
) -> AsyncIterator[CheckedPhoto]:
    """Yield the records in the order of their ids."""
    after = None
    while page := await checked.photos(after, RECORDS, with_faces=with_faces):
        for photo in page:
            yield photo
        after = page[-1].external_image_id


async def faces_on_record(checked: VerificationRecords) -> AsyncIterator[CheckedFace]:
    """Yield the current faces in the order of their ids."""
    after = None
    while page := await checked.faces(after, RECORDS):
        for face in page:
            yield face
        after = page[-1].face_id


async def stored_keys(store: PhotoStore) -> AsyncIterator[tuple[str, str]]:
    """Yield the keys of stored photos in their order, each as key and value.

    Whatever else lies there has no key of a photo and is nobody's business.
    """
    page = await store.list(None)
    while True:
        for key in page.items:
            if sha256_in(key):
                yield key, key
        if page.next is None:
            return
        page = await store.list(page.next)


async def by_key(photos: AsyncIterator[CheckedPhoto]) -> AsyncIterator[tuple[str, CheckedPhoto]]:
    """Yield records whose photo is kept in the order of their keys, which is not that of their ids.

    `A` comes before `A-1`, and `A-1/...` before `A/...`. So an id waits while others begin with it
    and `-` or `.`; those that wait begin with one another, and are never more than an id is long.
    """
    waiting: list[CheckedPhoto] = []
    async for photo in photos:
        while waiting and _end(waiting[-1]) < _end(photo):
            yield _keyed(waiting.pop())
        if photo.photo_key is not None and photo.sha256 is not None:
            waiting.append(photo)
    while waiting:
        yield _keyed(waiting.pop())


def _end(photo: CheckedPhoto) -> str:
    return f"{photo.external_image_id}/"


def _keyed(photo: CheckedPhoto) -> tuple[str, CheckedPhoto]:
    return photo_key(photo.external_image_id, photo.sha256 or ""), photo


async def joined(
    one: AsyncIterator[tuple[str, One]], other: AsyncIterator[tuple[str, Other]]
) -> AsyncIterator[tuple[str, One | None, Other | None]]:
    """Yield what two lists in one order have, side by side where both have it."""
    left, right = await anext(one, None), await anext(other, None)
    while left is not None or right is not None:
        if right is None or (left is not None and left[0] < right[0]):
            assert left is not None  # noqa: S101 - the loop's condition
            yield left[0], left[1], None
            left = await anext(one, None)
        elif left is None or right[0] < left[0]:
            yield right[0], None, right[1]
            right = await anext(other, None)
        else:
            yield left[0], left[1], right[1]
            left, right = await anext(one, None), await anext(other, None)


async def in_batches(items: AsyncIterator[T], size: int = SOME) -> AsyncIterator[Sequence[T]]:
    """Yield a few at a time."""
    batch: list[T] = []
    async for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


async def kept(
    items: AsyncIterator[T],
    look: Callable[[Sequence[T]], Awaitable[Sequence[Seen]]],
    size: int = SOME,
) -> AsyncIterator[Seen]:
    """Yield what a second look, at a few at a time, finds as suspicious as the first did."""
    async for batch in in_batches(items, size):
        for item in await look(batch):
            yield item

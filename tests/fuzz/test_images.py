"""A few broken pictures of the many that `python -m tests.fuzz.images` tries."""

import random

from adapters.pixels import read_pixels
from tests.fuzz.bases import bases
from tests.fuzz.images import MEMORY_BYTES, Fuzz, sandbox
from tests.fuzz.mutation import mutant

NAMES = sorted(bases())


async def test_broken_pictures_end_in_clean_errors_and_within_bounds() -> None:
    start = random.Random(7).randrange(10**6)  # noqa: S311 - not where the long run begins
    async with sandbox() as opened:
        found = await Fuzz(opened, seed=7).run(start, 300)

    assert found.wrong == []
    assert found.outcomes["read"] > 20
    assert found.outcomes["photo_unreadable"] > 20
    assert found.most_resident < MEMORY_BYTES


def test_every_picture_to_begin_with_is_read() -> None:
    for photo in bases().values():
        assert read_pixels(photo).picture.mode == "RGB"


def test_a_mutant_is_made_again_by_its_number() -> None:
    one, same, other = (mutant(6, number, NAMES) for number in (41, 41, 42))

    assert one == same != other
    assert one.photo(bases()) == same.photo(bases())


async def test_what_is_found_is_shown_with_as_few_changes_as_show_it() -> None:
    pictures = bases()
    broken = next(
        made
        for made in (mutant(6, number, ["jpeg"]) for number in range(1000))
        if len(made.deeds) > 3 and not made.photo(pictures).startswith(b"\xff\xd8\xff")
    )
    async with sandbox() as opened:
        fewer = await Fuzz(opened, seed=6).smallest(broken, "unsupported_photo")

    assert 0 < len(fewer.deeds) < len(broken.deeds)

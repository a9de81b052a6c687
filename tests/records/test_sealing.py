"""What is sealed opens with its key, in its place, whole; and nowhere else."""

import pytest

from adapters.records.postgres.sealing import Seal
from app.domain.errors import RecordsUnavailableError
from tests.databases import KEY

CONTENT = b"who was answered to whom"
PLACE = "search/S-1"


def test_what_is_sealed_opens_in_its_place() -> None:
    seal = Seal(KEY, "jail")

    sealed = seal.sealed(CONTENT, PLACE)

    assert CONTENT not in sealed
    assert seal.opened(sealed, PLACE) == CONTENT


@pytest.mark.parametrize(
    ("key", "collection", "place"),
    [
        (bytes(32), "jail", PLACE),
        (KEY, "annex", PLACE),
        (KEY, "jail", "search/S-2"),
        (KEY, "jail/search", "S-1"),
    ],
)
def test_another_key_collection_or_place_does_not_open_it(
    key: bytes, collection: str, place: str
) -> None:
    sealed = Seal(KEY, "jail").sealed(CONTENT, PLACE)

    with pytest.raises(RecordsUnavailableError, match="altered"):
        Seal(key, collection).opened(sealed, place)


@pytest.mark.parametrize("byte", [0, 1, 13, -1])
def test_one_altered_byte_is_noticed_the_first_included(byte: int) -> None:
    seal = Seal(KEY, "jail")
    altered = bytearray(seal.sealed(CONTENT, PLACE))
    altered[byte] ^= 1

    with pytest.raises(RecordsUnavailableError):
        seal.opened(bytes(altered), PLACE)


@pytest.mark.parametrize("length", [0, 1, 5, 13, 20])
def test_what_is_cut_short_does_not_open(length: int) -> None:
    seal = Seal(KEY, "jail")

    with pytest.raises(RecordsUnavailableError):
        seal.opened(seal.sealed(CONTENT, PLACE)[:length], PLACE)


def test_a_key_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Seal(b"short", "jail")

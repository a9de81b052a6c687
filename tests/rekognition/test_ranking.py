"""Faces and users ranked apart, as one order."""

from collections.abc import AsyncIterator, Mapping, Sequence

import pytest

from adapters.face_engine.rekognition.answers import OwnMatch
from adapters.face_engine.rekognition.ranking import RankingWithUsers
from app.ports.face_engine import Match


class Gallery:
    """Pages of matches, and users with all their faces."""

    def __init__(
        self, pages: Sequence[Sequence[OwnMatch]], of_users: Mapping[str, Sequence[str]]
    ) -> None:
        self._pages = pages
        self._of_users = of_users
        self.listed: list[str] = []

    async def pages(self) -> AsyncIterator[list[OwnMatch]]:
        for page in self._pages:
            yield list(page)

    async def faces_of(self, user_id: str) -> Sequence[str]:
        self.listed.append(user_id)
        return self._of_users[user_id]


async def merged(
    gallery: Gallery, users: Mapping[str, float], floor: float = 50
) -> list[list[Match]]:
    ranking = RankingWithUsers(users, gallery.faces_of, floor)
    return [list(batch) async for batch in ranking.ranked(gallery.pages())]


def own(face_id: str, similarity: float, user_id: str | None = None) -> OwnMatch:
    return OwnMatch(face_id, similarity, user_id)


async def test_a_face_is_as_alike_as_its_user_where_that_is_more() -> None:
    gallery = Gallery([[own("a", 90), own("b", 80, "u"), own("c", 70, "v")]], {})

    [batch] = await merged(gallery, {"u": 95.0, "v": 60.0})

    assert [(one.face_id, one.similarity, one.raw_score) for one in batch] == [
        ("b", 95, 80),
        ("a", 90, 90),
        ("c", 70, 70),
    ]
    assert gallery.listed == []


async def test_the_faces_of_a_user_come_before_less_alike_faces_of_later_pages() -> None:
    pages = [[own("a", 90), own("b", 80)], [own("c", 75), own("d", 60)]]
    gallery = Gallery(pages, {"u": ["x", "y"], "low": ["z"]})

    batches = await merged(gallery, {"u": 78.0, "low": 55.0})

    assert [one.face_id for batch in batches for one in batch] == [
        "a",
        "b",
        "x",
        "y",
        "c",
        "d",
        "z",
    ]
    assert [len(batch) for batch in batches] == [2, 4, 1]


async def test_a_later_face_of_a_user_already_given_breaks_no_order() -> None:
    pages = [[own("a", 90, "u"), own("b", 80)], [own("c", 75, "u"), own("d", 74)]]
    gallery = Gallery(pages, {"u": ["a", "c"]})

    batches = await merged(gallery, {"u": 95.0})

    given = [(one.face_id, one.similarity) for batch in batches for one in batch]
    assert given == [("a", 95), ("b", 80), ("c", 80), ("d", 74)]


async def test_no_face_is_given_twice_or_below_the_floor() -> None:
    gallery = Gallery([[own("a", 90)], [own("b", 60, "u"), own("c", 55)]], {"u": ["a", "b"]})

    batches = await merged(gallery, {"u": 92.0, "weak": 40.0}, floor=58)

    assert [one.face_id for batch in batches for one in batch] == ["b", "a"]
    assert gallery.listed == ["u"]


@pytest.mark.parametrize("users", [{}, {"u": 80.0}])
async def test_without_a_face_that_matches_only_users_are_left(users: dict[str, float]) -> None:
    batches = await merged(Gallery([], {"u": ["x"]}), users)

    assert [one.face_id for batch in batches for one in batch] == ["x"] * len(users)

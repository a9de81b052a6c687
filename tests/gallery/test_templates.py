from uuid import UUID, uuid4

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.face_engine.local.templates import Ranked, Templates
from app.domain.errors import EngineMisconfiguredError
from tests.gallery.feeds import Halves, face_like_templates, random_templates


def packed(face_ids: list[UUID]) -> bytes:
    return b"".join(face_id.bytes for face_id in face_ids)


def filled(values: Halves) -> tuple[Templates, list[UUID]]:
    templates, face_ids = Templates(values.shape[1]), [uuid4() for _ in values]
    for start in range(0, len(values), 16_384):
        page = slice(start, start + 16_384)
        templates.change(packed(face_ids[page]), values[page].tobytes(), b"")
    return templates, face_ids


def by_hand(values: Halves, face_ids: list[UUID], query: Halves, count: int) -> Ranked:
    cosines = values.astype(np.float32) @ query.astype(np.float32)
    names = [str(face_id) for face_id in face_ids]
    order = sorted(range(len(names)), key=lambda row: (-round(float(cosines[row]), 6), names[row]))
    rows = order[:count]
    kept = tuple(float(cosines[row]) for row in rows)
    return Ranked(tuple(names[row] for row in rows), kept, count >= len(names))


@pytest.mark.parametrize("make", [random_templates, face_like_templates])
@pytest.mark.parametrize(
    ("rows", "dimensions"), [(300, 128), (40_000, 128), (20_000, 512), (9_000, 4_096)]
)
def test_the_strongest_are_exactly_those_that_reading_all_finds(
    make: type, rows: int, dimensions: int
) -> None:
    values: Halves = make(rows, dimensions)
    templates, face_ids = filled(values)

    for query in make(20, dimensions, seed=2):
        ranked = templates.strongest(query.astype(np.float32), 60)
        expected = by_hand(values, face_ids, query, 60)

        assert ranked.cosines == pytest.approx(expected.cosines, abs=1e-6)
        assert set(ranked.face_ids[:50]) <= set(expected.face_ids)
        assert ranked.whole is False


def test_equal_faces_come_in_the_order_of_their_ids_and_all_of_them() -> None:
    values = random_templates(30_000)
    values[5_000:5_200] = values[0]
    templates, face_ids = filled(values)
    same = sorted(str(face_id) for face_id in [face_ids[0], *face_ids[5_000:5_200]])

    few = templates.strongest(values[0].astype(np.float32), 40)
    more = templates.strongest(values[0].astype(np.float32), 201)

    assert list(few.face_ids) == same[:40]
    assert list(more.face_ids) == same


def test_a_template_unlike_all_others_costs_no_exactness() -> None:
    values = face_like_templates(20_000)
    values[-1] = 0
    values[-1, 7] = -1
    templates, face_ids = filled(values)

    ranked = templates.strongest(values[-1].astype(np.float32), 3)
    near = templates.strongest(values[3].astype(np.float32), 1)

    assert ranked.face_ids[0] == str(face_ids[-1])
    assert near.face_ids == (str(face_ids[3]),)


def test_asking_for_more_than_there_is_gives_all_in_order() -> None:
    templates, face_ids = filled(random_templates(100))

    ranked = templates.strongest(random_templates(1, seed=3)[0].astype(np.float32), 1000)

    assert sorted(ranked.face_ids) == sorted(str(face_id) for face_id in face_ids)
    assert list(ranked.cosines) == sorted(ranked.cosines, reverse=True)
    assert ranked.whole is True


def test_an_empty_gallery_has_nobody() -> None:
    ranked = Templates(128).strongest(random_templates(1)[0].astype(np.float32), 10)

    assert ranked == Ranked((), (), whole=True)


@pytest.mark.parametrize("wrong", [np.nan, np.inf, 0.0, 60_000.0])
def test_what_is_no_unit_vector_is_refused_and_the_rest_kept(wrong: float) -> None:
    values, templates = random_templates(3), Templates(128)
    values[1] = wrong

    refused = templates.change(packed([uuid4() for _ in values]), values.tobytes(), b"")

    assert refused == 1
    assert len(templates) == 2


def test_templates_of_another_length_are_refused() -> None:
    with pytest.raises(EngineMisconfiguredError):
        Templates(128).change(uuid4().bytes, bytes(100), b"")
    with pytest.raises(EngineMisconfiguredError):
        Templates(128).change(b"short", b"", b"")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.booleans()), max_size=60), st.integers(1, 7))
def test_any_order_of_adding_replacing_and_removing_ends_the_same(
    steps: list[tuple[int, bool]], page: int
) -> None:
    face_ids = [UUID(int=number + 1) for number in range(31)]
    templates, expected = Templates(16), dict[str, Halves]()
    for start in range(0, len(steps), page):
        last = dict(steps[start : start + page])
        kept = [number for number, stays in last.items() if stays]
        gone = [number for number, stays in last.items() if not stays]
        values = random_templates(len(kept), 16, seed=start)
        ids = packed([face_ids[number] for number in kept])

        templates.change(ids, values.tobytes(), packed([face_ids[number] for number in gone]))
        expected |= {str(face_ids[n]): value for n, value in zip(kept, values, strict=True)}
        expected = {n: v for n, v in expected.items() if n not in {str(face_ids[g]) for g in gone}}

    query = random_templates(1, 16, seed=99)[0].astype(np.float32)
    ranked = templates.strongest(query, 100)
    cosines = {name: float(value.astype(np.float32) @ query) for name, value in expected.items()}
    found = dict(zip(ranked.face_ids, ranked.cosines, strict=True))
    assert found == pytest.approx(cosines, abs=1e-5)


def test_removing_from_a_large_gallery_keeps_the_rest_findable() -> None:
    values = face_like_templates(30_000)
    templates, face_ids = filled(values)
    gone = list(range(0, 30_000, 3))

    templates.change(b"", b"", packed([face_ids[row] for row in gone]))

    assert len(templates) == 20_000
    for row in (1, 2, 14_999 + 2, 29_999, 29_998):
        ranked = templates.strongest(values[row].astype(np.float32), 5)
        assert (ranked.face_ids[0] == str(face_ids[row])) == (row % 3 != 0)

"""Users as vectors: the mean of the faces that are held."""

from uuid import UUID, uuid4

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.face_engine.local.templates import Floats, Templates, packed_ids
from adapters.face_engine.local.user_vectors import (
    Members,
    UserVectors,
    counted_in_turn,
    units,
)
from tests.gallery.feeds import random_templates

NOBODYS = str(uuid4())


def gallery(faces: int, seed: int = 1) -> tuple[Templates, list[str], Floats]:
    """Return templates, their face ids, and their numbers."""
    values = random_templates(faces, 16, seed)
    templates, face_ids = Templates(16), [str(uuid4()) for _ in values]
    templates.change(packed_ids(face_ids), values.tobytes(), b"")
    return templates, face_ids, values.astype(np.float32)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 6), max_size=30))
def test_a_users_vector_is_the_mean_of_its_faces_that_are_held(owners: list[int]) -> None:
    templates, face_ids, values = gallery(len(owners)) if owners else (Templates(16), [], None)
    members: dict[str, list[str]] = {"nobody": [NOBODYS], "none": []}
    for face_id, owner in zip(face_ids, owners, strict=True):
        members.setdefault(f"user-{owner}", [NOBODYS]).append(face_id)

    users = UserVectors.of(templates, Members.of(members))

    assert users.user_ids == tuple(sorted({f"user-{owner}" for owner in owners}))
    for user_id in users.user_ids:
        assert values is not None
        own = [values[row] for row, owner in enumerate(owners) if f"user-{owner}" == user_id]
        mean = np.mean(own, axis=0)
        assert users.of_user(user_id) == pytest.approx(mean / np.linalg.norm(mean), abs=1e-5)
    assert users.of_user("nobody") is None


def test_users_are_ranked_and_equals_come_in_the_order_of_their_ids() -> None:
    templates, face_ids, values = gallery(3)
    members = {"b": [face_ids[0]], "a": [face_ids[0]], "c": [face_ids[1]], "d": [face_ids[2]]}
    users = UserVectors.of(templates, Members.of(members))

    whole = users.strongest(values[0], 10, -1.0)

    assert [user_id for user_id, _ in whole[:2]] == ["a", "b"]
    assert [cosine for _, cosine in whole] == sorted((c for _, c in whole), reverse=True)
    assert users.strongest(values[0], 1, -1.0) == whole[:1]
    assert users.strongest(values[0], 10, 0.99) == whole[:2]


def test_each_face_is_compared_with_the_mean_of_those_counted_before_it() -> None:
    templates, (first, second, third, unlike), values = gallery(4)
    floor = float(np.dot(values[0], values[1])) - 0.001
    mean = units((values[0] + values[1])[np.newaxis])[0]

    likenesses = counted_in_turn(templates, [first], [second, third], floor)
    alone = counted_in_turn(templates, [], [unlike, NOBODYS], 2.0)

    assert likenesses[second].counts
    assert likenesses[third].cosine == pytest.approx(float(mean @ values[2]), abs=1e-5)
    assert list(alone) == [unlike]
    assert alone[unlike].counts


def test_a_refused_face_does_not_move_the_mean() -> None:
    templates, (first, refused, asked, _), values = gallery(4)

    likenesses = counted_in_turn(templates, [first], [refused, asked], 1.5)

    assert not likenesses[refused].counts
    assert likenesses[asked].cosine == pytest.approx(float(values[0] @ values[2]), abs=1e-5)


def test_vectors_that_cancel_out_have_no_direction_and_no_fault() -> None:
    assert not units(np.zeros((1, 4), np.float32)).any()


def test_templates_are_found_by_their_ids_though_these_end_alike() -> None:
    same_end = [str(UUID(int=(high << 64) + 7)) for high in range(5)]
    values, templates = random_templates(5, 16), Templates(16)
    templates.change(packed_ids(same_end), values.tobytes(), b"")
    asked = [same_end[3], NOBODYS, same_end[0], "no id", same_end[3], same_end[4]]

    held, vectors = templates.vectors(packed_ids(asked))

    assert held.tolist() == [0, 2, 4, 5]
    assert vectors == pytest.approx(values[[3, 0, 3, 4]].astype(np.float32))


def test_removing_one_of_ids_that_end_alike_leaves_the_others() -> None:
    same_end = [str(UUID(int=(high << 64) + 7)) for high in range(1, 5)]
    templates = Templates(16)
    templates.change(packed_ids(same_end), random_templates(4, 16).tobytes(), b"")

    templates.change(b"", b"", packed_ids(same_end[1:2]))

    held, _ = templates.vectors(packed_ids(same_end))
    assert held.tolist() == [0, 2, 3]

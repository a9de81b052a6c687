"""Templates made up by a law lie as those do that it was measured on."""

import numpy as np

from bench.face_sets import Encoded
from bench.laws import law, measured


def test_drawn_templates_are_unit_vectors_and_the_same_each_time() -> None:
    drawn_by = law(made_up=True)

    gallery, probes, whom = drawn_by.drawn(3_000, 40)
    again = drawn_by.drawn(3_000, 40)

    lengths = np.linalg.norm(gallery.astype(np.float32), axis=1)
    assert np.abs(lengths - 1).max() < 0.002
    assert np.array_equal(gallery, again[0])
    assert np.array_equal(probes, again[1])
    assert np.array_equal(whom, again[2])


def test_a_probe_is_nearest_to_the_person_it_shows() -> None:
    gallery, probes, whom = law(made_up=True).drawn(500, 100)

    scores = probes.astype(np.float32) @ gallery.astype(np.float32).T

    assert (scores.argmax(axis=1) == whom).mean() > 0.9


def test_a_law_measured_on_drawn_templates_is_the_law_they_were_drawn_by() -> None:
    chance, people, photos = np.random.default_rng(3), 2_000, 3
    own, photo = np.diag([3.0, 1.0, 0.5]), np.diag([0.5, 1.0, 0.1])
    persons = chance.standard_normal((people, 3)) @ own + [10.0, 0.0, 1.0]
    every = [
        Encoded(str(person), "", 1, (at + chance.standard_normal(3) @ photo).astype(np.float32))
        for person, at in enumerate(persons)
        for _ in range(photos)
    ]

    found = measured(every, "a law")

    assert np.allclose(found.mean, [10, 0, 1], atol=0.25)
    assert np.allclose(found.own @ found.own.T, own @ own, atol=0.6)
    assert np.allclose(found.photo @ found.photo.T, photo @ photo, atol=0.06)

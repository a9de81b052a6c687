"""Whose faces the live gallery holds: those that count, may be shown, and are alone in a photo."""

import hashlib
from dataclasses import replace

import numpy as np
import pytest

from adapters.labelled_photos import GalleryPhotos, GalleryTemplates
from adapters.measurement import NumpyMeasurement
from adapters.records.postgres import ConnectionPool, PostgresGalleryFeed, PostgresGalleryLabels
from app.domain.audit import AuditAction
from app.domain.booking import RecordStatus
from app.domain.errors import SourceUnusableError
from app.domain.record import Standing
from app.ports.gallery_labels import GalleryFace
from app.ports.records import Records
from app.services.evaluation import Evaluate, EvaluateGallery, Program, Unwatched, Wanted
from tests.databases import COLLECTION, DATA_KEYS
from tests.jails import ACTOR
from tests.records.samples import MODEL, face_id, photo, standing, tombstone
from tests.scratch_templates import TemplateEngines

WRITTEN = {"scores": "/srv/scores.csv"}


async def put(
    records: Records,
    name: str,
    *faces: str,
    of: Standing | None = None,
    seed: int = 0,
    apart: float = 0,
) -> None:
    template = np.random.default_rng(seed).normal(size=8) + apart
    packed = (template / np.linalg.norm(template)).astype("<f2").tobytes()
    async with records.unit() as unit:
        one = replace(photo(name, *faces, standing=of), sha256=sha256_of(name))
        await unit.photos.put(one, dict.fromkeys(faces, packed))


def sha256_of(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


@pytest.fixture
def labels(pool: ConnectionPool) -> PostgresGalleryLabels:
    return PostgresGalleryLabels(pool, COLLECTION)


async def test_only_faces_that_count_and_may_be_shown_are_told(
    records: Records, labels: PostgresGalleryLabels
) -> None:
    first, unknown = face_id(), face_id()
    await put(records, "A1", first, of=standing("p1"))
    await put(records, "A2", unknown)
    await put(records, "A3", face_id(), of=standing("p3", RecordStatus.SEALED))
    await put(records, "A4", face_id(), face_id(), of=standing("p4"))
    await put(records, "A5", face_id(), of=standing("p5"))
    await put(records, "A6", of=standing("p6"))
    await put(records, "A7", face_id(), face_id(), of=standing("p7", RecordStatus.SEALED))
    async with records.unit() as unit:
        await unit.photos.put(tombstone("A5"), {})

    told = await labels.faces()

    assert list(told.faces) == [
        GalleryFace(first, "A1", "p1", sha256_of("A1")),
        GalleryFace(unknown, "A2", None, sha256_of("A2")),
    ]
    assert told.withheld == 1
    assert told.beside_others == 4
    assert told.model is None


async def test_a_gallery_is_measured_by_its_templates_and_that_is_on_record(
    records: Records, labels: PostgresGalleryLabels, pool: ConnectionPool
) -> None:
    for person in range(9):
        for number in range(2):
            name = f"A{person}-{number}"
            of = standing(f"p{person}")
            await put(records, name, face_id(), of=of, seed=person, apart=number / 100)
    feed = PostgresGalleryFeed(pool, DATA_KEYS, COLLECTION)
    photos = GalleryPhotos(labels, GalleryTemplates(feed), "gallery", MODEL)
    evaluate = Evaluate(photos, TemplateEngines(8), NumpyMeasurement(50), Program("1"), 2)

    evaluation = await EvaluateGallery(evaluate, records)(Wanted(), Unwatched(), ACTOR, WRITTEN)

    assert evaluation.facts.people == 9
    assert [point.fnir.k for point in evaluation.open_set.investigation] == [0, 0, 0]
    assert evaluation.open_set.investigation[0].fnir.n == 6
    async with records.unit() as unit:
        begun, ended = [record.entry() for record in await unit.audit.page(0, 10)]
    assert begun.action is ended.action is AuditAction.EVALUATE_GALLERY
    assert begun.details == {"step": "begun", "seed": 1, "written": WRITTEN}
    assert ended.details["step"] == "ended"
    assert ended.details["people"] == 9
    assert ended.details["probe_mated"] == 6


async def test_a_gallery_that_cannot_be_measured_is_on_record_too(
    records: Records, labels: PostgresGalleryLabels
) -> None:
    photos = GalleryPhotos(labels, None, "gallery", MODEL)
    evaluate = Evaluate(photos, TemplateEngines(8), NumpyMeasurement(50), Program("1"), 2)

    with pytest.raises(SourceUnusableError, match="nothing to measure"):
        await EvaluateGallery(evaluate, records)(Wanted(), Unwatched(), ACTOR, WRITTEN)

    async with records.unit() as unit:
        outcomes = [record.entry().outcome for record in await unit.audit.page(0, 10)]
    assert outcomes == ["answered", "source_unusable"]

"""Imports as a service answers them, for those who show them."""

import asyncio

from app.api.schemas.imports import ImportProgressOut
from app.domain.import_progress import QuotaFigure
from app.domain.imports import (
    Import,
    ImportOptions,
    ImportSource,
    ImportWorker,
    ItemReason,
    ItemStatus,
    SourceKind,
)
from tests.fakes_imports import BEGAN, FakeImports, item

LONG = ImportOptions(
    ImportSource(SourceKind.FOLDER, "/srv/exports/booking photos/2019 to 2026/" + "x" * 90),
    limit=300_000,
)


def answered(imports: FakeImports, known: Import) -> ImportProgressOut:
    """Return how far an import is, as it would be sent."""
    progress = asyncio.run(imports.services.read.progress(known.import_id))
    return ImportProgressOut.at(progress)


def large() -> tuple[FakeImports, Import]:
    """Return an import that goes on, with everything that can be shown."""
    imports = FakeImports()
    known = imports.add(LONG)
    done = [item(1, ItemStatus.INDEXED, None)] * 1234
    skipped = [item(2, ItemStatus.SKIPPED, ItemReason.NOT_FRONT_VIEW)] * 20
    failed = [item(3, reason=reason) for reason in (ItemReason.NO_FACE, *_OTHERS)]
    imports.items[known.import_id] = [*done, *skipped, *failed]
    imports.waiting, imports.rate, imports.seconds_left = 176_544, 51.44, 3472.0
    imports.workers = tuple(
        ImportWorker(
            f"w-{i}", f"records-{i}.sheriff.county.example.gov", 4711 + i, BEGAN, BEGAN, 64
        )
        for i in range(6)
    )
    imports.quotas = (QuotaFigure("IndexFaces", 50.0, 12_345, 12),)
    return imports, known


_OTHERS = (ItemReason.NO_FACE, ItemReason.SEVERAL_FACES, ItemReason.INTERNAL, ItemReason.WITHHELD)

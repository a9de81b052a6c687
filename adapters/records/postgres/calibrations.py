"""Calibrations of galleries, as documents; nothing in them is about one person."""

from datetime import datetime
from typing import Final

from typing_extensions import override

from adapters.records.postgres.documents import adapter_of
from adapters.records.postgres.transaction import Transaction, storable
from app.domain.selectivity import GalleryCalibration
from app.ports.calibration_records import CalibrationRecords

_CALIBRATION: Final = adapter_of(GalleryCalibration)

_CURRENT = """
SELECT document::text FROM calibrations
WHERE collection = %(collection)s AND model = %(model)s ORDER BY number DESC LIMIT 1
"""

_ADD = """
INSERT INTO calibrations (collection, model, at, document)
VALUES (%(collection)s, %(model)s, %(at)s, %(document)s::jsonb)
"""


_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('calibrations:' || %(collection)s, 0))"


class PostgresCalibrations(CalibrationRecords):
    """Only adds rows; the newest of a model is the one that counts."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    async def current(self, model: str) -> GalleryCalibration | None:
        rows = await self._transaction.fetch(_CURRENT, {"model": storable(model)})
        if not rows or rows[0][0] is None:
            return None
        return _CALIBRATION.validate_json(rows[0][0])

    @override
    async def add(self, calibration: GalleryCalibration) -> None:
        await self._transaction.write(_LOCK)
        document = _CALIBRATION.dump_json(calibration).decode()
        await self._write(calibration.model, calibration.made_at, document)

    @override
    async def drop(self, model: str, at: datetime) -> GalleryCalibration | None:
        await self._transaction.fetch(_LOCK)
        found = await self.current(model)
        if found is not None:
            await self._write(model, at, None)
        return found

    async def _write(self, model: str, at: datetime, document: str | None) -> None:
        row = {"model": storable(model), "at": at, "document": document}
        await self._transaction.write(_ADD, row)

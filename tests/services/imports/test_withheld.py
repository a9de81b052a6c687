"""What is sealed is not shown by way of an import either."""

from dataclasses import replace

import pytest

from app.domain.booking import RecordStatus
from app.domain.errors import RecordWithheldError
from app.domain.record import Standing
from app.services.recorded import utc_now
from tests.fakes import drawn_photo
from tests.jails import ACTOR, booking
from tests.services.imports.backfill import Backfill, listed


async def test_a_photo_that_was_withheld_cannot_be_looked_at_and_the_attempt_is_recorded(
    backfill: Backfill,
) -> None:
    backfill.shelve(listed({"sealed": drawn_photo("Cy")}))
    backfill.jail.fake_jms.known = {"sealed": booking("sealed", status=RecordStatus.SEALED)}
    ended = await backfill.run()

    with pytest.raises(RecordWithheldError):
        await backfill.read.thumbnail(ended.import_id, 1, 200, ACTOR)

    last = (await backfill.jail.audit())[-1]
    assert (last.external_image_id, last.outcome) == ("sealed", "record_withheld")


async def test_a_photo_that_was_sealed_after_its_import_cannot_be_looked_at(
    backfill: Backfill,
) -> None:
    backfill.shelve(listed({"A1": drawn_photo("Ann")}))
    ended = await backfill.run()
    sealed = replace(Standing(), status=RecordStatus.SEALED, as_of=utc_now())
    async with backfill.jail.records.unit() as unit:
        await unit.standings.remember({"A1": sealed})

    with pytest.raises(RecordWithheldError):
        await backfill.read.thumbnail(ended.import_id, 1, 200, ACTOR)

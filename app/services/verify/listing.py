"""The photos that the JMS lists, on disk: it lists them in no order."""

import asyncio
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from app.domain.errors import JmsUnavailableError
from app.domain.photo import View
from app.domain.verification import Part, Tally
from app.ports.jms import Jms, PhotoRef, PhotoRefs
from app.services.verify.endless import Endless
from app.services.verify.spool import Spool

_PAUSES = (0.5, 1.0, 2.0)
"""Seconds between the attempts at a page: one of hundreds fails once in a while."""


@dataclass(slots=True)
class Listing:
    """What was listed, by ExternalImageId."""

    spool: Spool
    is_complete: bool = False  # read to its end

    async def read(self, jms: Jms, views: Iterable[View], tally: Tally) -> None:
        """Read the listing of each view; raises what the JMS raises, and keeps what came before."""
        wanted = frozenset(views)
        for view in sorted(wanted):
            with Endless.noticed() as endless:
                page = await _page(jms, view, None)
                self._keep(page, wanted, tally)
                while page.next is not None:
                    endless.check(page)
                    page = await _page(jms, view, page.next)
                    self._keep(page, wanted, tally)
        self.is_complete = True

    def _keep(self, page: PhotoRefs, wanted: Collection[View], tally: Tally) -> None:
        refs = [ref for ref in page.items if ref.view in wanted]  # some leave out none
        tally.looked_at[Part.LISTING] += len(refs)
        tally.known_reasons.update(problem.reason for problem in page.problems)
        self.spool.add((ref.external_image_id, _value_of(ref)) for ref in refs)

    def ref(self, external_image_id: str) -> PhotoRef | None:
        """Return how the JMS named a photo."""
        value = self.spool.get(external_image_id)
        return None if value is None else _ref_of(value)


def _value_of(ref: PhotoRef) -> str:
    taken_at = ref.taken_at.isoformat() if ref.taken_at else None
    return json.dumps([ref.external_image_id, ref.booking_number, ref.view, taken_at, ref.location])


def _ref_of(value: str) -> PhotoRef:
    name, booking_number, view, taken_at, location = json.loads(value)
    taken = datetime.fromisoformat(taken_at) if taken_at else None
    return PhotoRef(name, booking_number, View(view), taken, location)


async def _page(jms: Jms, view: View, after: str | None) -> PhotoRefs:
    for pause in _PAUSES:
        try:
            return await jms.photos(view, None, after)
        except JmsUnavailableError:
            await asyncio.sleep(pause)
    return await jms.photos(view, None, after)

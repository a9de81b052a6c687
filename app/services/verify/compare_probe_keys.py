"""The data keys of probes against the records: only one that is kept has a key."""

from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass

from app.domain.photo import sha256_in
from app.domain.search_id import made_at
from app.domain.verification import Finding, Found, Part, Tally
from app.ports.data_keys import DataKeys, probe_key_name
from app.ports.verification_records import VerificationRecords
from app.services.sweep_intents import GRACE
from app.services.verify.streams import in_batches

_NO_PROBE = "the key of a probe that is not kept"


@dataclass(frozen=True, slots=True)
class CompareProbeKeys:
    """An older copy of the key store brings keys back, of probes that were destroyed since."""

    checked: VerificationRecords
    keys: DataKeys
    tally: Tally

    async def __call__(self) -> AsyncGenerator[Found]:
        """Yield orphaned keys; a young one may be that of a search under way."""
        before = self.tally.began_at - GRACE
        async for batch in in_batches(self._old(before.timestamp())):
            searches = {key: key.partition("/")[0] for key in batch}
            kept = await self.checked.kept_probes(list(searches.values()))
            for key, search_id in searches.items():
                if search_id not in kept:
                    yield Found(Finding.ORPHANED_KEY, _NO_PROBE, photo_key=key)

    async def _old(self, before: float) -> AsyncIterator[str]:
        start, after = probe_key_name(""), None
        while True:
            page = await self.keys.names(start, after)
            for name in page.items:
                self.tally.looked_at[Part.KEYS] += 1
                key = name.removeprefix(start)
                made = made_at(key.partition("/")[0])
                if sha256_in(key) and made is not None and made.timestamp() < before:
                    yield key
            if (after := page.next) is None:
                return

"""Use case: measure the engine on the live gallery itself, which is read and not changed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.domain.audit import Actor, AuditAction, AuditEntry
from app.domain.evaluation import Evaluation
from app.ports.records import Records
from app.services.evaluation.evaluate import Evaluate, Wanted
from app.services.evaluation.watching import Watcher
from app.services.recorded import refusals_recorded, utc_now


@dataclass(frozen=True, slots=True)
class EvaluateGallery:
    """Everybody's face is compared: that it begins, and what it was, is on record."""

    evaluate: Evaluate
    records: Records

    async def __call__(
        self, wanted: Wanted, watcher: Watcher, actor: Actor, written: Mapping[str, str]
    ) -> Evaluation:
        """Measure; raises what Evaluate, the records and the data keys raise.

        `written` names the files that the results go into, by what each holds: they name people.
        """

        def entry(outcome: str) -> AuditEntry:
            return AuditEntry(utc_now(), AuditAction.EVALUATE_GALLERY, actor, outcome)

        async with refusals_recorded(self.records, entry):
            begun = {"step": "begun", "seed": wanted.seed, "written": dict(written)}
            await self._record(entry("answered"), begun)
            evaluation = await self.evaluate(wanted, watcher)
            facts = evaluation.facts
            counts = {str(role): count for role, count in facts.photos.items()}
            told = replace(entry("answered"), engine=facts.engine, model=facts.model)
            await self._record(told, {"step": "ended", "people": facts.people, **counts})
        return evaluation

    async def _record(self, entry: AuditEntry, details: Mapping[str, object]) -> None:
        async with self.records.unit() as unit:
            await unit.audit.append(replace(entry, details=details))

"""Use case: one package with all that is on record of a search, whatever came of it."""

from dataclasses import dataclass, replace

from app.domain.audit import Actor, AuditAction, AuditEntry
from app.domain.audit_chain import ChainHead
from app.domain.audit_record import GENESIS
from app.domain.errors import ServiceBusyError
from app.domain.photo import sha256_of
from app.domain.policy_in_force import Policy
from app.ports.darkroom import Darkroom
from app.ports.disclosure_paper import DisclosurePaper
from app.ports.face_engine import FaceEngine
from app.ports.records import Records
from app.services.audit.sign_head import SignHead
from app.services.disclosure.document import document_of
from app.services.disclosure.facts import DisclosureFacts, ErrorRates, description_of
from app.services.disclosure.package import file_name_of, packed
from app.services.recorded import refusals_recorded, utc_now
from app.services.reviews.known import Known, known
from app.services.reviews.view_picture import ProbeOf, caption_of

_PROBE_WIDTH = 900
_TRIES = 3
_CHANGING = (
    "The search's candidates or its review changed whenever its package was written; take it again "
    "when that is over."
)


@dataclass(frozen=True, slots=True)
class Disclosure:
    """The package, and how its file is called."""

    file_name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Disclose:
    """Gather, write, sign, record, and only then answer."""

    records: Records
    policy: Policy
    engine: FaceEngine
    darkroom: Darkroom
    paper: DisclosurePaper
    sign_head: SignHead
    probe_of: ProbeOf
    error_rates: ErrorRates | None = None

    async def __call__(self, search_id: str, actor: Actor) -> Disclosure:
        """Return the package; SearchNotFoundError and what darkroom and records raise.

        Whoever is sealed while it is written is not in it: it is written anew then, and
        ServiceBusyError is raised when it never holds still.
        """

        def entry(outcome: str) -> AuditEntry:
            action, about = AuditAction.DISCLOSE, search_id[:100]
            return AuditEntry(utc_now(), action, actor, outcome, search_id=about)

        async with refusals_recorded(self.records, entry):
            for _ in range(_TRIES):
                async with self.records.view() as unit:
                    found = await known(unit, self.policy, search_id)
                content = await self._written(found, actor)
                async with self.records.unit() as unit:
                    now = await known(unit, self.policy, search_id)
                    if _told(now) != _told(found):
                        continue
                    details = {"package_sha256": sha256_of(content)}
                    case_number = found.answer.context.case_number
                    recorded = replace(entry("answered"), case_number=case_number, details=details)
                    await unit.audit.append(recorded)
                return Disclosure(file_name_of(found.answer.search_id), content)
            raise ServiceBusyError(_CHANGING)

    async def _written(self, found: Known, actor: Actor) -> bytes:
        search_id = found.answer.search_id
        probe = await self.probe_of(search_id)
        if probe is not None:
            probe = await self.darkroom.stamped(probe, _PROBE_WIDTH, caption_of(search_id))
        facts = await self._facts(found, actor, probe_is_kept=probe is not None)
        document = document_of(facts)
        paper = await self.paper.written(document, probe)
        return packed(document, paper, self.sign_head.signer)

    async def _facts(self, found: Known, actor: Actor, *, probe_is_kept: bool) -> DisclosureFacts:
        async with self.records.view() as unit:
            standings = await unit.standings.of(sorted(found.gone))
            newest = await unit.audit.newest()
            audit = await unit.audit.of_search(found.answer.search_id)
        head = await self.sign_head.head(newest) or ChainHead(0, GENESIS)
        return DisclosureFacts(
            known=found,
            audit=audit,
            standings=standings,
            engine=await description_of(self.engine),
            head=self.sign_head.signed(head),
            made_at=utc_now(),
            made_by=actor,
            probe_is_kept=probe_is_kept,
            error_rates=self.error_rates,
        )


def _told(found: Known) -> tuple[object, ...]:
    """Return what may change while a package is written."""
    return found.answer, found.review.entries

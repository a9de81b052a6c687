"""Use case: measure on the site's own booking photos how many other people reach a score."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

from app.domain.audit import Actor, AuditAction, AuditEntry
from app.domain.curve import LEAST_OF_GROUP
from app.domain.errors import GalleryTooSmallError, SourceUnusableError
from app.domain.selectivity import GalleryCalibration
from app.ports.jms import Jms
from app.ports.look_alikes import LookAlikes
from app.ports.records import Records
from app.services.calibration.enrolled_people import Drawn, EnrolledPeople, enrolled_people
from app.services.calibration.gallery_counts import Step, counts_of, drawn_of
from app.services.calibration.groups import Said, said_of
from app.services.recorded import refusals_recorded, utc_now

LEAST_PEOPLE = 100
"""Enrolled; fewer pairs than theirs bound nothing that is of use."""


@dataclass(frozen=True, slots=True)
class CalibrateGallery:
    """Search enrolled people as if they were not, each by one photo, and count the others.

    Templates are only read. What is kept are counts over all probes and over groups of them. That
    it begins, and what came of it, is on record.
    """

    look_alikes: LookAlikes
    records: Records
    jms: Jms | None  # says who belongs to which group; None: nobody asks

    async def __call__(
        self, most_probes: int, seed: int, actor: Actor, step: Step
    ) -> GalleryCalibration:
        """Measure and keep; it counts from then on for this collection and model.

        Probes are drawn by the seed, one photo a person. Raises GalleryTooSmallError,
        SourceUnusableError where another model is served, and what the records and the JMS raise;
        then nothing is kept.
        """

        def entry(outcome: str) -> AuditEntry:
            model = self.look_alikes.model
            return AuditEntry(utc_now(), AuditAction.CALIBRATE, actor, outcome, model=model)

        asks = self.jms is not None
        begun = {"step": "begun", "seed": seed, "most_probes": most_probes, "asks_jms": asks}
        async with refusals_recorded(self.records, entry):
            async with self.records.unit() as unit:
                await unit.audit.append(replace(entry("answered"), details=begun))
            measured = await self._measured(most_probes, seed, step)
            async with self.records.unit() as unit:
                await unit.calibrations.add(measured)
                await unit.audit.append(_told(entry("calibrated"), measured))
        return measured

    async def _measured(self, most_probes: int, seed: int, step: Step) -> GalleryCalibration:
        step("Reading who is enrolled", 0, 0)
        await self._check_served()
        people = await enrolled_people(self.records, self.look_alikes)
        drawn = drawn_of(people, most_probes, seed)
        _check_enough(people, drawn)
        said = await self._said(drawn, step)
        if hidden := said.hidden:
            people = people.without(hidden)
            drawn = [one for one in drawn if one.face.external_image_id not in hidden]
            _check_enough(people, drawn)
        counts = await counts_of(people, drawn, said.groups, step)
        made_at = utc_now()
        return GalleryCalibration(
            calibration_id=f"{made_at:%Y%m%d}-{uuid4().hex[:8]}",
            made_at=made_at,
            model=self.look_alikes.model,
            seed=seed,
            people=len(people.of),
            faces=sum(map(len, people.of.values())),
            nameless=people.nameless,
            raw_scores=counts.raw_scores,
            curves=counts.curves,
            too_few=counts.too_few,
            compared=counts.compared,
            doubtful_from=counts.doubtful_from,
            several=counts.several,
        )

    async def _check_served(self) -> None:
        async with self.records.view() as view:
            standing = await view.models.standing()
        if standing is not None and standing.served != self.look_alikes.model:
            raise SourceUnusableError(
                f"The gallery is served with the model {standing.served}; the settings name "
                f"{self.look_alikes.model}. Calibrate with the settings of the service."
            )

    async def _said(self, drawn: Sequence[Drawn], step: Step) -> Said:
        """Ask the JMS; whom it lets nobody see any more is hidden from now on."""
        if self.jms is None:
            return Said()
        photos, asked = [one.face.external_image_id for one in drawn], 0

        def done(more: int) -> None:
            nonlocal asked
            asked += more
            step("Asking the JMS for sex and race", asked, len(photos))

        said = await said_of(self.jms, photos, done)
        if said.hidden:
            async with self.records.unit() as unit:
                await unit.standings.remember({one: said.standings[one] for one in said.hidden})
        return said


def _told(entry: AuditEntry, measured: GalleryCalibration) -> AuditEntry:
    details: Mapping[str, object] = {
        "calibration_id": measured.calibration_id,
        "people": measured.people,
        "probes": measured.probes,
        "groups": [curve.group for curve in measured.groups],
    }
    return replace(entry, at=measured.made_at, gallery_faces=measured.faces, details=details)


def _check_enough(people: EnrolledPeople, drawn: Sequence[Drawn]) -> None:
    if len(people.of) < LEAST_PEOPLE or len(drawn) < LEAST_OF_GROUP:
        raise GalleryTooSmallError(
            f"The gallery holds {len(people.of)} people whose person id is known; {LEAST_PEOPLE} "
            f"are needed to calibrate, {LEAST_OF_GROUP} of them as probes. {people.nameless} faces "
            "are of people whose id is not known: the JMS says it when a photo is indexed or "
            "imported (person_id), and a photo of several faces does not tell whose is whose."
        )

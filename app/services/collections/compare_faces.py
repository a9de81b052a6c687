"""Use case: does the face of one photo resemble those of another? Nothing is kept."""

from dataclasses import dataclass, replace

from app.domain.audit import AuditAction
from app.domain.errors import NoFaceError
from app.domain.photo import sha256_of
from app.services.collections.answers import ComparedFaces
from app.services.collections.call import CollectionCall, Image
from app.services.collections.galleries import Galleries
from app.services.collections.purposes import Purposes
from app.services.recorded import refusals_recorded
from app.services.steadily import steadily

_ACTION = AuditAction.COMPARE


@dataclass(frozen=True, slots=True)
class CompareFaces:
    """Compare two photos with each other and with nobody else."""

    galleries: Galleries
    purposes: Purposes

    async def __call__(
        self, source: Image, target: Image, threshold: float, call: CollectionCall
    ) -> ComparedFaces:
        """Compare the largest face of `source` with all of `target`.

        Raises NoFaceError where either has none, ObjectNotReadableError, what `Purposes` raises,
        and what the engine and the records raise.
        """
        own = self.galleries.own
        records, entry = self.galleries.records.of(own), self.purposes.recorder(call, _ACTION)
        async with refusals_recorded(records, entry):
            call, _ = self.purposes.checked(call)
            engine = await self.galleries.collections.engine(own)
            photos = [await self.galleries.photo(image) for image in (source, target)]
            described, compared = await steadily(engine, lambda _: engine.compare(*photos))
            if not compared.faces:
                raise NoFaceError
            scale = described.rekognition_scale
            scored = [(face, scale.rekognition(score)) for face, score in compared.faces]
            matches = sorted((one for one in scored if one[1] >= threshold), key=lambda m: -m[1])
            entry_of_both = replace(
                call.entry(_ACTION),
                photo_sha256=sha256_of(photos[0]),
                engine=described.name,
                model=described.model,
                details={
                    **call.entry(_ACTION).details,
                    "target_sha256": sha256_of(photos[1]),
                    "similarities": [similarity for _, similarity in compared.faces],
                },
            )
            async with records.unit() as unit:
                await unit.audit.append(entry_of_both)
        unmatched = tuple(face for face, score in scored if score < threshold)
        return ComparedFaces(compared.source, tuple(matches), unmatched)

"""Which faces open intents are about, those included that nobody learnt the ids of."""

from collections.abc import Iterable

from app.domain.record import Intent, IntentKind
from app.ports.face_engine import FaceEngine


class FacesOfIntents:
    """The faces of some intents; an engine that holds faces is looked through once, if at all."""

    def __init__(self, engine: FaceEngine, intents: Iterable[Intent]) -> None:
        self._engine = engine
        enrolments = (one for one in intents if one.kind is IntentKind.ENROL)
        self._enrolled = frozenset(one.external_image_id for one in enrolments)
        self._held: dict[str, set[str]] | None = None

    async def of(self, intent: Intent) -> set[str]:
        """Return what an intent names, and of an enrolment all that is held under its id."""
        if intent.kind is not IntentKind.ENROL:
            return set(intent.face_ids)
        if self._held is None:
            self._held = await self._looked_up()
        return self._held.get(intent.external_image_id, set())

    async def _looked_up(self) -> dict[str, set[str]]:
        held: dict[str, set[str]] = {}
        if not (await self._engine.describe()).holds_faces:
            return held
        page = await self._engine.faces(None)
        while True:
            for face in page.items:
                if face.external_image_id in self._enrolled:
                    held.setdefault(face.external_image_id, set()).add(face.face_id)
            if page.next is None:
                return held
            page = await self._engine.faces(page.next)

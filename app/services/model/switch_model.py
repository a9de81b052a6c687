"""Use case: serve with the next model, from one moment on."""

from dataclasses import dataclass, replace

from app.domain.audit import Actor, AuditAction, AuditEntry
from app.domain.errors import CandidError, ModelChangeIncompleteError, NoModelChangeError
from app.domain.model_change import ModelStanding
from app.ports.records import Records
from app.services.model.encode_beside import EncodeBeside
from app.services.model.forget_models import ForgetModels
from app.services.recorded import refusals_recorded, utc_now
from app.services.sweep_intents import say_failure

_LAST = 50
"""Photos that came since the rest was read, and are read before the switch itself."""


@dataclass(frozen=True, slots=True)
class SwitchModel:
    """Count under the lock that every change of faces takes, and switch in the same commit."""

    records: Records
    encode: EncodeBeside
    forget: ForgetModels

    async def __call__(self, accept_loss: int, actor: Actor) -> ModelStanding:
        """Switch, losing at most `accept_loss` faces; return where the collection stands then.

        Raises NoModelChangeError and ModelChangeIncompleteError; then nothing was switched.
        """

        def entry(outcome: str) -> AuditEntry:
            return AuditEntry(utc_now(), AuditAction.CHANGE_MODEL, actor, outcome)

        async with refusals_recorded(self.records, entry):
            model = await self._next_model()
            await self._encode_the_last(accept_loss)
            async with self.records.unit() as unit:
                standing = await unit.models.standing()
                if standing is None or standing.next != model:
                    raise NoModelChangeError
                if standing.missing > accept_loss:
                    raise ModelChangeIncompleteError(standing.missing, accept_loss)
                await unit.models.switch()
                details = {"switched_from": standing.served, "faces_lost": standing.missing}
                await unit.audit.append(
                    replace(
                        entry("answered"),
                        model=model,
                        gallery_faces=standing.faces_beside,
                        details=details,
                    )
                )
                after = await unit.models.standing()
        self.forget.soon()
        return after or standing

    async def _next_model(self) -> str:
        """Return the model of the next engine; without that engine nothing could be served."""
        if self.encode.engine is None:
            raise NoModelChangeError
        return (await self.encode.engine.describe()).model

    async def _encode_the_last(self, accept_loss: int) -> None:
        """Read what came while the change was under way, if it is few; what fails is counted."""
        async with self.records.view() as view:
            standing = await view.models.standing()
            if standing is None or standing.missing > accept_loss + _LAST:
                return
            lacking = await view.photos.lacking(None, accept_loss + _LAST)
        for external_image_id in lacking:
            try:
                await self.encode(external_image_id)
            except CandidError as error:
                say_failure("photo_not_encoded", error, external_image_id=external_image_id)

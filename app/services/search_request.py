"""What a search is asked for: the probe, why, and how."""

import hashlib
from dataclasses import dataclass, field
from datetime import date

from app.domain.audit import Actor
from app.domain.high_confidence import SearchMode
from app.domain.photo import sha256_of
from app.domain.purpose import Purpose
from app.domain.search import SearchContext, SearchOptions
from app.domain.search_fields import SearchField


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A probe, why it is searched, and how; nobody may have said why (`purpose_said`)."""

    probe: bytes
    context: SearchContext
    options: SearchOptions = field(default_factory=SearchOptions)
    warnings: tuple[str, ...] = ()
    idempotency_key: str | None = None
    purpose_said: bool = True
    trained_until: date | None = None  # the last day on which the training of whoever asks counts

    def fingerprint(self) -> str:
        """Return what two requests with one Idempotency-Key must have in common."""
        parts = ("search", sha256_of(self.probe), self.context, self.options, *self._said_since())
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    def _said_since(self) -> tuple[object, ...]:
        """Return the options that older versions had not: without them a retry is told as ever."""
        mode = self.options.mode
        given = mode if mode is not SearchMode.INVESTIGATION else None
        return tuple(one for one in (given, self.options.derivation) if one is not None)

    def said(self, actor: Actor) -> dict[SearchField, str | None]:
        """Return what a policy rule may ask for."""
        return {**self.context.said(), SearchField.ON_BEHALF_OF: actor.person}

    @property
    def purpose(self) -> Purpose | None:
        """What it is made for, as far as somebody said it."""
        return self.context.purpose if self.purpose_said else None

"""What is asked of an import, on the wire."""

from typing import Annotated, Self

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from app.api.schemas.asked import Asked
from app.domain.imports import (
    FacesRule,
    ImportMode,
    ImportOptions,
    ImportSource,
    ItemReason,
    SourceKind,
)

_NAMES_ITSELF = frozenset({SourceKind.JMS, SourceKind.RECORDS})
_NAMED_FILES = frozenset({SourceKind.FOLDER, SourceKind.S3, SourceKind.ZIP})
_MOST_PHOTOS = 1_000_000_000

Words = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]*$")]
"""Text on one line."""


class SourceIn(Asked):
    """Where the photos are."""

    kind: SourceKind = Field(description="jms: its listing; records: what is on record here.")
    location: Annotated[Words, Field(max_length=4096)] = Field(
        default="",
        description="A path on the service's machine, or an S3 prefix; not for jms and records.",
    )
    pattern: Annotated[Words, Field(min_length=1, max_length=255)] | None = Field(
        default=None,
        description="How a file's name holds the id: {id}, {view}, * for what does not matter.",
        examples=["{id}_F.jpg"],
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.kind in _NAMES_ITSELF and self.location:
            raise ValueError(f"a source of kind {self.kind.value} has no location")
        if self.kind not in _NAMES_ITSELF and not self.location:
            raise ValueError(f"a source of kind {self.kind.value} needs its location")
        if self.pattern is not None and self.kind not in _NAMED_FILES:
            raise ValueError(f"a source of kind {self.kind.value} has no pattern")
        return self


class ImportIn(Asked):
    """What is asked of an import."""

    source: SourceIn
    mode: ImportMode = Field(
        default=ImportMode.MISSING,
        description="missing: what is not on record; changed: other bytes too; force: all.",
    )
    since: AwareDatetime | None = Field(
        default=None, description="Only what is new or changed since then."
    )
    limit: int | None = Field(
        default=None, ge=1, le=_MOST_PHOTOS, description="At most so many photos."
    )
    dry_run: bool = Field(default=False, description="List and count; index nothing.")
    faces: FacesRule = Field(
        default=FacesRule.DOMINANT,
        description="Of several faces: only one that is clearly the largest, or the largest.",
    )

    @property
    def options(self) -> ImportOptions:
        """Return them in the domain's words."""
        source = self.source
        return ImportOptions(
            ImportSource(source.kind, source.location, source.pattern),
            self.mode,
            self.since,
            self.limit,
            self.dry_run,
            self.faces,
        )


class RetryIn(Asked):
    """Which failed photos are tried again."""

    reasons: list[ItemReason] = Field(
        default=[], max_length=len(ItemReason), description="Empty: all that failed."
    )

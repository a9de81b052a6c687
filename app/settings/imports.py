"""The back-fill: where its photos may lie, and when it runs by itself."""

import re
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from app.domain.imports import SourceKind
from app.settings.group import Group
from app.settings.hosts import host_name
from app.settings.photos import BUCKET

_CRON_PART = re.compile(r"(?:\*|([0-9]+|[a-z]{3})(?:-([0-9]+|[a-z]{3}))?)(?:/[1-9][0-9]*)?")
_PATHS = {SourceKind.FOLDER, SourceKind.MANIFEST, SourceKind.ZIP}
_CRON = (("minute", 59), ("hour", 23), ("day", 31), ("month", 12), ("weekday", 7))


def _absolute(folder: Path) -> Path:
    if not folder.is_absolute():
        raise ValueError(f"{folder} is no absolute path")
    return folder


def _cron(text: str) -> str:
    fields = text.lower().split()
    if len(fields) != len(_CRON):
        raise ValueError("a schedule has five fields, such as 30 2 * * * for half past two")
    wrong = [name for (name, most), field in zip(_CRON, fields, strict=True) if _bad(field, most)]
    if wrong:
        raise ValueError(f"the schedule's {wrong[0]} cannot be read; an example is 30 2 * * *")
    return " ".join(fields)


def _bad(field: str, most: int) -> bool:
    found = [_CRON_PART.fullmatch(part) for part in field.split(",")]
    limits = [limit for match in found if match for limit in match.groups() if limit]
    return not all(found) or any(limit.isdigit() and int(limit) > most for limit in limits)


class ImportsSettings(Group):
    """Imports of many photos."""

    folders: tuple[Annotated[Path, AfterValidator(_absolute)], ...] = Field(
        default=(), description="Folders, manifests and ZIP files are read below these only."
    )
    hosts: frozenset[Annotated[str, AfterValidator(host_name)]] = Field(
        default=frozenset(), description="A manifest's photos are fetched from these only."
    )
    buckets: frozenset[Annotated[str, Field(pattern=BUCKET)]] = Field(
        default=frozenset(), description="S3 buckets that are read besides the photo store's own."
    )
    schedule: Annotated[str, AfterValidator(_cron)] | None = Field(
        default=None, description="When what is new is imported: cron, five fields."
    )
    schedule_source: SourceKind = SourceKind.JMS
    schedule_location: str = ""
    schedule_pattern: str | None = None
    worker: bool = Field(default=True, description="Whether `candid serve` works on imports.")
    keep_days: int | None = Field(
        default=None, ge=1, description="Items of ended imports are removed after so many days."
    )

    @model_validator(mode="after")
    def _complete(self) -> Self:
        source = self.schedule_source
        if source is SourceKind.RECORDS:
            raise ValueError("schedule_source records is for a change of the model, once")
        if source in _PATHS and not self.schedule_location:
            raise ValueError(f"schedule_source {source} needs schedule_location, a path")
        if source is SourceKind.JMS and self.schedule_location:
            raise ValueError("schedule_location belongs to another schedule_source than jms")
        return self

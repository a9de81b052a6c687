"""A jail management system by a view or query of its database."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator

from app.settings.group import Group


class SqlJmsSettings(Group):
    """A JMS whose database has a view of its bookings, or whose tables a query joins."""

    kind: Literal["sql"]
    url: SecretStr
    bookings_view: str | None = None
    bookings_query: str | None = None
    photos_view: str | None = None
    photos_query: str | None = None
    photos_dir: Path | None = Field(
        default=None, description="Below which the photos lie whose paths are listed."
    )
    mapping: Path | None = None
    statement_seconds: float | None = Field(
        default=None, gt=0, le=60, description="Of a lookup; none: 3/4 of ENRICH_SECONDS."
    )
    import_seconds: float = Field(
        default=60, gt=0, description="What a page of its photos, or one photo, may take."
    )
    pool_size: int = Field(default=32, ge=2, le=200)

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        if (self.bookings_view is None) == (self.bookings_query is None):
            raise ValueError("needs either BOOKINGS_VIEW or BOOKINGS_QUERY")
        if self.photos_view is not None and self.photos_query is not None:
            raise ValueError("PHOTOS_VIEW and PHOTOS_QUERY contradict each other; set one of them")
        return self

"""What every answer has in common: how times are written, and pages."""

from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer

Item = TypeVar("Item")


def rfc3339(moment: datetime) -> str:
    """Write a time as RFC 3339 in UTC with milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Moment = Annotated[datetime, PlainSerializer(rfc3339, return_type=str, when_used="json")]
Similarity = Annotated[float, AfterValidator(partial(round, ndigits=2))]
"""Two decimals: further ones differ between machines and mean nothing."""

Ratio = Annotated[float, AfterValidator(partial(round, ndigits=4))]
"""Four decimals: a pixel of a photo 10,000 pixels wide."""

Figures = Annotated[float, AfterValidator(lambda number: float(f"{number:.3g}"))]
"""Three significant figures: what is small stays above 0."""

Tenths = Annotated[float, AfterValidator(partial(round, ndigits=1))]


class Wire(BaseModel):
    """An answer read off domain objects by attribute."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_serialization_defaults_required=True,
        hide_input_in_errors=True,
    )


class Page(Wire, Generic[Item]):
    """One page of a list; send `next` as `after` to go on, null at the end."""

    items: list[Item]
    next: str | None = Field(examples=["A17"])

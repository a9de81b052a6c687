"""Domain objects as JSON in a column."""

from typing import Any, TypeVar

from pydantic import ConfigDict, TypeAdapter

Document = TypeVar("Document")


def adapter_of(kind: type[Document]) -> TypeAdapter[Document]:
    """Return what writes and reads a domain object, and repeats none of it in an error."""
    # Pydantic takes a setting beside a dataclass only where the dataclass is part of another type.
    nullable: Any = kind | None
    return TypeAdapter(nullable, config=ConfigDict(hide_input_in_errors=True))

"""Temporary collections by their names, which say when they were made; old ones are deleted."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import uuid4

from app.domain.errors import CandidError
from app.ports.face_collections import ListedCollections

Tell = Callable[[str], None]

PREFIX: Final = "candid-evaluation-"
_TIME: Final = "%Y%m%dT%H%M%SZ"
_NAME: Final = re.compile(rf"{PREFIX}(\d{{8}}T\d{{6}}Z)-[0-9a-f]{{32}}")

KEPT_FOR: Final = timedelta(days=1)
"""An older one is nobody's any more: no measurement takes as long."""


def temporary_name(now: datetime) -> str:
    """Return a name that nobody else has; `now` is UTC."""
    return f"{PREFIX}{now:{_TIME}}-{uuid4().hex}"


async def delete_left(collections: ListedCollections, now: datetime, tell: Tell) -> None:
    """Delete what measurements that were killed left behind, older than a day; `now` is UTC.

    Each is told, and so is what could not be listed or deleted: a measurement need not wait for it.
    """
    try:
        for name in await collections.names(PREFIX):
            made_at = _made_at(name)
            if made_at is not None and now - made_at > KEPT_FOR:
                await collections.delete(name)
                tell(f"The collection {name}, which an earlier evaluation left, is deleted.")
    except CandidError as error:
        tell(
            f"Whether an earlier evaluation left a collection ({PREFIX}...) at the engine could "
            f"not be seen to: {error}"
        )


def _made_at(name: str) -> datetime | None:
    """Return when a temporary collection was made; None where the name is another's."""
    found = _NAME.fullmatch(name)
    try:
        return datetime.strptime(found[1], _TIME).replace(tzinfo=UTC) if found else None
    except ValueError:  # digits that are no date
        return None

"""What the routes below /imports have in common."""

import re
from typing import Annotated

from fastapi import Depends, Path

from app.api.deps import needs
from app.domain import errors
from app.domain.access import Scope
from app.domain.audit import AuditAction

_ID = re.compile(r"[a-zA-Z0-9_\-]{1,64}")

LOOKING = needs(AuditAction.VIEW_IMPORT, Scope.IMPORT)


async def _import_id(
    import_id: Annotated[str, Path(description="As the start answered it.")],
) -> str:
    if not _ID.fullmatch(import_id):
        raise errors.ImportNotFoundError
    return import_id


ImportId = Annotated[str, Depends(_import_id)]

"""POST /detect."""

from typing import Annotated

from fastapi import APIRouter, Depends, File

from app.api.deps import ServicesDep, needs, only_fields
from app.api.documented import READING, SHOWING, documented
from app.api.schemas.face import DetectedOut
from app.domain.access import Scope
from app.domain.audit import AuditAction

router = APIRouter(tags=["search"])


@router.post(
    "/detect",
    summary="Find the faces of a photo",
    dependencies=[needs(AuditAction.DETECT, Scope.SEARCH), Depends(only_fields("photo"))],
    responses=documented(*SHOWING, *READING),
)
async def detect(
    services: ServicesDep,
    photo: Annotated[bytes, File(description="A photo, at most 20 MB.")],
) -> DetectedOut:
    """Find the faces of a photo and say how good they are; nothing is searched, nothing kept."""
    return DetectedOut.of(await services.engine.detect(photo))

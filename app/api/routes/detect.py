"""POST /detect."""

from typing import Annotated

from fastapi import APIRouter, Depends, File

from app.api.deps import ActorDep, ServicesDep, only_fields
from app.api.documented import KEYED, READING, documented
from app.api.schemas.face import DetectedOut

router = APIRouter(tags=["search"])


@router.post(
    "/detect",
    summary="Find the faces of a photo",
    dependencies=[Depends(only_fields("photo"))],
    responses=documented(*KEYED, *READING),
)
async def detect(
    services: ServicesDep,
    actor: ActorDep,
    photo: Annotated[bytes, File(description="A photo, at most 20 MB.")],
) -> DetectedOut:
    """Find the faces of a photo and say how good they are; nothing is searched, nothing kept."""
    del actor  # asking for it is what makes a key necessary
    return DetectedOut.of(await services.engine.detect(photo))

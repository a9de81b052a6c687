"""GET /searches/{search_id}/disclosure."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from app.api.deps import ActorDep, CallerDep, ServicesDep, needs, only_query
from app.api.documented import KEYED, documented
from app.api.turns import turn_of
from app.domain import errors
from app.domain.access import Scope
from app.domain.audit import AuditAction

router = APIRouter(tags=["review"])


@router.get(
    "/searches/{search_id}/disclosure",
    summary="Disclose a search",
    response_class=Response,
    response_description="A ZIP of disclosure.pdf, disclosure.json and their signatures",
    dependencies=[
        needs(AuditAction.DISCLOSE, Scope.REVIEW, Scope.ADMIN),
        Depends(only_query()),
    ],
    responses={
        200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}},
        **documented(
            *KEYED,
            errors.SearchNotFoundError,
            errors.ServiceBusyError,
            errors.TooManyCallsError,
        ),
    },
)
async def disclosure(
    request: Request,
    services: ServicesDep,
    caller: CallerDep,
    actor: ActorDep,
    search_id: Annotated[str, Path(description="As the search answered it.")],
) -> Response:
    """Give everything that is on record of a search, signed, whatever came of it.

    Request, probe, engine, gallery, all candidates with their scores, every entry of the review,
    what was sealed or removed since, and the audit's records of it. Whoever was sealed is not in
    it. It shows scores and names, so whoever takes it can no longer review the search blind.
    """
    async with turn_of(request.scope, caller):
        made = await services.disclose(search_id, actor)
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="{made.file_name}"',
        "X-Content-Type-Options": "nosniff",
    }
    return Response(made.content, media_type="application/zip", headers=headers)

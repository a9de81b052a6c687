"""Where people sign in, for the pages that this service serves."""

import structlog

from app.domain.errors import CandidError
from app.ports.token_verifier import SignInPlaces
from app.services import Services

log = structlog.get_logger(__name__)


async def places_of(services: Services) -> SignInPlaces | None:
    """Return where people sign in; while the provider is away a page does without."""
    sign_in = services.authenticate.sign_in
    if sign_in is None:
        return None
    try:
        return await sign_in.verifier.places()
    except CandidError as error:
        log.warning("page_without_sign_in", code=error.code, detail=str(error))
        return None

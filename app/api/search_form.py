"""The form of POST /search: what is said of a search besides its photo."""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Form
from pydantic import Json, StringConstraints

from app.api.deps import CallerDep
from app.api.schemas.derivation import DerivationBody
from app.domain.high_confidence import SearchMode
from app.domain.policy_in_force import MOST_CANDIDATES
from app.domain.purpose import Purpose
from app.domain.search import SearchContext, SearchOptions
from app.domain.search_fields import MOST_CHARACTERS, Authority, SearchField

_OPTIONS: Final = ("max_candidates", "min_similarity", "face", "mode", "derivation")
_POLICY: Final = ("offense", "authority", "authority_reference", "narrative")
FIELDS: Final = ("photo", "case_number", "purpose", "requested_by", "notes", *_POLICY, *_OPTIONS)
"""Everything that is read; a field of another name is refused."""


def _trimmed(most: int) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, max_length=most)


CaseNumber = Annotated[str, _trimmed(MOST_CHARACTERS[SearchField.CASE_NUMBER])]
Offense = Annotated[str, _trimmed(MOST_CHARACTERS[SearchField.OFFENSE])]
Reference = Annotated[str, _trimmed(MOST_CHARACTERS[SearchField.AUTHORITY_REFERENCE])]
Narrative = Annotated[str, _trimmed(MOST_CHARACTERS[SearchField.NARRATIVE])]
RequestedBy = Annotated[str, _trimmed(MOST_CHARACTERS[SearchField.REQUESTED_BY])]


@dataclass(frozen=True, slots=True)
class _Authority:
    """On what a search rests, where the policy asks for it."""

    offense: str | None
    authority: Authority | None
    authority_reference: str | None
    narrative: str | None


async def _authority(
    offense: Annotated[
        Offense | None,
        Form(
            description="The offense under investigation; `GET /policy` may list the codes.",
        ),
    ] = None,
    authority: Annotated[
        Authority | None, Form(description="The legal authority on which the search rests.")
    ] = None,
    authority_reference: Annotated[
        Reference | None,
        Form(
            description="The number or section of the authority. It is kept in the audit.",
        ),
    ] = None,
    narrative: Annotated[
        Narrative | None,
        Form(
            description="The facts on which the search rests; kept with the search, sealed.",
        ),
    ] = None,
) -> _Authority:
    return _Authority(offense or None, authority, authority_reference or None, narrative or None)


async def search_context(
    caller: CallerDep,
    rests_on: Annotated[_Authority, Depends(_authority)],
    case_number: Annotated[
        CaseNumber | None, Form(description="A case or CAD incident number; else the key's.")
    ] = None,
    purpose: Annotated[
        Purpose | None,
        Form(description="Why the search is made; required with keys that name none."),
    ] = None,
    requested_by: Annotated[
        RequestedBy | None,
        Form(
            description="The person who asked for the search.",
        ),
    ] = None,
    notes: Annotated[
        str | None, Form(max_length=2000, description="Whatever else is to be kept with it.")
    ] = None,
) -> tuple[SearchContext, bool]:
    """Return why a search is made, and whether anybody said what for."""
    meant, case = purpose or caller.purpose, case_number or caller.case_number
    context = SearchContext(
        purpose=meant or Purpose.TRAINING_TEST,
        case_number=case or None,
        requested_by=requested_by or None,
        notes=notes,
        offense=rests_on.offense,
        authority=rests_on.authority,
        authority_reference=rests_on.authority_reference,
        narrative=rests_on.narrative,
    )
    return context, meant is not None


async def search_options(
    max_candidates: Annotated[
        int | None,
        Form(
            ge=1,
            le=MOST_CANDIDATES,
            description="At most so many people come back: 5, or as many as the policy allows.",
        ),
    ] = None,
    min_similarity: Annotated[
        float | None,
        Form(
            ge=0,
            le=100,
            allow_inf_nan=False,
            description="On the engine's own scale: 0, or the policy's floor.",
        ),
    ] = None,
    face: Annotated[
        int | None,
        Form(ge=0, description="Which face of the probe, largest first; the largest unless said."),
    ] = None,
    mode: Annotated[
        SearchMode,
        Form(
            description=(
                "high_confidence shows only whom next to no other people are expected to equal, "
                "by a probe as good as the booking photos that were calibrated on, of a measured "
                "group; it is refused where nothing measured allows it; no identification either."
            ),
        ),
    ] = SearchMode.INVESTIGATION,
    derivation: Annotated[
        Json[DerivationBody] | None,
        Form(
            description="JSON: of which photo the probe was made, and how. Kept, and disclosed.",
        ),
    ] = None,
) -> SearchOptions:
    """Return how many people are wanted, how alike, and what is said of the probe."""
    made = derivation.derivation() if derivation else None
    return SearchOptions(max_candidates, min_similarity, face, mode, made)


SearchContextDep = Annotated[tuple[SearchContext, bool], Depends(search_context)]
SearchOptionsDep = Annotated[SearchOptions, Depends(search_options)]

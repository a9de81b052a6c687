"""Models whose licence allows less than an agency's work: what is on record, and who is warned."""

from collections.abc import Sequence
from pathlib import Path

import structlog

from adapters.face_engine.local.models import Acceptance, KnownModel, acceptance_of, known
from adapters.face_engine.local.reading import Networks

log = structlog.get_logger(__name__)


def tell_licences(networks: Sequence[Networks]) -> None:
    """Warn at the start of each of these that needs a licence of the agency's own.

    It is served all the same: a file says nothing of contracts.
    """
    for each in networks:
        if each.site is None or each.site.known is None:
            continue
        model = known(each.site.known)
        if told := licence_told(each.directory, model):
            log.warning(
                "model_needs_a_licence_of_your_own",
                model=model.name,
                licence=model.provenance.licence,
                stated_at=model.licence_stated_at,
                on_record=told,
            )


def licence_told(directory: Path, model: KnownModel) -> str | None:
    """Say what is on record of a model that needs a licence of the agency's own; else None."""
    return told_of(model, acceptance_of(directory, model)) if model.needs_own_licence else None


def told_of(model: KnownModel, accepted: Acceptance | None) -> str:
    """Say who gave the agency's word that it holds a licence of its own, or that nobody did."""
    if accepted is None:
        return (
            "nobody has said on this machine that your agency holds a licence of its own; "
            f"`candid models install {model.name} --accept-licence` puts it on record (with --from "
            "FILE where the file is not in the directory of the models)"
        )
    return (
        f"your agency holds a licence of its own, by the word of the account {accepted.account} on "
        f"{accepted.machine}, {accepted.accepted_at}"
    )

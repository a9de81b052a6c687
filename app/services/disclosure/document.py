"""A disclosure as plain JSON: what was asked, searched, answered and made of it."""

from collections.abc import Mapping
from typing import Any

from app.domain.audit_record import moment
from app.domain.derivation import Derivation, step_told
from app.domain.review import Review, ReviewEntry
from app.domain.review_standing import Standing
from app.domain.review_told import sha256_of_entry, told
from app.domain.search import SearchAnswer
from app.services.disclosure.candidates import candidates_told, gone_told
from app.services.disclosure.facts import DisclosureFacts
from app.services.reviews.redaction import without_gone

KIND = "candid disclosure, version 1"

NO_CANDIDATE = "No candidate above the floor: the search named nobody."
NOT_MEASURED = (
    "No error rates were measured here, on this agency's own photos. `candid evaluate`, which "
    "measures them, is not part of this version."
)
_LISTED = (
    "The records that name this search, looks at lists of searches in which it stood included; the "
    "queue of reviews, which shows nothing of it, is left out. A record's "
    "hash covers its text and the hash of the record before; the signed head stands for all up to "
    "its number. The record of this disclosure itself comes after them."
)
_AS_SAID = (
    "As whoever searched said. Only the sizes were checked: the steps lead from the original's to "
    "the probe's. The original is measured upright, turned as its own file says (EXIF)."
)
_OTHER_ENGINE = "An engine or model that does not run here now; what it means was not kept."


def document_of(facts: DisclosureFacts) -> dict[str, Any]:
    """Return everything but the hash of the PDF."""
    answer = facts.known.answer
    return {
        "kind": KIND,
        "notice": answer.notice,
        "made_at": moment(facts.made_at),
        "made_by": {"key": facts.made_by.name, "on_behalf_of": facts.made_by.on_behalf_of},
        "search": _search(facts),
        "policy": _policy(answer),
        "probe": _probe(answer, facts),
        "engine": _engine(answer, facts),
        "gallery": {"faces": answer.gallery.faces, "as_of": moment(answer.gallery.as_of)},
        "result": _result(answer),
        "candidates": candidates_told(answer),
        "withheld": answer.withheld,
        "review": _review(facts),
        "later_changes": gone_told(facts),
        "error_rates": _error_rates(facts),
        "audit": _audit(facts),
    }


def _search(facts: DisclosureFacts) -> dict[str, Any]:
    answer, record = facts.known.answer, facts.search_record
    context = answer.context
    return {
        "search_id": answer.search_id,
        "searched_at": moment(answer.searched_at),
        "key": record.get("actor"),
        "on_behalf_of": record.get("on_behalf_of"),
        "requested_by": context.requested_by,
        "case_number": context.case_number,
        "purpose": str(context.purpose),
        "offense": context.offense,
        "authority": context.authority and str(context.authority),
        "authority_reference": context.authority_reference,
        "narrative": context.narrative,
        "notes": context.notes,
    }


def _policy(answer: SearchAnswer) -> dict[str, Any] | None:
    policy = answer.policy
    if policy is None:
        return None
    return {
        "profile": policy.profile,
        "version": policy.version,
        "sha256": policy.sha256,
        "review_required": answer.review_required,
    }


def _probe(answer: SearchAnswer, facts: DisclosureFacts) -> dict[str, Any]:
    probe = answer.probe
    return {
        "sha256": probe.sha256,
        "width": probe.size.width,
        "height": probe.size.height,
        "faces_found": len(probe.faces),
        "face_searched": probe.searched,
        "warnings": list(probe.warnings),
        "derivation": _derivation(probe.derivation),
        "is_kept": facts.probe_is_kept,
    }


def _derivation(derivation: Derivation | None) -> dict[str, Any] | None:
    if derivation is None:
        return None
    return {
        "about": _AS_SAID,
        "original_sha256": derivation.original_sha256,
        "original_width": derivation.original_width,
        "original_height": derivation.original_height,
        "steps": [step_told(step) for step in derivation.steps],
    }


def _engine(answer: SearchAnswer, facts: DisclosureFacts) -> dict[str, Any]:
    engine, now = answer.engine, facts.engine
    is_same = now is not None and (now.model, now.score_scale) == (engine.model, engine.scale)
    meaning, notes = _OTHER_ENGINE, tuple[str, ...]()
    if now is not None and is_same:
        meaning, notes = now.scale_meaning, now.notes
    return {
        "name": engine.name,
        "model": engine.model,
        "scale": engine.scale,
        "scale_meaning": meaning,
        "notes": list(notes),
    }


def _result(answer: SearchAnswer) -> str:
    count = len(answer.candidates)
    if count == 0:
        return NO_CANDIDATE
    return "1 candidate was answered." if count == 1 else f"{count} candidates were answered."


def _review(facts: DisclosureFacts) -> dict[str, Any]:
    review, ranks = facts.known.review, facts.known.ranks
    standing = Standing.of(review)
    leads = None if standing.leads is None else sorted(ranks[one] for one in standing.leads)
    return {
        "is_begun": bool(review.entries),
        "state": str(standing.state),
        "rules": _rules(review),
        "leads": leads,
        "released": sorted(ranks[one] for one in standing.released_ids),
        "release_stands": standing.release_stands if standing.released else None,
        "entries": _entries(facts, ranks),
    }


def _rules(review: Review) -> dict[str, Any]:
    rules = review.rules
    return {
        "profile": rules.profile,
        "version": rules.version,
        "reviewers": rules.reviewers,
        "requester_excluded": rules.requester_excluded_rule is not None,
        "corroboration_required": rules.corroboration_rule is not None,
    }


def _entries(facts: DisclosureFacts, ranks: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return every entry with the hash that the audit has of it, also where texts are withheld."""
    whole = facts.known.review
    shown = without_gone(whole, facts.known.gone)
    pairs = zip(shown.entries, whole.entries, strict=True)
    return [_entry(one, original, ranks) for one, original in pairs]


def _entry(entry: ReviewEntry, original: ReviewEntry, ranks: Mapping[str, int]) -> dict[str, Any]:
    sha256 = sha256_of_entry(original, ranks)
    return {**told(entry, ranks), "sha256": sha256, "is_whole": entry == original}


def _error_rates(facts: DisclosureFacts) -> dict[str, Any]:
    rates = facts.error_rates
    if rates is None:
        return {"measured": False, "text": NOT_MEASURED}
    return {"measured": True, "text": rates.text, "figures": dict(rates.figures)}


def _audit(facts: DisclosureFacts) -> dict[str, Any]:
    records = []
    for record in facts.audit:
        said = record.fields
        line = {name: said.get(name) for name in ("at", "action", "outcome")}
        line["is_list"] = "search_id" not in said
        records.append({"number": record.number, "hash": record.hash, **line})
    return {"about": _LISTED, "records": records, "signed_head": dict(facts.head)}

"""Takes out of a review what people wrote of a candidate who must not be shown any more."""

from collections.abc import Collection
from dataclasses import replace

from app.domain.review import Corroboration, LeadClose, Review, ReviewEntry

WITHHELD = "Withheld: the record of a candidate was sealed or removed since."


def without_gone(review: Review, gone: Collection[str]) -> Review:
    """Return the review with conclusions as they are, and without texts that may tell of them.

    What is written of an answer as a whole may tell of anybody, so it goes with the first of them.
    """
    if not gone:
        return review
    return replace(review, entries=tuple(_without(entry, gone) for entry in review.entries))


def _without(entry: ReviewEntry, gone: Collection[str]) -> ReviewEntry:
    if entry.answer is not None:
        findings = tuple(
            replace(one, features=(), notes=one.notes and WITHHELD)
            if one.external_image_id in gone
            else one
            for one in entry.answer.findings
        )
        notes = entry.answer.notes and WITHHELD
        return replace(entry, answer=replace(entry.answer, findings=findings, notes=notes))
    if entry.close is not None:
        return replace(entry, close=LeadClose(WITHHELD))
    release = entry.release
    if release is not None and release.corroboration and release.external_image_id in gone:
        evidence = Corroboration(release.corroboration.kind, WITHHELD, WITHHELD)
        return replace(entry, release=replace(release, corroboration=evidence))
    return entry

"""Preservation holds: what must not be forgotten while a court or a case asks for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class HoldKind(StrEnum):
    """What a hold is on."""

    CASE = "case"  # by its case number
    PERSON = "person"  # by the person's id in the JMS
    PHOTO = "photo"  # by its external_image_id
    SEARCH = "search"


@dataclass(frozen=True, slots=True)
class HoldRequest:
    """What somebody asks to preserve, why, and on whose authority."""

    kind: HoldKind
    value: str
    reason: str
    authority_reference: str


@dataclass(frozen=True, slots=True)
class HoldRelease:
    """Who ended a hold, when and why."""

    at: datetime
    by: str
    on_behalf_of: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold; in force until it is released, and kept as history afterwards."""

    hold_id: str
    asked: HoldRequest
    placed_at: datetime
    placed_by: str
    on_behalf_of: str | None = None
    release: HoldRelease | None = None
    photos: frozenset[str] = frozenset()
    """Of a person: what was theirs by what the JMS said at any time since; `in_force` has them."""

    other_person_ids: frozenset[str] = frozenset()
    """Of a person: who they are too, by a merge or renumbering; `in_force` has them."""

    def is_on(self, touched: "Touched") -> bool:
        """Say whether it is on one of these."""
        match self.asked.kind:
            case HoldKind.CASE:
                return self.asked.value == touched.case_number
            case HoldKind.SEARCH:
                return self.asked.value == touched.search_id
            case HoldKind.PERSON:
                theirs = self.other_person_ids | {self.asked.value}
                is_theirs = not theirs.isdisjoint(touched.person_ids)
                return is_theirs or not self.photos.isdisjoint(touched.external_image_ids)
            case HoldKind.PHOTO:
                return self.asked.value in touched.external_image_ids


@dataclass(frozen=True, slots=True)
class Touched:
    """What would lose something if a thing was destroyed."""

    case_number: str | None = None
    search_id: str | None = None
    person_ids: frozenset[str] = frozenset()
    external_image_ids: frozenset[str] = frozenset()


def first_on(holds: Iterable[Hold], touched: Touched) -> Hold | None:
    """Return the first hold that is on one of these."""
    return next((hold for hold in holds if hold.is_on(touched)), None)

"""A policy profile: the rules of an agency, each with its source and how sure that is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from app.domain.purpose import Purpose
from app.domain.search_fields import Authority, SearchField

EVERY_PURPOSE: Final = frozenset(Purpose)


class Certainty(StrEnum):
    """How it is known that a rule is as its text says."""

    READ = "read"  # in the source that is named, of which a copy was read, or a part of one
    INFERRED = "inferred"  # from what was read
    MEMORY = "memory"  # not looked up
    OWN = "own"  # decided by whoever wrote the profile; no law is meant


@dataclass(frozen=True, slots=True)
class Floor:
    """The least similarity that is shown; it means something on its own scale only."""

    similarity: float
    score_scale: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What a rule does to a search or its review. Effects only restrict; a rule may have none."""

    allows: frozenset[Purpose] | None = None  # every other purpose is refused
    forbids: frozenset[Purpose] = frozenset()
    requires: tuple[SearchField, ...] = ()
    offenses: Mapping[str, str] | None = None  # a closed list: code, what people are shown
    authorities: frozenset[Authority] | None = None  # a closed list
    narrative_at_least: int = 0  # characters
    max_candidates: int | None = None
    floor: Floor | None = None
    confirmed_only: bool = False  # who the JMS does not confirm at this moment is left out
    trained_only: bool = False  # nobody searches whose training does not count today
    evaluated_engine: bool = False  # no search without a reference to the engine's evaluation
    reviewers: int = 0  # people who must look before a lead is released
    requester_excluded: bool = False  # whoever made or asked for the search reviews none of it
    corroboration: bool = False  # a lead is released with other evidence on record only


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: what it says, where that was read, and what it does."""

    id: str
    text: str
    source: str
    certainty: Certainty
    effect: Effect = field(default_factory=Effect)
    purposes: frozenset[Purpose] = EVERY_PURPOSE  # of the searches that it is about
    with_authentication_only: bool = False
    note: str | None = None  # what its reader must know besides

    @property
    def enforced(self) -> bool:
        """Whether something can be refused or changed by it; else people must see to it."""
        return self.effect != Effect()

    def is_about(self, purpose: Purpose, *, authentication: bool) -> bool:
        """Say whether it counts for searches of this purpose."""
        return purpose in self.purposes and (authentication or not self.with_authentication_only)

    def refuses(self, purpose: Purpose) -> bool:
        """Say whether searches of this purpose are refused wholly."""
        effect = self.effect
        return purpose in effect.forbids or (
            effect.allows is not None and purpose not in effect.allows
        )


@dataclass(frozen=True, slots=True)
class PolicyFacts:
    """Under which profile something was done; the hash is that of its file."""

    profile: str
    version: str
    sha256: str

    @property
    def named(self) -> str:
        """Name it in a sentence."""
        return f"the policy profile {self.profile} (version {self.version})"


@dataclass(frozen=True, slots=True)
class Profile:
    """The rules in force, in the order in which they are looked at."""

    facts: PolicyFacts
    title: str
    rules: tuple[Rule, ...] = ()
    counsel_review: str | None = None  # by whom and when; None: counsel has not reviewed it
    notice: str | None = None  # what people are told before they ask

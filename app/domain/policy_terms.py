"""What the rules of a profile come to for searches of one purpose."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from app.domain.policy import Effect, Floor, PolicyFacts, Rule
from app.domain.purpose import Purpose
from app.domain.review import ReviewRules
from app.domain.search_fields import Authority, SearchField

Said = Mapping[SearchField, str | None]
"""What was said with a search, by field."""

Complaint = tuple[SearchField, str]
"""A field and what a rule has to say about it; never its value."""


@dataclass(frozen=True, slots=True)
class PurposeTerms:
    """The rules that count for one purpose; of several, the strictest holds."""

    purpose: Purpose
    facts: PolicyFacts
    rules: tuple[Rule, ...]

    @property
    def refused_by(self) -> Rule | None:
        """The first rule that refuses the purpose."""
        return next((rule for rule in self.rules if rule.refuses(self.purpose)), None)

    @property
    def unevaluated_by(self) -> Rule | None:
        """The first rule that wants the engine to have been evaluated."""
        return self._first(lambda effect: effect.evaluated_engine)

    @property
    def required(self) -> dict[SearchField, Rule]:
        """The fields that must be sent, each with the first rule that asks for it."""
        asked: dict[SearchField, Rule] = {}
        for rule in self.rules:
            asked = dict.fromkeys(rule.effect.requires, rule) | asked
        return {one: asked[one] for one in SearchField if one in asked}

    @property
    def offenses(self) -> dict[str, str] | None:
        """The offenses that every rule accepts, by code; None: any text."""
        lists = [rule.effect.offenses for rule in self.rules if rule.effect.offenses is not None]
        if not lists:
            return None
        return {
            code: label for code, label in lists[0].items() if all(code in one for one in lists)
        }

    @property
    def authorities(self) -> frozenset[Authority]:
        """The authorities that every rule accepts."""
        lists = (rule.effect.authorities for rule in self.rules)
        return frozenset(Authority).intersection(*(one for one in lists if one is not None))

    @property
    def narrative_at_least(self) -> int:
        """How many characters a narrative has, where one is sent."""
        return max((rule.effect.narrative_at_least for rule in self.rules), default=0)

    @property
    def most(self) -> Rule | None:
        """The rule with the lowest limit of candidates."""
        limits = ((rule.effect.max_candidates, rule) for rule in self.rules)
        limited = [(limit, rule) for limit, rule in limits if limit is not None]
        return min(limited, key=lambda one: one[0])[1] if limited else None

    @property
    def max_candidates(self) -> int | None:
        """The most candidates that may be asked for; None: no rule says it."""
        return self.most.effect.max_candidates if self.most else None

    @property
    def floors(self) -> list[tuple[Rule, Floor]]:
        """The rules with a floor of the similarity."""
        floors = ((rule, rule.effect.floor) for rule in self.rules)
        return [(rule, floor) for rule, floor in floors if floor is not None]

    @property
    def reviewers(self) -> int:
        """How many people must look at a search before a lead is used."""
        return max((rule.effect.reviewers for rule in self.rules), default=0)

    @property
    def review(self) -> ReviewRules:
        """What the review of a search needs; one person may do it where no rule says more."""
        most = max(self.rules, key=lambda rule: rule.effect.reviewers, default=None)
        asks = most is not None and most.effect.reviewers > 0
        return ReviewRules(
            profile=self.facts.profile,
            version=self.facts.version,
            reviewers=max(1, self.reviewers),
            reviewers_rule=most.id if most is not None and asks else None,
            requester_excluded_rule=self._id(lambda effect: effect.requester_excluded),
            corroboration_rule=self._id(lambda effect: effect.corroboration),
        )

    @property
    def confirmed_only(self) -> bool:
        """Whether candidates whom the JMS does not confirm are left out."""
        return self._first(lambda effect: effect.confirmed_only) is not None

    @property
    def trained_by(self) -> Rule | None:
        """The first rule that wants whoever searches to be trained."""
        return self._first(lambda effect: effect.trained_only)

    def missing(self, said: Said) -> list[Complaint]:
        """Name each field that a rule asks for and nobody sent."""
        return [
            (one, f"{self.purpose} needs it: {self._named(rule)}")
            for one, rule in self.required.items()
            if not said.get(one)
        ]

    def unfit(self, said: Said) -> list[Complaint]:
        """Name each field whose content a rule does not accept."""
        return [complaint for rule in self.rules for complaint in self._unfit(rule, said)]

    def _unfit(self, rule: Rule, said: Said) -> Iterator[Complaint]:
        effect, named = rule.effect, self._named(rule)
        offense, authority = said.get(SearchField.OFFENSE), said.get(SearchField.AUTHORITY)
        if offense and effect.offenses is not None and offense not in effect.offenses:
            known = ", ".join(effect.offenses)
            yield SearchField.OFFENSE, f"must be one of {known}: {named}"
        if authority and effect.authorities is not None and authority not in effect.authorities:
            known = ", ".join(sorted(effect.authorities))
            yield SearchField.AUTHORITY, f"must be one of {known}: {named}"
        narrative, least = said.get(SearchField.NARRATIVE), effect.narrative_at_least
        if narrative and len(narrative) < least:
            yield SearchField.NARRATIVE, f"must have at least {least} characters: {named}"

    def named(self, rule: Rule) -> str:
        """Name a rule and its profile."""
        return f"rule {rule.id} of {self.facts.named}"

    def _named(self, rule: Rule) -> str:
        return f"{self.named(rule)}: {rule.text}"

    def _id(self, has: Callable[[Effect], bool]) -> str | None:
        rule = self._first(has)
        return rule.id if rule else None

    def _first(self, has: Callable[[Effect], bool]) -> Rule | None:
        return next((rule for rule in self.rules if has(rule.effect)), None)

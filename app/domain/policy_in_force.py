"""The policy profile as it counts here: whether a search may be made, and how."""

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, tzinfo

from app.domain.errors import (
    CaseNumberRequiredError,
    PolicyFieldMissingError,
    PolicyFieldRefusedError,
    PurposeNotAllowedError,
    PurposeRequiredError,
    TrainingNotCurrentError,
)
from app.domain.policy import PolicyFacts, Profile, Rule
from app.domain.policy_terms import Complaint, PurposeTerms, Said
from app.domain.purpose import Purpose
from app.domain.search_fields import SearchField
from app.domain.training import Training

MOST_CANDIDATES = 50
"""The most people that POST /search returns, whatever the rules."""

DEFAULT_CANDIDATES = 5
"""How many it returns where neither the caller nor a rule says it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A search that somebody wants made; `purpose` None: nobody said why.

    What its way of asking cannot carry is named in `not_carried`.
    """

    purpose: Purpose | None
    said: Said
    max_candidates: int | None = None
    candidates_unsaid: int = DEFAULT_CANDIDATES
    not_carried: frozenset[SearchField] = frozenset()
    training: Training | None = None  # of whoever asks


@dataclass(frozen=True, slots=True)
class Granted:
    """How a search may be made."""

    terms: PurposeTerms
    max_candidates: int

    @property
    def purpose(self) -> Purpose:
        """What it is made for."""
        return self.terms.purpose

    @property
    def review_required(self) -> bool:
        """Whether a rule asks that people look before a lead is used."""
        return self.terms.reviewers > 0

    @property
    def confirmed_only(self) -> bool:
        """Whether candidates whom the JMS does not confirm are left out."""
        return self.terms.confirmed_only

    def floor(self, score_scale: str, asked: float | None, unsaid: float = 0.0) -> float:
        """Return the least similarity to show, on the engine's scale.

        Raises PolicyFieldRefusedError when less is asked for than a rule allows, and
        PurposeNotAllowedError when a rule's floor is of another scale than the engine's.
        """
        least = unsaid if asked is None else asked
        for rule, floor in self.terms.floors:
            named = self.terms.named(rule)
            if floor.score_scale != score_scale:
                raise PurposeNotAllowedError(
                    f"Nothing is searched: the floor of {named} is on the scale "
                    f"{floor.score_scale}, and the engine's is {score_scale}. An administrator "
                    "must measure and set it anew."
                )
            if asked is not None and asked < floor.similarity:
                least_told = f"must be at least {floor.similarity:g} on {score_scale}: {named}"
                raise PolicyFieldRefusedError([("min_similarity", least_told)])
            least = max(least, floor.similarity)
        return least


@dataclass(frozen=True, slots=True)
class Policy:
    """A profile, whether callers are known by keys, and what shows the engine's evaluation."""

    profile: Profile
    authentication: bool
    engine_evaluation: str | None = None
    zone: tzinfo = UTC  # in which a day ends

    @property
    def facts(self) -> PolicyFacts:
        """What answers say of it."""
        return self.profile.facts

    def recorded(self, said: Said, purpose: Purpose | None) -> dict[str, object]:
        """Return what the audit says of it, and of the fields sent: codes and references only."""
        details: dict[str, object] = {"policy": asdict(self.facts)}
        if self.engine_evaluation:
            details["engine_evaluation"] = self.engine_evaluation
        offense = said.get(SearchField.OFFENSE)
        if offense in (self.terms(purpose or Purpose.TRAINING_TEST).offenses or {}):
            details["offense"] = offense
        for one in (SearchField.AUTHORITY, SearchField.AUTHORITY_REFERENCE):
            if sent := said.get(one):
                details[one.value] = str(sent)
        return details

    def terms(self, purpose: Purpose) -> PurposeTerms:
        """Return what the rules come to for a purpose."""
        authentication = self.authentication
        rules = (
            rule
            for rule in self.profile.rules
            if rule.is_about(purpose, authentication=authentication)
        )
        return PurposeTerms(purpose, self.facts, tuple(rules))

    def refusal(self, terms: PurposeTerms) -> Rule | None:
        """Return the rule by which no search of this purpose is made."""
        unevaluated = None if self.engine_evaluation else terms.unevaluated_by
        return terms.refused_by or unevaluated

    def granted(self, wanted: Wanted) -> Granted:
        """Return how a search may be made; without authentication an unsaid purpose is a test.

        Raises PurposeRequiredError, PurposeNotAllowedError, TrainingNotCurrentError,
        CaseNumberRequiredError, PolicyFieldMissingError and PolicyFieldRefusedError.
        """
        terms = self.terms(wanted.purpose or Purpose.TRAINING_TEST)
        if wanted.purpose is None:
            self._check_may_be_unsaid(terms)
        if rule := self.refusal(terms):
            raise PurposeNotAllowedError(self._refused(terms, rule))
        _check_training(terms, wanted.training)
        _check_fields(terms, wanted)
        return Granted(terms, _most(terms, wanted))

    def training(self, until: date | None, now: datetime) -> Training:
        """Return how the training of somebody stands who asks now."""
        return Training(until, now.astimezone(self.zone).date())

    def training_warning(self, purpose: Purpose, training: Training) -> str | None:
        """Return what to tell whoever searches, where a rule asks for training."""
        return training.warning if self.terms(purpose).trained_by else None

    @property
    def purpose_required(self) -> bool:
        """Whether a search without a purpose is refused; else it is a training_test."""
        test = self.terms(Purpose.TRAINING_TEST)
        return self.authentication or SearchField.PURPOSE in test.required

    def _check_may_be_unsaid(self, terms: PurposeTerms) -> None:
        if not self.purpose_required:
            return
        rule = terms.required.get(SearchField.PURPOSE)
        served = ", ".join(one for one in Purpose if not self.refusal(self.terms(one)))
        text = f"Say what the search is for: purpose must be one of {served or 'none'}"
        named = terms.named(rule) if rule else "callers have keys here"
        raise PurposeRequiredError(
            f"{text} ({named}).", [(SearchField.PURPOSE, f"needed: {named}")]
        )

    def _refused(self, terms: PurposeTerms, rule: Rule) -> str:
        how = ""
        if not rule.refuses(terms.purpose):
            how = " CANDID_POLICY__ENGINE_EVALUATION must name the report that shows it."
        return f"No search is made for {terms.purpose}: {terms.named(rule)}: {rule.text}{how}"


def _check_training(terms: PurposeTerms, training: Training | None) -> None:
    rule = terms.trained_by
    if rule is None or (training is not None and training.is_current):
        return
    told = training.told if training else ""
    raise TrainingNotCurrentError(f"No search is made: {terms.named(rule)}: {rule.text} {told}")


def _check_fields(terms: PurposeTerms, wanted: Wanted) -> None:
    """Raise the error of the first kind of complaint; it names those of the other kind too."""
    said = {one: (text or "").strip() for one, text in wanted.said.items()}
    said[SearchField.PURPOSE] = terms.purpose
    for one in wanted.not_carried:
        said[one] = ""
    missing = [_carried(one, wanted) for one in terms.missing(said)]
    unfit: list[tuple[str, str]] = [*terms.unfit(said)]
    if [field for field, _ in missing] == [SearchField.CASE_NUMBER] and not unfit:
        text = f"The purpose {terms.purpose} needs a case_number (a case or a CAD incident number)"
        raise CaseNumberRequiredError(
            f"{text}: {terms.named(terms.required[SearchField.CASE_NUMBER])}.", missing
        )
    if missing:
        raise PolicyFieldMissingError([*missing, *unfit])
    if unfit:
        raise PolicyFieldRefusedError(unfit)


def _carried(complaint: Complaint, wanted: Wanted) -> Complaint:
    field, message = complaint
    if field not in wanted.not_carried:
        return complaint
    return field, f"{message} This kind of call cannot carry it; use POST /search."


def _most(terms: PurposeTerms, wanted: Wanted) -> int:
    """Return how many candidates may come back; more than a rule allows is refused, not cut."""
    asked, limit = wanted.max_candidates, terms.max_candidates
    if asked is None:
        unsaid = wanted.candidates_unsaid
        return unsaid if limit is None else min(unsaid, limit)
    if terms.most is not None and limit is not None and asked > limit:
        named = f"must be at most {limit}: {terms.named(terms.most)}"
        raise PolicyFieldRefusedError([("max_candidates", named)])
    return asked

"""The policy profile on the wire, as a form needs it."""

from collections.abc import Mapping
from typing import Self

from pydantic import Field

from app.api.schemas.wire import Wire
from app.domain.policy import Certainty, Floor, Rule
from app.domain.policy_in_force import DEFAULT_CANDIDATES, MOST_CANDIDATES, Policy
from app.domain.policy_terms import PurposeTerms
from app.domain.purpose import PURPOSE_LABELS, Purpose
from app.domain.search import NOTICE
from app.domain.search_fields import (
    AUTHORITY_LABELS,
    FIELD_LABELS,
    MOST_CHARACTERS,
    SENT_AS,
    SearchField,
)

_NOT_REVIEWED = "Counsel has not reviewed this profile."


class ChoiceOut(Wire):
    """One of the values that a field may have."""

    value: str
    label: str


class PolicyFieldOut(Wire):
    """A field of a search's form."""

    field: SearchField
    label: str = Field(examples=["Case or CAD incident number"])
    sent_as: str = Field(description="The form's field; or a header, where it begins with `X-`.")
    required: bool
    rule: str | None = Field(description="The rule that requires it.")
    choices: list[ChoiceOut] | None = Field(description="Null: any text.")
    min_length: int
    max_length: int | None

    @classmethod
    def of(cls, field: SearchField, terms: PurposeTerms) -> Self:
        """Render a field as it stands in the form of one purpose."""
        rule = terms.required.get(field)
        is_narrative = field is SearchField.NARRATIVE
        choices = _choices(field, terms)
        return cls(
            field=field,
            label=FIELD_LABELS[field],
            sent_as=SENT_AS.get(field, field.value),
            required=rule is not None,
            rule=rule.id if rule else None,
            choices=None if choices is None else _rendered(choices),
            min_length=terms.narrative_at_least if is_narrative else 0,
            max_length=MOST_CHARACTERS.get(field),
        )


class FloorOut(Wire):
    """The least similarity that is shown."""

    similarity: float
    score_scale: str
    rule: str

    @classmethod
    def of(cls, rule: Rule, floor: Floor) -> Self:
        """Render a rule's floor."""
        return cls(similarity=floor.similarity, score_scale=floor.score_scale, rule=rule.id)


class PurposeOut(Wire):
    """What searches for one purpose need, and how far they go."""

    purpose: Purpose
    label: str = Field(examples=["Missing person"])
    allowed: bool
    refused_by: str | None = Field(description="The rule by which no such search is made.")
    fields: list[PolicyFieldOut]
    max_candidates: int
    default_candidates: int = Field(description="As many come back where the caller says nothing.")
    max_candidates_rule: str | None
    floors: list[FloorOut]
    review_required: bool = Field(description="Whether a rule asks for a review.")
    reviewers: int = Field(
        description="How many people must have answered before a lead is released; 0: one may."
    )
    requester_excluded: bool = Field(
        description="Whoever made the search or asked for it does not review it."
    )
    corroboration_required: bool = Field(
        description="A lead is released only with other evidence on record."
    )
    training_rule: str | None = Field(
        description="The rule by which only those search whose training counts today."
    )
    confirmed_only: bool = Field(
        description="Candidates whom the jail management system does not confirm are left out."
    )

    @classmethod
    def of(cls, purpose: Purpose, policy: Policy) -> Self:
        """Render the terms of a purpose."""
        terms = policy.terms(purpose)
        refusal = policy.refusal(terms)
        most = min(terms.max_candidates or MOST_CANDIDATES, MOST_CANDIDATES)
        asked = (field for field in SearchField if field is not SearchField.PURPOSE)
        return cls(
            purpose=purpose,
            label=PURPOSE_LABELS[purpose],
            allowed=refusal is None,
            refused_by=refusal.id if refusal else None,
            fields=[PolicyFieldOut.of(field, terms) for field in asked],
            max_candidates=most,
            default_candidates=min(DEFAULT_CANDIDATES, most),
            max_candidates_rule=terms.most.id if terms.most else None,
            floors=[FloorOut.of(rule, floor) for rule, floor in terms.floors],
            review_required=terms.reviewers > 0,
            reviewers=terms.reviewers,
            training_rule=terms.trained_by.id if terms.trained_by else None,
            requester_excluded=terms.review.requester_excluded_rule is not None,
            corroboration_required=terms.review.corroboration_rule is not None,
            confirmed_only=terms.confirmed_only,
        )


class RuleOut(Wire):
    """One rule, where it was read, and how sure that is."""

    id: str
    text: str
    source: str
    certainty: Certainty = Field(
        description=(
            "`read` in the source (of which a copy or part was read), `inferred` from it, from "
            "`memory`, or the writer's `own`, where no law is meant."
        )
    )
    note: str | None
    purposes: list[Purpose] = Field(description="Of the searches that it is about.")
    enforced: bool = Field(description="False: people must see to it, the service does not.")

    @classmethod
    def of(cls, rule: Rule) -> Self:
        """Render a rule."""
        return cls(
            id=rule.id,
            text=rule.text,
            source=rule.source,
            certainty=rule.certainty,
            note=rule.note,
            purposes=sorted(rule.purposes),
            enforced=rule.enforced,
        )


class PolicyOut(Wire):
    """The policy profile in force."""

    profile: str = Field(examples=["default"])
    version: str = Field(examples=["1"])
    sha256: str = Field(description="Of the profile's file.")
    title: str
    reviewed_by_counsel: bool
    counsel_review: str = Field(description="By whom and when, as the agency wrote it.")
    notice: str | None = Field(description="What people are told before they ask.")
    answer_notice: str = Field(description="The notice in every answer.")
    purpose_required: bool = Field(description="False: an unsaid purpose is a `training_test`.")
    engine_evaluation: str | None = Field(description="The report that the agency named.")
    purposes: list[PurposeOut]
    rules: list[RuleOut]

    @classmethod
    def of(cls, policy: Policy) -> Self:
        """Render the profile in force."""
        profile, facts = policy.profile, policy.facts
        return cls(
            profile=facts.profile,
            version=facts.version,
            sha256=facts.sha256,
            title=profile.title,
            reviewed_by_counsel=profile.counsel_review is not None,
            counsel_review=profile.counsel_review or _NOT_REVIEWED,
            notice=profile.notice,
            answer_notice=NOTICE,
            purpose_required=policy.purpose_required,
            engine_evaluation=policy.engine_evaluation,
            purposes=[PurposeOut.of(purpose, policy) for purpose in Purpose],
            rules=[RuleOut.of(rule) for rule in profile.rules],
        )


def _choices(field: SearchField, terms: PurposeTerms) -> Mapping[str, str] | None:
    if field is SearchField.OFFENSE:
        return terms.offenses
    if field is SearchField.AUTHORITY:
        return {one.value: AUTHORITY_LABELS[one] for one in sorted(terms.authorities)}
    return None


def _rendered(choices: Mapping[str, str]) -> list[ChoiceOut]:
    return [ChoiceOut(value=value, label=label) for value, label in choices.items()]

"""A profile's YAML, checked and read."""

import hashlib
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic import model_validator as model_check

from adapters.plain_yaml import PlainYamlError, plain_yaml
from app.domain.policy import Certainty, Effect, Floor, PolicyFacts, Profile, Rule
from app.domain.purpose import Purpose
from app.domain.search_fields import MOST_CHARACTERS, Authority, SearchField

_LONGEST_NARRATIVE = MOST_CHARACTERS[SearchField.NARRATIVE]

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
Version = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._:/()-]{0,99}$")]


class ProfileError(Exception):
    """The profile cannot be used; the text is one line that names the file and the rule."""


class _Part(BaseModel):
    """A misspelt key is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class _FloorIn(_Part):
    similarity: float = Field(ge=0, le=100, allow_inf_nan=False)
    score_scale: Text


class _RuleIn(_Part):
    id: Name
    text: Text
    source: Text
    certainty: Certainty
    note: Text | None = None
    purposes: frozenset[Purpose] = Field(default=frozenset(Purpose), min_length=1)
    with_authentication_only: bool = False
    allows: frozenset[Purpose] | None = None
    forbids: frozenset[Purpose] = frozenset()
    requires: tuple[SearchField, ...] = ()
    offenses: dict[Code, Text] | None = Field(default=None, min_length=1)
    authorities: frozenset[Authority] | None = Field(default=None, min_length=1)
    narrative_at_least: int = Field(strict=True, default=0, ge=0, le=_LONGEST_NARRATIVE)
    max_candidates: int | None = Field(strict=True, default=None, ge=1)
    floor: _FloorIn | None = None
    confirmed_only: bool = False
    trained_only: bool = False
    evaluated_engine: bool = False
    reviewers: int = Field(strict=True, default=0, ge=0, le=10)
    requester_excluded: bool = False
    corroboration: bool = False

    @model_check(mode="after")
    def _meant(self) -> Self:
        if len(set(self.requires)) < len(self.requires):
            raise ValueError("requires names a field twice")
        if SearchField.PURPOSE in self.requires and self.purposes != frozenset(Purpose):
            raise ValueError("a rule that requires the purpose is about every purpose")
        return self

    def rule(self) -> Rule:
        """Return it as the domain has it."""
        floor = Floor(self.floor.similarity, self.floor.score_scale) if self.floor else None
        effect = Effect(
            allows=self.allows,
            forbids=self.forbids,
            requires=self.requires,
            offenses=self.offenses,
            authorities=self.authorities,
            narrative_at_least=self.narrative_at_least,
            max_candidates=self.max_candidates,
            floor=floor,
            confirmed_only=self.confirmed_only,
            trained_only=self.trained_only,
            evaluated_engine=self.evaluated_engine,
            reviewers=self.reviewers,
            requester_excluded=self.requester_excluded,
            corroboration=self.corroboration,
        )
        said = (self.id, self.text, self.source, self.certainty)
        return Rule(*said, effect, self.purposes, self.with_authentication_only, self.note)


class _ProfileIn(_Part):
    format: Literal[1]
    name: Name
    version: Version
    title: Text
    counsel_review: Text | None
    notice: Text | None = None
    rules: tuple[_RuleIn, ...]

    @model_check(mode="after")
    def _distinct(self) -> Self:
        ids = [rule.id for rule in self.rules]
        if twice := next((one for one in ids if ids.count(one) > 1), None):
            raise ValueError(f"two rules have the id {twice}")
        return self


def read_profile(text: bytes, file: str) -> Profile:
    """Read the content of a file; raises ProfileError, one line that names file and rule."""
    try:
        content = plain_yaml(text)
    except PlainYamlError as error:
        raise ProfileError(f"{file}: {error}") from error
    if not isinstance(content, dict):
        raise ProfileError(f"{file}: it must be a mapping that begins with `format: 1`")
    try:
        read = _ProfileIn.model_validate(content)
    except ValidationError as error:
        first, *more = error.errors()
        also = f" ({len(more)} more)" if more else ""
        raise ProfileError(f"{file}: {_line(first, content)}{also}") from error
    facts = PolicyFacts(read.name, read.version, hashlib.sha256(text).hexdigest())
    rules = tuple(rule.rule() for rule in read.rules)
    return Profile(facts, read.title, rules, read.counsel_review, read.notice)


def _line(error: Mapping[str, Any], content: Mapping[str, Any]) -> str:
    place = list(error["loc"])
    named = ""
    if len(place) > 1 and place[0] == "rules" and isinstance(place[1], int):
        named = f"rule {_rule_named(content, place[1])}: "
        place = place[2:]
    key = ".".join(str(part) for part in place)
    message = str(error["msg"]).removeprefix("Value error, ")
    if error["type"] == "string_type" and error["input"] is not None:
        message += " (put it in quotes)"
    told = named + (f"{key}: {message}" if key else message)
    return " ".join(told.split())


def _rule_named(content: Mapping[str, Any], number: int) -> str:
    """Name a rule by its id, or where it has none by its place."""
    rule = content["rules"][number]
    told = rule.get("id") if isinstance(rule, dict) else None
    return told if isinstance(told, str) else f"{number + 1} (it has no id)"

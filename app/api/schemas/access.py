"""Who asks, and who is kept out, on the wire."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from app.api.schemas.wire import Moment, Wire
from app.domain.access import Scope
from app.domain.policy_in_force import Policy
from app.domain.purpose import Purpose
from app.domain.sign_in import BlockedPerson, is_subject
from app.domain.training import Training
from app.services.callers import Caller

_OFF = "Authentication is off here: anybody on this machine may do everything, as nobody."
_NO_TRAINING = "The policy asks for training, and none that counts today is on record for you."

Authentication = Literal["none", "keys", "oidc"]


def _subject(text: str) -> str:
    if not is_subject(text):
        raise ValueError("write the subject (`sub`) of the person's token, as the audit shows it")
    return text


Subject = Annotated[str, AfterValidator(_subject)]


class Kind(StrEnum):
    """What shows who asks."""

    NOBODY = "nobody"
    KEY = "key"
    PERSON = "person"


class WhoOut(Wire):
    """Who the service takes the caller for, and what that comes to."""

    name: str = Field(description="As it stands in the audit.")
    kind: Kind
    authentication: Authentication = Field(description="How callers are known here.")
    scopes: list[Scope]
    issuer: str | None = Field(description="Of a person: who vouches for them.")
    subject: str | None = Field(description="Of a person: with the issuer, theirs for ever.")
    prefix: str | None = Field(description="Of a key.")
    expires_at: Moment | None = Field(description="Of the key or the token.")
    trained_until: date | None = Field(description="The last day on which their training counts.")
    training_required: bool = Field(description="Whether a rule of the policy asks for training.")
    purpose: Purpose | None = Field(description="Of searches that name none.")
    case_number: str | None = Field(description="Of searches that name none.")
    policy: str = Field(description="The policy profile in force.", examples=["default"])
    policy_version: str = Field(examples=["1"])
    warnings: list[str]

    @classmethod
    def of(
        cls, caller: Caller, training: Training, policy: Policy, authentication: Authentication
    ) -> Self:
        """Render a caller."""
        key, holder = caller.key, caller.holder
        asks = any(policy.terms(purpose).trained_by for purpose in Purpose)
        ends = key.grant.expires_at if key else None
        return cls(
            name=caller.name,
            kind=Kind.PERSON if holder else Kind.KEY if key else Kind.NOBODY,
            authentication=authentication,
            scopes=sorted(caller.scopes),
            issuer=holder.issuer if holder else None,
            subject=holder.subject if holder else None,
            prefix=key.prefix if key else None,
            expires_at=holder.expires_at if holder else ends,
            trained_until=caller.trained_until,
            training_required=asks,
            purpose=caller.purpose,
            case_number=caller.case_number,
            policy=policy.facts.profile,
            policy_version=policy.facts.version,
            warnings=_warnings(training, asks=asks, off=authentication == "none"),
        )


class BlockIn(BaseModel):
    """A person to be kept out."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    subject: Subject = Field(description="The `sub` of their tokens; the audit has it.")


class BlockOut(Wire):
    """A person who is kept out."""

    issuer: str
    subject: str
    blocked_at: Moment
    blocked_by: str

    @classmethod
    def of(cls, blocked: BlockedPerson) -> Self:
        """Render a block."""
        return cls.model_validate(blocked)


class BlocksOut(Wire):
    """Everybody who is kept out."""

    items: list[BlockOut]


def _warnings(training: Training, *, asks: bool, off: bool) -> list[str]:
    if off:
        return [_OFF]
    if not asks:
        return []
    told = training.warning if training.is_current else _NO_TRAINING
    return [told] if told else []

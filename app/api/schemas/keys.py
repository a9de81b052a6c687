"""Keys on the wire; a secret is there once, in the answer that makes it."""

from datetime import UTC, date, datetime
from typing import Annotated, Self

from pydantic import AfterValidator, AwareDatetime, Field

from app.api.schemas.asked import Asked, Line
from app.api.schemas.wire import Moment, Wire
from app.domain.access import MOST_CALLS_A_MINUTE, ApiKey, Grant, Scope
from app.domain.networks import network_of
from app.domain.purpose import Purpose

LONGEST_OVERLAP = 30 * 24 * 3600
_MOST_NETWORKS = 50


def _network(text: str) -> str:
    try:
        return str(network_of(text))
    except ValueError as error:  # whose text repeats what was sent
        raise ValueError("no address and no network, such as 10.20.0.0/16") from error


def _ahead(moment: datetime) -> datetime:
    if moment <= datetime.now(UTC):
        raise ValueError("is over already")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("lies too far ahead") from error


Ahead = Annotated[AwareDatetime, AfterValidator(_ahead)]
NetworkText = Annotated[str, Field(max_length=50), AfterValidator(_network)]


class KeyIn(Asked):
    """A key to be made, and what it is given out for."""

    name: Line = Field(description="Who or what will use it; stands in every audit record.")
    scopes: frozenset[Scope] = Field(
        min_length=1, description="Only such as the key sent has itself; `audit` stands alone."
    )
    expires_at: Ahead | None = Field(default=None, description="When it ends by itself.")
    purpose: Purpose | None = Field(default=None, description="Of searches that name none.")
    case_number: Line | None = Field(default=None, description="Of searches that name none.")
    calls_a_minute: int | None = Field(default=None, ge=1, le=MOST_CALLS_A_MINUTE)
    networks: list[NetworkText] = Field(
        default=[], max_length=_MOST_NETWORKS, description="Used from these only; else anywhere."
    )
    trained_until: date | None = Field(
        default=None, description="The last day on which its holder's training counts."
    )
    aws: bool = Field(default=False, description="A pair that signs requests as AWS's do.")

    @property
    def grant(self) -> Grant:
        """What the key is to be given out for."""
        return Grant(
            scopes=self.scopes,
            expires_at=self.expires_at,
            purpose=self.purpose,
            case_number=self.case_number,
            calls_a_minute=self.calls_a_minute,
            networks=tuple(network_of(network) for network in self.networks),
            trained_until=self.trained_until,
        )


class RotationIn(Asked):
    """How a key is replaced."""

    overlap_seconds: int = Field(
        default=0, ge=0, le=LONGEST_OVERLAP, description="So long the old secret works too."
    )


class KeyOut(Wire):
    """What may be known of a key."""

    prefix: str = Field(description="Public; names the key in the audit and to revoke it.")
    name: str
    aws: bool = Field(description="Whether it signs requests as AWS's do, and is never sent.")
    scopes: list[Scope]
    purpose: Purpose | None
    case_number: str | None
    calls_a_minute: int | None
    networks: list[str]
    trained_until: date | None
    created_at: Moment
    expires_at: Moment | None
    last_used_at: Moment | None = Field(description="To ten minutes.")
    revoked_at: Moment | None

    @classmethod
    def of(cls, key: ApiKey) -> Self:
        """Render what may be known."""
        return cls(**_told(key))


class KeyMadeOut(KeyOut):
    """A new key; its secret is shown in this answer and never again."""

    key: str | None = Field(description="Sent as `Authorization: Bearer`; null where `aws`.")
    secret_access_key: str | None = Field(
        description="Signs requests, with `prefix` as the access key id; null unless `aws`."
    )

    @classmethod
    def made(cls, key: ApiKey, secret: str) -> Self:
        """Render a key with its secret."""
        sent, signing = (None, secret) if key.signs else (secret, None)
        return cls(**_told(key), key=sent, secret_access_key=signing)


def _told(key: ApiKey) -> dict[str, object]:
    grant = key.grant
    return {
        "prefix": key.prefix,
        "name": key.name,
        "aws": key.signs,
        "scopes": sorted(grant.scopes),
        "purpose": grant.purpose,
        "case_number": grant.case_number,
        "calls_a_minute": grant.calls_a_minute,
        "networks": [str(network) for network in grant.networks],
        "trained_until": grant.trained_until,
        "created_at": key.created_at,
        "expires_at": grant.expires_at,
        "last_used_at": key.last_used_at,
        "revoked_at": key.revoked_at,
    }

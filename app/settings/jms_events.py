"""What the JMS tells by itself, and when what it hides is removed."""

from datetime import timedelta
from typing import Self

from pydantic import Field, SecretStr, field_validator, model_validator

from app.domain.booking import RecordStatus
from app.domain.webhooks import secret_of
from app.domain.withheld import RemovalTerms
from app.settings.group import Group

_MOST_SECRETS = 5
_LONGEST = 365 * 86_400


class JmsEventsSettings(Group):
    """Events that the JMS pushes to `POST /jms/events`."""

    secrets: tuple[SecretStr, ...] = Field(
        default=(), max_length=_MOST_SECRETS, description="Shared with the JMS; none: no events."
    )
    tolerance_seconds: int = Field(
        default=300, ge=10, le=3600, description="By which a sender's clock may be off."
    )
    imports: bool = Field(
        default=True, description="Whether an event of a new or changed booking begins an import."
    )

    @field_validator("secrets")
    @classmethod
    def _readable(cls, secrets: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        for one in secrets:
            secret_of(one.get_secret_value())
        return secrets

    @property
    def shared(self) -> tuple[bytes, ...]:
        """The secrets themselves."""
        return tuple(secret_of(one.get_secret_value()) for one in self.secrets)

    @property
    def tolerance(self) -> timedelta:
        """By how much a sender's clock may be off."""
        return timedelta(seconds=self.tolerance_seconds)


class JmsRemovalsSettings(Group):
    """Removal of what the JMS says must not be shown."""

    statuses: frozenset[RecordStatus] = Field(
        default=frozenset({RecordStatus.EXPUNGED, RecordStatus.SEALED}),
        description="Records of these are removed; others stay hidden.",
    )
    delay_seconds: int = Field(
        default=86_400, ge=0, le=_LONGEST, description="From hiding a photo to its removal."
    )
    confirm_seconds: int = Field(
        default=60, ge=0, le=86_400, description="From hiding a photo to asking the JMS again."
    )
    share_a_day: float = Field(
        default=0.005, ge=0, le=1, description="Of the gallery; more stop and ask."
    )
    least_a_day: int = Field(
        default=5, ge=1, le=10_000, description="So many go however small the gallery is."
    )

    @model_validator(mode="after")
    def _none_active(self) -> Self:
        if RecordStatus.ACTIVE in self.statuses:
            raise ValueError("what is active is shown and not removed; leave it out of statuses")
        return self

    @property
    def terms(self) -> RemovalTerms:
        """When what is hidden is removed."""
        return RemovalTerms(
            self.statuses,
            timedelta(seconds=self.delay_seconds),
            timedelta(seconds=self.confirm_seconds),
            self.share_a_day,
            self.least_a_day,
        )

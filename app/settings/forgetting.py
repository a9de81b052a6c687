"""For how long probes and past searches are kept."""

from datetime import timedelta
from typing import Self

from pydantic import Field, model_validator

from app.domain.kept_probe import ProbeTerms
from app.settings.group import Group

_LONGEST = 36_500
_LEAST_SEARCHES = 365


class ProbesSettings(Group):
    """Probes are kept for review."""

    keep_days: int = Field(
        default=30, ge=0, le=_LONGEST, description="And until the review is closed; 0: never kept."
    )
    most_days: int = Field(
        default=365, ge=1, le=_LONGEST, description="No longer, also with an open review."
    )

    @model_validator(mode="after")
    def _most_is_more(self) -> Self:
        if self.most_days < self.keep_days:
            raise ValueError("most_days is less than keep_days; set it to as many days or more")
        return self

    @property
    def terms(self) -> ProbeTerms:
        """For how long a probe is kept."""
        return ProbeTerms(timedelta(days=self.keep_days), timedelta(days=self.most_days))


class RetentionSettings(Group):
    """What is destroyed by its age alone; nothing unless said."""

    searches_days: int | None = Field(
        default=None,
        ge=_LEAST_SEARCHES,
        le=_LONGEST,
        description="Past searches as they were answered; the audit stays.",
    )

    @property
    def searches(self) -> timedelta | None:
        """After how long past searches are destroyed."""
        return None if self.searches_days is None else timedelta(days=self.searches_days)

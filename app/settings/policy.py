"""Under which policy profile searches are made."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from app.settings.group import Group


class PolicySettings(Group):
    """A shipped profile by its name, or a file of the agency's own."""

    profile: str | None = Field(default=None, description="One that is shipped; else default.")
    path: Path | None = Field(default=None, description="A file of the agency's own.")
    engine_evaluation: (
        Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
        | None
    ) = Field(default=None, description="The report that shows the engine's evaluation.")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if self.profile is not None and self.path is not None:
            raise ValueError("PROFILE names one that is shipped and PATH a file: set one of them")
        return self

"""What every group of settings is."""

from pydantic import BaseModel, ConfigDict


class Group(BaseModel):
    """Settings that belong together; a misspelt one is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

"""What every JSON body that is sent has in common."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from app.domain.access import one_line


class Asked(BaseModel):
    """A JSON body; a misspelt option must not be ignored in silence."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


Line = Annotated[str, AfterValidator(one_line)]
"""One line of 1 to 100 printable characters."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]

"""RFC 9457 problem details."""

from pydantic import BaseModel, Field


class FieldError(BaseModel):
    """What is wrong with one field, without its value."""

    field: str
    message: str


class Problem(BaseModel):
    """Why a request was not served; `code` is stable."""

    type: str = Field(examples=["urn:candid:no_face"])
    title: str = Field(examples=["Unprocessable Entity"])
    status: int = Field(examples=[422])
    code: str = Field(examples=["no_face"])
    detail: str = Field(examples=["No face was found. Send a photo in which one face is upright."])
    errors: list[FieldError] = []

"""A call whose request was found to be valid, and what operations read from it."""

import re
from dataclasses import dataclass
from typing import Final

from app.api.rekognition.model import Fields
from app.api.rekognition.tokens import Place, invalid_token
from app.services.collections import CollectionServices
from app.services.collections.call import CollectionCall, Image, ObjectName

MOST_FACES_OF_IMAGE: Final = 100
DEFAULT_ASSOCIATION: Final = 75.0
DEFAULT_PAGE: Final = 1000
DEFAULT_USERS_PAGE: Final = 500

_FACE_ID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Asked:
    """One call: the fields of its request, the use cases, who asks, and of which region."""

    fields: Fields
    services: CollectionServices
    call: CollectionCall
    region: str

    @property
    def collection_id(self) -> str:
        """The collection that is asked about."""
        return str(self.fields["CollectionId"])

    @property
    def user_id(self) -> str:
        """The user who is asked about."""
        return str(self.fields["UserId"])

    @property
    def token(self) -> str | None:
        """The client's name for this request and its repetitions."""
        return self.fields.get("ClientRequestToken")

    def image(self, name: str = "Image") -> Image:
        """Return an image, or its place in the photo store."""
        image = self.fields[name]
        if "Bytes" in image:
            return bytes(image["Bytes"])
        named = image["S3Object"]
        return ObjectName(named["Bucket"], named["Name"], named.get("Version"))

    def number(self, name: str, default: float) -> float:
        """Return a threshold."""
        return float(self.fields.get(name, default))

    def said_number(self, name: str) -> float | None:
        """Return a threshold, or None where it is left to us."""
        return None if name not in self.fields else float(self.fields[name])

    def said_count(self, name: str) -> int | None:
        """Return how many things are wanted; 0 leaves it to us as no number does."""
        return int(self.fields.get(name) or 0) or None

    def count(self, name: str, default: int) -> int:
        """Return how many things are wanted; 0, which some fields allow, leaves it to us."""
        return int(self.fields.get(name) or default)

    @property
    def place(self) -> Place:
        """The list that is read, as pagination tokens have it."""
        return Place(self.call.operation, self.fields.get("CollectionId", ""))

    @property
    def after(self) -> str | None:
        """What the page before ended with; raises Refusal."""
        return self.place.after(self.fields.get("NextToken"))

    @property
    def after_face(self) -> str | None:
        """The face that the page before ended with; raises Refusal."""
        if (last := self.after) is None or _FACE_ID.fullmatch(last):
            return last
        raise invalid_token()

    def next(self, last: str) -> Fields:
        """Return the field that leads to the next page."""
        return {"NextToken": self.place.token(last)}

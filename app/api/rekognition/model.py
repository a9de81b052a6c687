"""Requests, checked against the API model that botocore carries."""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Final

from botocore.loaders import Loader
from botocore.model import ServiceModel, Shape

from app.api.rekognition.errors import INVALID, TOO_LARGE, UNREADABLE, Refusal
from app.api.rekognition.limits import MistypedError, decoded, faults

Fields = dict[str, Any]

SERVED: Final = (
    "AssociateFaces",
    "CompareFaces",
    "CreateCollection",
    "CreateUser",
    "DeleteCollection",
    "DeleteFaces",
    "DeleteUser",
    "DescribeCollection",
    "DetectFaces",
    "DisassociateFaces",
    "IndexFaces",
    "ListCollections",
    "ListFaces",
    "ListUsers",
    "SearchFaces",
    "SearchFacesByImage",
    "SearchUsers",
    "SearchUsersByImage",
)
"""The operations of Amazon Rekognition that are served."""

IMAGE_BYTES: Final = 5_242_880
"""The largest image that may be sent as bytes, as at AWS."""

_IMAGES: Final = ("Image", "SourceImage", "TargetImage")
_TEXT = (
    "The image must be sent either as Bytes or as an S3Object with its Bucket and Name, "
    "which are read from the photo store that is configured."
)


class RekognitionModel:
    """The requests of the operations that are served, and the names of all there are."""

    def __init__(self) -> None:
        description = Loader().load_service_model("rekognition", "service-2")
        self.known = frozenset(description["operations"])
        wanted = {name: description["operations"][name] for name in SERVED}
        inputs = [one["input"]["shape"] for one in wanted.values()]
        shapes = {name: description["shapes"][name] for name in _reached(description, inputs)}
        service = ServiceModel(
            {"metadata": description["metadata"], "operations": wanted, "shapes": shapes}
        )
        self._shapes: dict[str, Shape] = {
            name: service.shape_for(one["input"]["shape"]) for name, one in wanted.items()
        }

    def request(self, operation: str, body: bytes) -> Fields:
        """Return the fields of a request, images decoded; raises Refusal."""
        shape = self._shapes[operation]
        try:
            fields: Fields = decoded(shape, _parsed(body), "")  # type: ignore[assignment]  # of a structure
        except MistypedError as error:
            raise Refusal(UNREADABLE, str(error)) from error
        _check_images(fields)
        if found := list(faults(shape, fields)):
            errors = "error" if len(found) == 1 else "errors"
            told = "; ".join(map(str, found))
            raise Refusal(INVALID, f"{len(found)} validation {errors} detected: {told}")
        _check_sources(fields)
        return fields


@cache
def rekognition_model() -> RekognitionModel:
    """Return the model; reading it takes a tenth of a second, so not in the event loop."""
    return RekognitionModel()


def _reached(description: Mapping[str, Any], names: Iterable[str]) -> Iterator[str]:
    found: dict[str, None] = {}
    left = list(names)
    while left:
        name = left.pop()
        if name not in found:
            found[name] = None
            shape = description["shapes"][name]
            inner = [shape[part] for part in ("member", "key", "value") if part in shape]
            left += [one["shape"] for one in (*inner, *shape.get("members", {}).values())]
    yield from found


def _parsed(body: bytes) -> object:
    """Read JSON as it is defined: no NaN, no text that cannot be written down."""
    try:
        parsed: object = json.loads(body.decode() or "{}", parse_constant=_refuse)
        if b"\\u" in body:  # half a surrogate pair is JSON and no text
            json.dumps(parsed, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise MistypedError("The body is not JSON in UTF-8.") from error
    return parsed


def _refuse(_: str) -> object:
    raise ValueError


def _check_images(fields: Fields) -> None:
    for name in _IMAGES:
        if len(fields.get(name, {}).get("Bytes", b"")) > IMAGE_BYTES:
            raise Refusal(
                TOO_LARGE,
                "The image is larger than the allowed 5 MB. Send a smaller one, or put it into the "
                "photo store and send its S3Object.",
            )


def _check_sources(fields: Fields) -> None:
    for image in (fields[name] for name in _IMAGES if name in fields):
        named = {"Bucket", "Name"} <= image.get("S3Object", {}).keys()
        if ("Bytes" in image) == ("S3Object" in image) or not (named or "Bytes" in image):
            raise Refusal(INVALID, _TEXT)
        if any("\0" in text for text in image.get("S3Object", {}).values()):
            raise Refusal(INVALID, "Request has invalid parameters.")

"""Photos on their way to Rekognition: decoded elsewhere, sent as bytes or by an object of S3."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from functools import partial
from typing import Any

from anyio import to_thread

from adapters.face_engine.rekognition import submission
from adapters.face_engine.rekognition.submission import Answer
from app.domain.face import Face, PhotoSize

Run = Callable[[str, Mapping[str, Any], bytes], Awaitable[Answer]]
"""Runs `package.module:function`, as `Sandbox.call` does."""

_FUNCTIONS = {"prepare": submission.prepare, "crop": submission.crop}
_MODULE = submission.__name__


@dataclass(frozen=True, slots=True)
class Submission:
    """A photo ready to be sent."""

    photo: bytes  # as it came
    content: bytes  # what is sent as bytes: the photo itself, or a JPEG made from it
    size: PhotoSize  # of the photo as it came, upright
    object_fits: bool = False  # whether the photo as it came may be read from S3
    note: str | None = None  # how `content` differs from the photo

    @property
    def is_too_small(self) -> bool:
        """Whether Rekognition could find no face in it, and would refuse it with an error."""
        return min(self.size.width, self.size.height) < submission.TOO_SMALL

    @property
    def exceeds_bytes(self) -> bool:
        """Whether the photo itself is too large for a call."""
        return len(self.photo) > submission.MOST_BYTES


async def in_thread(function: str, request: Mapping[str, Any], photo: bytes) -> Answer:
    """Run a function of this package in a thread, where there are no processes for it."""
    found = _FUNCTIONS[function.removeprefix(f"{_MODULE}:")]
    return await to_thread.run_sync(partial(found, dict(request), photo))


@dataclass(frozen=True, slots=True)
class Photos:
    """Decodes photos by way of `run`; raises the photo's own faults and what `run` raises."""

    run: Run = in_thread
    limit_megapixels: float = 50

    async def submission(self, photo: bytes) -> Submission:
        """Return the photo as Rekognition takes it."""
        answer, content = await self.run(f"{_MODULE}:prepare", self._request(), photo)
        return Submission(
            photo,
            content or photo,
            PhotoSize(*answer["size"]),
            object_fits=answer["object_fits"],
            note=answer.get("note"),
        )

    async def only(self, whole: Submission, faces: Sequence[Face], chosen: int) -> Submission:
        """Return a photo in which the chosen face is the only one; Rekognition takes the largest.

        Its size is that of the whole photo.
        """
        if len(faces) == 1:
            return whole
        boxes = [astuple(face.box) for face in faces]
        request = {**self._request(), "boxes": boxes, "chosen": chosen}
        answer, content = await self.run(f"{_MODULE}:crop", request, whole.photo)
        return replace(
            whole, photo=content, content=content, object_fits=False, note=answer["note"]
        )

    def _request(self) -> dict[str, Any]:
        return {"limit_megapixels": self.limit_megapixels}

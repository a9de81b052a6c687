"""What is sent of a photo, and how that is said; the limits are met before the call."""

import io
import zlib
from collections.abc import AsyncIterator
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from adapters.face_engine.rekognition import REHEARSAL
from adapters.face_engine.rekognition.engine import RekognitionFaceEngine
from adapters.face_engine.rekognition.photos import Photos
from adapters.face_engine.rekognition.service import Rekognition
from adapters.sandbox import Sandbox
from app.domain.errors import PhotoTooCostlyError, PhotoTooLargeError, PhotoUnreadableError
from tests.rekognition.colours import GREEN, RED, Box, picture
from tests.rekognition_stub import RekognitionStub

MIDDLE: Box = (100, 100, 300, 300)
LEFT: Box = (20, 100, 170, 250)
RIGHT: Box = (220, 100, 380, 260)
FIVE_MEGABYTES = 5 * 1024 * 1024


def large_picture(side: int = 1600) -> bytes:
    """Return a PNG of over five megabytes: a face on noise."""
    noise = np.random.default_rng(1).integers(120, 135, (side, side, 3), dtype=np.uint8)
    noise[side // 4 : side // 2, side // 4 : side // 2] = RED
    written = io.BytesIO()
    Image.fromarray(noise).save(written, "PNG", compress_level=0)
    return written.getvalue()


def sent(stub: RekognitionStub, operation: str) -> bytes:
    return next(bytes(call["Image"]["Bytes"]) for name, call in stub.calls if name == operation)


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
async def test_a_photo_that_will_do_is_sent_as_it_is(
    engine: RekognitionFaceEngine, stub: RekognitionStub, form: str
) -> None:
    photo = picture((RED, MIDDLE), form=form)

    enrolled = await engine.enrol(photo, "A1", None)

    assert sent(stub, "IndexFaces") == photo
    assert enrolled.submitted is None


async def test_a_photo_in_another_format_says_how_it_was_sent(
    engine: RekognitionFaceEngine, stub: RekognitionStub
) -> None:
    enrolled = await engine.enrol(picture((RED, MIDDLE), form="BMP"), "A1", None)

    assert enrolled.submitted == "re-encoded: JPEG 400x400 from BMP, 0.5 MB"
    assert sent(stub, "IndexFaces").startswith(b"\xff\xd8\xff")


async def test_a_large_photo_is_sent_smaller_and_says_so(
    engine: RekognitionFaceEngine, stub: RekognitionStub
) -> None:
    enrolled = await engine.enrol(large_picture(), "A1", None)

    assert len(sent(stub, "IndexFaces")) <= FIVE_MEGABYTES
    assert enrolled.submitted == "re-encoded: JPEG 1600x1600 from a file over 5 MB, 7.7 MB"
    assert enrolled.size.width == 1600


async def test_the_long_side_is_bounded_and_the_size_is_the_photos_own(
    engine: RekognitionFaceEngine, stub: RekognitionStub
) -> None:
    photo = picture((RED, (0, 0, 2500, 2500)), size=(6000, 3000), form="BMP")

    enrolled = await engine.enrol(photo, "A1", None)

    with Image.open(io.BytesIO(sent(stub, "IndexFaces"))) as opened:
        assert opened.size == (2000, 1000)
    assert enrolled.size.width == 6000
    assert enrolled.kept.face.quality.size == pytest.approx(2500, abs=10)


async def test_a_chosen_face_says_that_it_was_cropped(engine: RekognitionFaceEngine) -> None:
    enrolled = await engine.enrol(picture((RED, LEFT), (GREEN, RIGHT)), "A1", 1)

    assert (enrolled.submitted or "").startswith("cropped to face 1: JPEG ")


async def test_sending_again_sends_the_same_bytes(
    engine: RekognitionFaceEngine, stub: RekognitionStub
) -> None:
    for photo, face in ((large_picture(), None), (picture((RED, LEFT), (GREEN, RIGHT)), 0)):
        stub.calls.clear()

        first = await engine.enrol(photo, "A1", face)
        again = await engine.enrol(photo, "A1", face)

        images = [call["Image"]["Bytes"] for name, call in stub.calls if name == "IndexFaces"]
        assert images[0] == images[1]
        assert first.kept.face_id == again.kept.face_id


@pytest.fixture
async def sandboxed(service: Rekognition) -> AsyncIterator[RekognitionFaceEngine]:
    async with Sandbox(1, 400 * 2**20, 10.0, warm_up=[REHEARSAL]) as sandbox:
        photos = Photos(sandbox.call, limit_megapixels=500)
        engine = RekognitionFaceEngine(replace(service, photos=photos), "jail")
        await engine.prepare()
        yield engine


async def test_photos_are_decoded_in_a_process_of_their_own(
    sandboxed: RekognitionFaceEngine, stub: RekognitionStub
) -> None:
    enrolled = await sandboxed.enrol(picture((RED, LEFT), (GREEN, RIGHT)), "A1", 1)
    large = await sandboxed.enrol_all(large_picture(), "A2", 5, filtered=True)
    with pytest.raises(PhotoUnreadableError):
        await sandboxed.detect(picture((RED, MIDDLE))[:200])

    assert enrolled.kept.face.box.left == pytest.approx(0.05, abs=0.01)
    assert (large.submitted or "").endswith("from a file over 5 MB, 7.7 MB")
    assert len(stub.calls) > 1


async def test_a_bomb_costs_one_request_only(sandboxed: RekognitionFaceEngine) -> None:
    with pytest.raises((PhotoTooCostlyError, PhotoTooLargeError)):
        await sandboxed.detect(bomb(12_000, 12_000))

    assert len((await sandboxed.detect(picture((RED, MIDDLE)))).faces) == 1


def bomb(width: int, height: int) -> bytes:
    """Return a small PNG of very many pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        check = zlib.crc32(name + data).to_bytes(4)
        return len(data).to_bytes(4) + name + data + check

    head = width.to_bytes(4) + height.to_bytes(4) + bytes([8, 2, 0, 0, 0])
    lines = zlib.compressobj()
    body = b"".join(lines.compress(bytes(1 + 3 * width)) for _ in range(height)) + lines.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")

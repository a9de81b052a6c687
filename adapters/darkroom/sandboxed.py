"""Darkroom in the sandbox's processes."""

from collections.abc import Mapping
from typing import Any, Final

from typing_extensions import override

from adapters.pixels import rehearse_reading, thumbnail
from adapters.sandbox import Sandbox
from adapters.stamps import rehearse_stamping, stamped
from app.ports.darkroom import Darkroom

REHEARSAL: Final[tuple[str, Mapping[str, Any]]] = (f"{__name__}:rehearse", {})
"""The sandbox's call by which a process loads all that a thumbnail of any photo needs."""


class SandboxedDarkroom(Darkroom):
    """Makes pictures in a process whose crash costs one request."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    @override
    async def thumbnail(self, photo: bytes, width: int) -> bytes:
        _, picture = await self._sandbox.call(f"{__name__}:shrink", {"width": width}, photo)
        return picture

    @override
    async def stamped(self, photo: bytes, width: int, caption: str) -> bytes:
        asked = {"width": width, "caption": caption}
        _, picture = await self._sandbox.call(f"{__name__}:stamp", asked, photo)
        return picture


def shrink(request: dict[str, Any], payload: bytes) -> tuple[dict[str, Any], bytes]:
    """Run in the sandbox: payload is the photo, the answer a JPEG."""
    return {}, thumbnail(payload, request["width"])


def stamp(request: dict[str, Any], payload: bytes) -> tuple[dict[str, Any], bytes]:
    """Run in the sandbox: payload is the photo, the answer a JPEG between bands."""
    return {}, stamped(payload, request["width"], request["caption"])


def rehearse(_: dict[str, Any], __: bytes) -> tuple[dict[str, Any], bytes]:
    """Run in the sandbox while it may still open files."""
    rehearse_reading()
    rehearse_stamping()
    return {}, b""

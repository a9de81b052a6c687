"""Darkroom in the sandbox's processes."""

from typing import Any

from typing_extensions import override

from adapters.pixels import thumbnail
from adapters.sandbox import Sandbox
from app.ports.darkroom import Darkroom


class SandboxedDarkroom(Darkroom):
    """Makes thumbnails in a process whose crash costs one request."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    @override
    async def thumbnail(self, photo: bytes, width: int) -> bytes:
        _, picture = await self._sandbox.call(f"{__name__}:shrink", {"width": width}, photo)
        return picture


def shrink(request: dict[str, Any], payload: bytes) -> tuple[dict[str, Any], bytes]:
    """Run in the sandbox: payload is the photo, the answer a JPEG."""
    return {}, thumbnail(payload, request["width"])

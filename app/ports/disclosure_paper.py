"""The paper port: writes a disclosure for people to read and print."""

from collections.abc import Mapping
from typing import Any, Protocol


class DisclosurePaper(Protocol):
    """Makes a PDF; the same bytes for the same disclosure."""

    async def written(self, disclosure: Mapping[str, Any], probe: bytes | None) -> bytes:
        """Return a PDF of the document, with the probe's picture (a JPEG) where there is one.

        It says all that the document says, but for what is too long for paper, and then says so.
        """
        ...

"""What the HTTP edge knows besides the use cases."""

import hashlib
import hmac
import time
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Literal
from urllib.parse import quote, urlencode

from app.domain.errors import LinkExpiredError
from app.domain.office_hours import OfficeHours

LINK_SECONDS = 300
"""How long a signed photo address works: long enough to look at a screen of candidates."""

UPLOAD_BYTES = 20_000_000
"""The largest photo taken in."""

FORM_BYTES = 64_000
"""What the other fields of a form may add."""

USUAL_HOURS = OfficeHours.parsed("mon-fri 07:00-19:00", UTC)
"""Where the settings say nothing else."""

TOO_LARGE = f"The upload is larger than {UPLOAD_BYTES / 1e6:g} MB. Send a smaller photo."


@dataclass(frozen=True, slots=True)
class PhotoLinks:
    """Addresses of booking photos: signed, absolute and short-lived when a public URL is set."""

    public_url: str | None
    secret: bytes

    def address(self, external_image_id: str, caller: str) -> str:
        """Return the address; `caller` is who looks when it is opened."""
        path = f"/photos/{quote(external_image_id, safe='')}"
        if self.public_url is None:
            return path
        expires = int(time.time()) + LINK_SECONDS
        signature = self.signature(external_image_id, expires, caller)
        query = urlencode({"expires": expires, "caller": caller, "signature": signature})
        return f"{self.public_url.rstrip('/')}{path}?{query}"

    def check(self, external_image_id: str, expires: int, caller: str, signature: str) -> None:
        """Raise LinkExpiredError unless this address was given out and is still in time."""
        true = self.signature(external_image_id, expires, caller)
        same = hmac.compare_digest(true.encode(), signature.encode())
        if not same or expires < time.time():
            raise LinkExpiredError

    def signature(self, external_image_id: str, expires: int, caller: str) -> str:
        """Return what proves that this address was given out here."""
        signed = "\n".join(("photo", external_image_id, str(expires), caller))
        return hmac.new(self.secret, signed.encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Edge:
    """What handlers need from the settings."""

    links: PhotoLinks
    kind: Literal["none", "keys", "oidc"]
    allowed_extra: frozenset[str] = frozenset()
    sample_probe: Path | None = None
    docs_client_id: str | None = None  # the public client with which the docs page signs people in
    docs_scopes: str = "openid profile"
    office_hours: OfficeHours = USUAL_HOURS

    @property
    def authentication(self) -> bool:
        """Whether callers must show who they are."""
        return self.kind != "none"

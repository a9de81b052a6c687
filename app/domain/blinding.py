"""What reviewers see in place of ranks and ids: opaque ids, and an order of each one's own."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.domain.review_people import Reviewer

PROBE = "probe"
"""The id of the probe's own picture."""

_DIGITS = 20  # 80 bits: no two of a search's pictures share them, and none is guessed


@dataclass(frozen=True, slots=True)
class Blinding:
    """Made of a secret: whoever knows search, person and id still cannot tell them."""

    key: bytes = field(repr=False)

    def picture_id(self, search_id: str, external_image_id: str) -> str:
        """Return the opaque id of a candidate's picture, the same whoever looks."""
        return self._digest("picture", search_id, external_image_id)[:_DIGITS]

    def shuffled(
        self, search_id: str, reviewer: Reviewer, external_image_ids: Sequence[str]
    ) -> list[str]:
        """Return candidates in an order that is this person's and says nothing of their rank."""

        def place(one: str) -> str:
            return self._digest("order", search_id, reviewer.identity, one)

        return sorted(external_image_ids, key=place)

    def _digest(self, *parts: str) -> str:
        text = "\0".join(parts)
        return hmac.new(self.key, text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()

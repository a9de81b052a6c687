"""What keeps a blind test from going on, or from counting."""

from __future__ import annotations

from app.domain.errors.base import CandidError


class BlindTestOrderError(CandidError):
    """The steps of a blind test are taken in another order than seal, search, open."""

    code = "blind_test_order"


class BlindSealBrokenError(CandidError):
    """What was sealed is not what is there now."""

    code = "blind_seal_broken"


class BlindTestUnfitError(CandidError):
    """The photos, the answers or the searches cannot be those of a blind test."""

    code = "blind_test_unfit"

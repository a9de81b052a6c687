"""The evaluation paper port: writes what was measured for people to read, print and sign."""

from typing import Protocol

from app.domain.blind_score import OpenedBlindTest
from app.domain.evaluation import Evaluation


class EvaluationPaper(Protocol):
    """Makes pages that need nothing but themselves; the same page for the same measurement."""

    def protocol(self, opened: OpenedBlindTest) -> str:
        """Return the protocol of a blind test as one HTML page, with lines to sign on."""
        ...

    def report(self, evaluation: Evaluation) -> str:
        """Return an evaluation as one HTML page, with its plots."""
        ...

"""The pages of what was measured."""

from adapters.evaluation_paper import HtmlEvaluationPaper
from app.ports.evaluation_paper import EvaluationPaper


def evaluation_paper() -> EvaluationPaper:
    """Return what writes them."""
    return HtmlEvaluationPaper()

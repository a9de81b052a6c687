"""Implementations of `app.ports.evaluation_paper`."""

from adapters.evaluation_paper.html import HtmlEvaluationPaper

__all__ = ["HtmlEvaluationPaper"]

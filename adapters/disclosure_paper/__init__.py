"""Implementations of `app.ports.disclosure_paper`."""

from adapters.disclosure_paper.pdf import PdfPaper

__all__ = ["PdfPaper"]

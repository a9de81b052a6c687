"""Verifying: four lists held against one another, one comparison a file."""

from app.services.verify.outside import Outside
from app.services.verify.verification import Depth, Verify

__all__ = ["Depth", "Outside", "Verify"]

"""The disclosure of a search: everything on record of it, in one signed package."""

from app.services.disclosure.disclose import Disclose

__all__ = ["Disclose"]

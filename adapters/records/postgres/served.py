"""Which faces count: those of the model that the collection is served with."""

from typing import Final

SERVED: Final = "(SELECT model FROM collections WHERE collection = %(collection)s)"
"""Read once a statement; nothing where no such collection is on record."""

COUNTS: Final = f"is_current AND coalesce(faces.model = {SERVED}, true)"
"""Said of a row of `faces`; a face without a model always counts."""

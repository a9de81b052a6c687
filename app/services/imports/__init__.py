"""The back-fill: many photos in, once, whatever happens on the way."""

from dataclasses import dataclass

from app.services.imports.manage_imports import ManageImports
from app.services.imports.read_imports import ReadImports


@dataclass(frozen=True, slots=True)
class ImportServices:
    """What people ask of imports; what workers do is beside this."""

    manage: ManageImports
    read: ReadImports

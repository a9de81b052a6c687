"""The mapping for NIEM that comes with the service."""

from importlib.resources import files
from pathlib import Path
from typing import Final

from adapters.field_mapping import FieldMapping

BOOKINGS: Final = "//j:Booking"
PHOTOS: Final = "//biom:FaceImage | //biom:PhysicalFeatureImage | //nc:PersonDigitalImage"
"""The records of an answer, where the requests file does not say others."""


def shipped_mapping() -> FieldMapping:
    """Return how bookings in NIEM's justice and biometrics domains are read."""
    return FieldMapping.load(Path(str(files("adapters.jms.soap") / "niem.yaml")))

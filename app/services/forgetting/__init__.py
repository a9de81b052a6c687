"""Use cases about what is kept, for how long, and how it is forgotten."""

from dataclasses import dataclass

from app.services.forgetting.manage_holds import ManageHolds
from app.services.forgetting.read_removals import ReadRemovals
from app.services.forgetting.remove_photos import RemovePhotos
from app.services.forgetting.view_probe import ViewProbe


@dataclass(frozen=True, slots=True)
class ForgettingServices:
    """What an administrator asks for, and a reviewer's look at a probe."""

    holds: ManageHolds
    removals: RemovePhotos
    read_removals: ReadRemovals
    view_probe: ViewProbe

"""Whether the gallery's faces are of the model that the engine has now."""

from collections.abc import Sequence

from app.domain.errors import EngineMisconfiguredError
from app.ports.face_engine import EngineDescription


def check_model(engine: EngineDescription, others: Sequence[str]) -> None:
    """Refuse an engine that holds faces of a model other than the records' (`others`).

    Raises EngineMisconfiguredError. An engine that gets its faces from the records changes its
    model beside the old one; see `open_own_collection`.
    """
    if not engine.holds_faces or not others:
        return
    raise EngineMisconfiguredError(
        f"The records have faces of {', '.join(others)}, but the engine's collection is of "
        f"{engine.model}; faces of different models never mix. To index again: set "
        "CANDID_ENGINE__COLLECTION_ID to a new name, index every photo into that, and delete the "
        "old collection when searches answer from the new one. If the old collection was deleted "
        "and made again by mistake, a new name is needed too."
    )

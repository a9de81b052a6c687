"""Amazon Rekognition's face collections as a face engine.

Nothing is imported here: the processes that decode photos load `submission` alone.
"""

from typing import Any, Final

REHEARSAL: Final[tuple[str, dict[str, Any]]] = (f"{__name__}.submission:rehearse", {})
"""The sandbox's call by which a process loads all that making a photo ready to be sent needs."""

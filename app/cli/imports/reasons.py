"""What each reason means, and what to do, in plain sentences."""

from dataclasses import dataclass
from typing import Final

from app.domain.imports import ItemReason


@dataclass(frozen=True, slots=True)
class Meaning:
    """A reason, told to people."""

    short: str
    means: str
    to_do: str

    @property
    def sentence(self) -> str:
        """Return it in one line."""
        return f"{self.means} {self.to_do}"


SKIPPED: Final = frozenset(
    {
        ItemReason.ALREADY_INDEXED,
        ItemReason.UNCHANGED,
        ItemReason.NOT_FRONT_VIEW,
        ItemReason.TOMBSTONED,
        ItemReason.WITHHELD,
        ItemReason.DUPLICATE_ID,
    }
)
"""Those of skipped photos; all others are of failed ones."""

_NOTHING = "Nothing to do."
_AGAIN = "It was tried several times: see that it works again, then retry."

MEANINGS: Final = {
    ItemReason.ALREADY_INDEXED: Meaning(
        "already indexed", "The photo was indexed before this import.", _NOTHING
    ),
    ItemReason.UNCHANGED: Meaning(
        "unchanged", "The photo has the same bytes as the one on record.", _NOTHING
    ),
    ItemReason.NOT_FRONT_VIEW: Meaning(
        "not a front view",
        "The photo shows a profile, a scar, a mark, a tattoo or something else.",
        "Nothing to do: only front views are indexed, unless CANDID_INDEX_VIEWS allows others.",
    ),
    ItemReason.TOMBSTONED: Meaning(
        "removed before",
        "Somebody removed this photo here on purpose, and an import does not bring it back.",
        "Nothing to do; `candid index PHOTO --id ID --restore` brings one back.",
    ),
    ItemReason.WITHHELD: Meaning(
        "withheld by its record",
        "The record is sealed, expunged, juvenile or restricted in the jail management system.",
        "Nothing to do: nothing of it is stored here.",
    ),
    ItemReason.DUPLICATE_ID: Meaning(
        "id of another photo",
        "The source lists another photo under the same id, which was taken.",
        "Give one of them another id in the source, or name the right one in a manifest.",
    ),
    ItemReason.PRESERVATION_HOLD: Meaning(
        "its id is held",
        "A preservation hold is on the photo of this id; the new one would take its place.",
        "Give the new photo an id of its own, or retry when the hold is released.",
    ),
    ItemReason.NO_FACE: Meaning(
        "no face",
        "No face was found in the photo.",
        "Look at it; if it does show a face, take or export a better photo.",
    ),
    ItemReason.SEVERAL_FACES: Meaning(
        "several faces",
        "Several faces are about as large, so it is not clear whose photo this is.",
        "Crop the photo, index it with `candid index PHOTO --face N`, or import with "
        "`--faces largest`.",
    ),
    ItemReason.FACE_TOO_SMALL: Meaning(
        "face too small",
        "The face has too few pixels to be compared.",
        "Export the photo in its full size.",
    ),
    ItemReason.FACE_REFUSED: Meaning(
        "face not good enough",
        "The face is too dark, too blurred or turned too far away.",
        "Take a better photo at the next booking.",
    ),
    ItemReason.PHOTO_UNREADABLE: Meaning(
        "damaged file", "The file is damaged or cut short.", "Export the photo again."
    ),
    ItemReason.NOT_A_PICTURE: Meaning(
        "not a picture",
        "The file is not a picture of a kind that is read.",
        "Export it as JPEG or PNG.",
    ),
    ItemReason.PHOTO_TOO_LARGE: Meaning(
        "file too large",
        "The file has more than 20 MB or the picture more than 50 megapixels.",
        "Export the photo smaller.",
    ),
    ItemReason.PHOTO_TOO_COSTLY: Meaning(
        "file too costly",
        "Reading the file took more time or memory than one photo may.",
        "Export the photo again, smaller.",
    ),
    ItemReason.PHOTO_MISSING: Meaning(
        "photo missing",
        "The source lists the photo and does not have it.",
        "Ask the vendor of the jail management system, or put the file in its place; then retry.",
    ),
    ItemReason.ID_NOT_ENCODABLE: Meaning(
        "id not usable",
        "The id is empty, or longer than 255 characters when encoded.",
        "Give the photo another id in the source.",
    ),
    ItemReason.ENTRY_UNUSABLE: Meaning(
        "entry not usable",
        "The listing's entry says too little, or says something that cannot be.",
        "Correct the entry in the source: the detail says what is wrong with it.",
    ),
    ItemReason.ENGINE_REFUSED: Meaning(
        "refused by the engine",
        "The face engine does not take this photo.",
        "The detail says why; export the photo again if it is about the file.",
    ),
    ItemReason.SOURCE_TIMEOUT: Meaning(
        "source too slow", "The source took too long to send the photo.", _AGAIN
    ),
    ItemReason.SOURCE_UNAVAILABLE: Meaning(
        "source down", "The source did not answer when asked for the photo.", _AGAIN
    ),
    ItemReason.ENGINE_UNAVAILABLE: Meaning(
        "engine down", "The face engine did not answer.", _AGAIN
    ),
    ItemReason.STORE_UNAVAILABLE: Meaning(
        "not stored",
        "The photo store did not take the photo; the detail has its words.",
        _AGAIN,
    ),
    ItemReason.INTERNAL: Meaning(
        "defect here",
        "Something went wrong in Candid itself; the service's log has it.",
        "Report it, and retry after an update.",
    ),
}
"""A test holds it complete."""

"""All collections: those of clients of Rekognition's protocol hold photos by the same ids."""

from typing import Final

# This one counts before it is opened, too.
COLLECTIONS: Final = "(SELECT collection FROM collections UNION SELECT %(collection)s)"

"""S3's errors in the words of the photo store."""

from typing import Final

from adapters.s3_refusals import Refusals
from app.domain.errors import PhotoStoreMisconfiguredError, PhotoStoreUnavailableError

REFUSALS: Final = Refusals(PhotoStoreUnavailableError, PhotoStoreMisconfiguredError)

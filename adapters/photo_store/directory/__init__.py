"""Photos as files of a directory."""

from adapters.photo_store.directory.objects import DirectoryObjectSource
from adapters.photo_store.directory.store import DirectoryPhotoStore

__all__ = ["DirectoryObjectSource", "DirectoryPhotoStore"]

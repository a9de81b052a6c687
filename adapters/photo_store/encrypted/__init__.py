"""Any photo store, with every photo sealed under a data key of its own."""

from adapters.photo_store.encrypted.store import EncryptedPhotoStore

__all__ = ["EncryptedPhotoStore"]

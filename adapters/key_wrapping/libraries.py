"""Which builds of OpenSSL encrypt here, and whether they run their FIPS provider."""

import ssl
from dataclasses import dataclass
from importlib.metadata import version

from cryptography.hazmat.backends.openssl import backend


@dataclass(frozen=True, slots=True)
class Library:
    """A cryptographic library; `fips` None: it does not tell."""

    name: str
    fips: bool | None


def library_of_data() -> Library:
    """Return what encrypts photos, templates and keys."""
    name = f"cryptography {version('cryptography')} with {backend.openssl_version_text()}"
    return Library(name, bool(backend._fips_enabled))  # noqa: SLF001 - it has no other name


def library_of_transit() -> Library:
    """Return what Python makes TLS with: another build of OpenSSL than the one above."""
    try:
        from _hashlib import get_fips_mode  # noqa: PLC0415 - of CPython alone
    except ImportError:
        return Library(ssl.OPENSSL_VERSION, None)
    return Library(ssl.OPENSSL_VERSION, bool(get_fips_mode()))

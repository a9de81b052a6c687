"""How the service's own address is protected in transit."""

import ssl
from pathlib import Path

import structlog

from app.domain.access import is_loopback
from app.settings import PREFIX, Settings, SettingsError

log = structlog.get_logger(__name__)

_CIPHERS = "ECDHE+AESGCM"
"""Of TLS 1.2: forward secrecy and AES-GCM (NIST SP 800-52r2, 3.3.1.1); 1.3 has no other kind."""


def tls_of(settings: Settings) -> ssl.SSLContext | None:
    """Return how TLS is spoken; None where a proxy has to, or nobody outside can ask.

    Raises SettingsError, which names the file that is wrong and never what is in it.
    """
    given = settings.tls
    if given.cert_file is None:
        if not is_loopback(settings.host):
            log.warning("tls_is_off", host=settings.host, told="see docs/encryption.md")
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(_CIPHERS)
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
    context.set_alpn_protocols(["http/1.1"])
    _load_certificate(context, settings)
    if given.client_ca_file is not None:
        trust(context, given.client_ca_file, "TLS__CLIENT_CA_FILE")
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def client_tls_of(settings: Settings) -> ssl.SSLContext:
    """Return how the command line speaks TLS: it trusts the system's CAs and a given one.

    Raises SettingsError.
    """
    given = settings.client
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if given.ca_file is not None:
        trust(context, given.ca_file, "CLIENT__CA_FILE")
    if given.cert_file is not None:
        identify(context, given.cert_file, given.key_file, "", "CLIENT__")
    return context


def identify(
    context: ssl.SSLContext, cert_file: Path, key_file: Path | None, password: str, group: str
) -> None:
    """Show a certificate to whoever asks for one; SettingsError, which names the settings."""
    try:
        # A password that is asked for on a terminal would hold the start up for ever.
        context.load_cert_chain(cert_file, key_file, password=lambda: password)
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"{PREFIX}{group}CERT_FILE, {PREFIX}{group}KEY_FILE: {_reason(error)}"
        ) from error


def _load_certificate(context: ssl.SSLContext, settings: Settings) -> None:
    given = settings.tls
    assert given.cert_file is not None  # noqa: S101 - asked by the caller
    password = given.key_password.get_secret_value() if given.key_password else ""
    try:
        # A password that is asked for on a terminal would hold the start up for ever.
        context.load_cert_chain(given.cert_file, given.key_file, password=lambda: password)
    except (OSError, ValueError) as error:
        named = f"{PREFIX}TLS__CERT_FILE={given.cert_file}, {PREFIX}TLS__KEY_FILE={given.key_file}"
        raise SettingsError(f"{named}: {_reason(error)}") from error


def trust(context: ssl.SSLContext, ca_file: Path, setting: str) -> None:
    """Trust a CA besides those that are; SettingsError, which names the setting."""
    try:
        context.load_verify_locations(ca_file)
    except (OSError, ValueError) as error:
        raise SettingsError(f"{PREFIX}{setting}={ca_file}: {_reason(error)}") from error


def _reason(error: OSError | ValueError) -> str:
    """Tell what is wrong in words of ours: OpenSSL's are for programmers."""
    if isinstance(error, ssl.SSLError):
        if error.reason == "KEY_VALUES_MISMATCH":
            return "the key is not the certificate's"
        return "is no PEM file of that kind, or its password is wrong"
    if isinstance(error, OSError):
        return f"cannot be read: {error.strerror or error}"
    return "its password is missing or wrong"

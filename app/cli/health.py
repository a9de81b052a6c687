"""`candid health`."""

import socket
import ssl
from http import HTTPStatus

import httpx

from app.cli.client import address_here
from app.cli.console import CommandError, console
from app.settings import Settings

_SECONDS = 8.0  # less than a container waits for its health


def health() -> None:
    """Ask the service of these settings, on this machine, whether it is ready.

    Ends with an error where it is not. Where only clients with a certificate are answered, and
    CANDID_CLIENT__CERT_FILE names none, it is asked for no more than a handshake of TLS.
    """
    settings = Settings.read()
    if settings.tls.client_ca_file is not None and settings.client.cert_file is None:
        _shake_hands(settings)
        console.print("It answers; whether it is ready only clients with a certificate are told.")
        return
    with httpx.Client(verify=_tls(settings), timeout=_SECONDS, trust_env=False) as client:
        try:
            response = client.get(f"{address_here(settings)}/health/ready")
        except httpx.ConnectError:
            raise
        except httpx.TransportError as error:
            raise CommandError(f"the service does not answer: {type(error).__name__}.") from error
    if response.status_code != HTTPStatus.OK:
        raise CommandError(f"the service is not ready: {response.text}")
    console.print_json(response.text)


def _shake_hands(settings: Settings) -> None:
    at = httpx.URL(address_here(settings))
    try:
        with (
            socket.create_connection((at.host, settings.port), _SECONDS) as plain,
            _tls(settings).wrap_socket(plain),
        ):
            pass
    except OSError as error:
        raise CommandError(f"the service does not answer at {at}: {error}.") from error


def _tls(settings: Settings) -> ssl.SSLContext:
    """Return how the own service is asked: by its address, which its certificate need not name.

    Nothing is sent that anybody else may not see, and nothing but a state is believed.
    """
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if settings.client.cert_file is not None:
        context.load_cert_chain(
            settings.client.cert_file, settings.client.key_file, password=lambda: ""
        )
    return context

"""The running service, as the command line calls it."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from app.cli.console import CommandError
from app.settings import Settings
from app.wiring.tls import client_tls_of

_SECONDS = 60.0


def address_of(settings: Settings) -> str:
    """Return where the service of these settings answers this machine."""
    if settings.client.url is not None:
        return str(settings.client.url).rstrip("/")
    return address_here(settings)


def address_here(settings: Settings) -> str:
    """Return where these settings have a service listen, as this machine reaches it."""
    host = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104 - compared, not bound
    scheme = "http" if settings.tls.cert_file is None else "https"
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{settings.port}"


@contextmanager
def service(url: str | None, key: str | None) -> Generator[httpx.Client]:
    """Open the service named by options or settings."""
    settings = Settings.read()
    kept = settings.client.key or settings.client.token
    known = key or (kept.get_secret_value().strip() if kept else None)
    headers = {"Authorization": f"Bearer {known}"} if known else {}
    base_url = url or address_of(settings)
    with httpx.Client(
        base_url=base_url, headers=headers, timeout=_SECONDS, verify=client_tls_of(settings)
    ) as client:
        yield client


def on_behalf_of(person: str | None) -> dict[bytes, bytes]:
    """Return the header that says for whom a call is made, in UTF-8."""
    return {b"X-Candid-On-Behalf-Of": person.encode()} if person else {}


def answered(response: httpx.Response) -> Any:  # noqa: ANN401 - JSON
    """Return the answer's JSON; CommandError tells a refusal in the service's own words."""
    try:
        body = response.json()
    except ValueError as error:
        raise CommandError(
            f"{response.url} is no Candid: it answered {response.status_code}."
        ) from error
    if response.is_success:
        return body
    details = "".join(f"\n  {one['field']}: {one['message']}" for one in body.get("errors", []))
    raise CommandError(
        f"{body.get('detail', response.reason_phrase)} ({body.get('code')}){details}"
    )


def photo_of(path: Path) -> bytes:
    """Read a photo; CommandError names the file."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error

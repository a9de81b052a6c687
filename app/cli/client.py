"""The running service, as the command line calls it."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from app.cli.console import CommandError
from app.settings import Settings

_SECONDS = 60.0


def address_of(settings: Settings) -> str:
    """Return where the service of these settings answers this machine."""
    if settings.client.url is not None:
        return str(settings.client.url).rstrip("/")
    host = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104 - compared, not bound
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


@contextmanager
def service(url: str | None, key: str | None) -> Generator[httpx.Client]:
    """Open the service named by options or settings."""
    settings = Settings.read()
    known = settings.client.key.get_secret_value() if settings.client.key else None
    headers = {"Authorization": f"Bearer {key or known}"} if key or known else {}
    base_url = url or address_of(settings)
    with httpx.Client(base_url=base_url, headers=headers, timeout=_SECONDS) as client:
        yield client


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

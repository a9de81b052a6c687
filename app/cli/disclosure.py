"""`candid disclosure`."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.client import answered, service
from app.cli.client import on_behalf_of as by
from app.cli.console import CommandError, progress, tell

_SECONDS = 600.0  # packages are written one at a time, and a long one takes a minute


def disclosure(
    search_id: str,
    to: Annotated[Path, typer.Option("--to", help="The ZIP to write; it must not exist yet.")],
    on_behalf_of: Annotated[str | None, typer.Option(help="Who takes it, if not you.")] = None,
    *,
    url: str | None = None,
    key: str | None = None,
) -> None:
    """Write all that is on record of a search, signed, to one ZIP file."""
    if to.exists():
        raise CommandError(f"{to} is there already; name another file.")
    headers = by(on_behalf_of)
    with service(url, key) as client, progress(f"Disclosing {search_id}"):
        path = f"/searches/{search_id}/disclosure"
        response = client.get(path, headers=headers, timeout=_SECONDS)
        if not response.is_success:
            answered(response)
        if response.headers.get("Content-Type") != "application/zip":
            raise CommandError(f"{response.url} is no Candid: it answered no ZIP.")
    beside = to.with_name(f".{to.name}.part")
    try:
        beside.write_bytes(response.content)
        beside.replace(to)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise CommandError(f"{to} cannot be written: {error.strerror}.") from error
    tell(f"{to} is written. Check it with docs/verify_disclosure.py --key KEY {to}")

"""Fetches a publisher's file: pinned by its hash, going on where a broken download ended."""

import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx

from adapters.face_engine.local.models.known import Published
from app.domain.errors import EngineMisconfiguredError

Progress = Callable[[str], None]

_ATTEMPTS = 5
"""Of one address that bring nothing; one that brought bytes begins a new count."""
_MOST_ATTEMPTS = 200
_PAUSE = 0.1  # seconds, doubled by every attempt that brings nothing
_REDIRECTS = 5
_BLOCK = 2**20
_SILENCE = 30.0  # seconds, after which a connection is given up and begun anew
_OK, _PARTIAL, _NOT_SATISFIABLE = 200, 206, 416


class _BrokenError(Exception):
    """An address did not give the file; what came is kept."""


def fetched(
    published: Published,
    pinned: str,
    target: Path,
    progress: Progress,
    silence: float = _SILENCE,
) -> None:
    """Put the file at `target` once its SHA-256 is the pinned one; `target`.partial is kept.

    Raises EngineMisconfiguredError with the reason of each address.
    """
    partial = target.with_name(f"{target.name}.partial")
    reasons = []
    for address in published.addresses:
        try:
            with httpx.Client(timeout=httpx.Timeout(silence, connect=min(10, silence))) as client:
                _download(client, address, published, partial, progress)
            _check(partial, pinned)
        except _BrokenError as error:
            reasons.append(f"{urlsplit(address).hostname}: {error}")
        else:
            partial.replace(target)
            return
    kept = partial.stat().st_size if partial.exists() else 0
    raise EngineMisconfiguredError(
        f"{target.name} could not be fetched ({'; '.join(reasons)}). "
        + (f"{_megabytes(kept)} of it are kept; run the command again to go on. " if kept else "")
        + "On a machine without internet, bring the file and name it by --from."
    )


def _download(
    client: httpx.Client, address: str, published: Published, partial: Path, progress: Progress
) -> None:
    """Fetch what is missing, again and again while each attempt brings something."""
    idle, attempts = 0, 0
    while (before := _size(partial)) < published.size:
        try:
            _go_on(client, address, published, partial, progress)
        except httpx.HTTPError as error:
            attempts += 1
            idle = 0 if _size(partial) > before else idle + 1
            if idle == _ATTEMPTS or attempts == _MOST_ATTEMPTS:
                raise _BrokenError(str(error) or type(error).__name__) from error
            time.sleep(_PAUSE * 2**idle if idle else 0)


def _go_on(
    client: httpx.Client, address: str, published: Published, partial: Path, progress: Progress
) -> None:
    begun = _size(partial)
    headers = {"Accept-Encoding": "identity", **({"Range": f"bytes={begun}-"} if begun else {})}
    for _ in range(_REDIRECTS):
        _check_host(address, published)
        with client.stream("GET", address, headers=headers) as response:
            if response.is_redirect:
                address = _next(address, response)
                continue
            _keep(response, begun, published.size, partial, progress)
            return
    raise _BrokenError("it leads from one address to another without an end")


def _keep(
    response: httpx.Response, begun: int, size: int, partial: Path, progress: Progress
) -> None:
    """Add what came to what is kept; what comes from the start replaces it only by more."""
    if response.status_code == _NOT_SATISFIABLE:
        partial.unlink(missing_ok=True)
        raise _BrokenError(f"its file is shorter than {size:,} bytes")
    if response.status_code not in {_OK, _PARTIAL}:
        raise _BrokenError(f"HTTP {response.status_code}")
    goes_on = response.status_code == _PARTIAL
    if goes_on and not response.headers.get("Content-Range", "").startswith(f"bytes {begun}-"):
        raise _BrokenError("it sent another part of the file than was asked for")
    if goes_on:
        _append(response, size, partial, progress)
        return
    length = response.headers.get("Content-Length", str(size))
    if length != str(size):
        raise _BrokenError(f"it sent a file of {length} bytes, not of {size:,}")
    anew = partial.with_name(f"{partial.name}.anew")
    anew.unlink(missing_ok=True)
    try:
        _append(response, size, anew, progress)
    finally:
        if _size(anew) > begun:
            anew.replace(partial)
        anew.unlink(missing_ok=True)


def _append(response: httpx.Response, size: int, to: Path, progress: Progress) -> None:
    """Write what comes after what is there; more than the file's size is not kept."""
    have, tenth = _size(to), size // 10 or 1
    with to.open("ab") as file:
        for block in response.iter_raw():
            if have + len(block) > size:
                file.close()
                to.unlink()
                raise _BrokenError(f"it sent more than the {size:,} bytes of the file")
            file.write(block)
            if have // tenth != (have + len(block)) // tenth:
                progress(f"{_megabytes(have + len(block))} of {_megabytes(size)}")
            have += len(block)
    if have < size:
        raise httpx.RemoteProtocolError(f"it ended after {have:,} of {size:,} bytes")


def _next(address: str, response: httpx.Response) -> str:
    following: str = urljoin(address, str(response.headers.get("Location", "")))
    if urlsplit(address).scheme == "https" and urlsplit(following).scheme != "https":
        raise _BrokenError("it leads to an address without TLS")
    return following


def _check_host(address: str, published: Published) -> None:
    host = urlsplit(address).hostname or ""
    if not any(host == one or host.endswith(f".{one}") for one in published.hosts):
        raise _BrokenError(f"it leads to {host}, which is no host of this publisher")


def _check(partial: Path, pinned: str) -> None:
    """Hold the whole file against its pinned hash; another one is not kept."""
    if hash_of(partial) != pinned:
        partial.unlink()
        raise _BrokenError("it is another file than the pinned one, and was deleted")


def hash_of(file: Path) -> str:
    """Return the SHA-256 of a file in hex; raises OSError."""
    summed = sha256()
    with file.open("rb") as opened:
        while block := opened.read(_BLOCK):
            summed.update(block)
    return summed.hexdigest()


def _size(partial: Path) -> int:
    return partial.stat().st_size if partial.exists() else 0


def _megabytes(count: int) -> str:
    return f"{count / 1e6:.1f} MB"

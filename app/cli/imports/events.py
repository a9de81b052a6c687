"""An import as it goes on, however often the connection breaks."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus

import httpx
from pydantic import ValidationError

from app.api.import_events import HEARTBEAT_SECONDS
from app.api.schemas.imports import ImportProgressOut
from app.cli.client import answered
from app.cli.console import CommandError

_PATIENCE = httpx.Timeout(10.0, read=2.5 * HEARTBEAT_SECONDS)
_WAITS = (0.5, 1.0, 2.0, 5.0)  # before each further attempt; the last for good


@dataclass(frozen=True, slots=True)
class Lost:
    """Nothing is known at the moment, and why."""

    text: str


def watched(client: httpx.Client, import_id: str) -> Iterator[ImportProgressOut | Lost]:
    """Give each state of an import until its end; Lost whenever the service cannot tell it.

    The service may be stopped, killed and started again meanwhile. Raises CommandError where it
    refuses to tell.
    """
    failures = 0
    while True:
        try:
            for event, data in _events(client, import_id):
                failures = 0
                if event == "end":
                    return
                yield _read(event, data)
        except (httpx.TransportError, _NotServedError) as error:
            yield Lost(_told(error))
        time.sleep(_WAITS[min(failures, len(_WAITS) - 1)])
        failures += 1


class _NotServedError(Exception):
    """The service answers and cannot serve."""


def _events(client: httpx.Client, import_id: str) -> Iterator[tuple[str, str]]:
    path = f"/imports/{import_id}/events"
    with client.stream("GET", path, timeout=_PATIENCE) as response:
        if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise _NotServedError
        if not response.is_success:
            response.read()
            answered(response)
        event = ""
        for line in response.iter_lines():
            field, _, value = line.partition(": ")
            if field == "event":
                event = value
            elif field == "data":
                yield event, value


def _read(event: str, data: str) -> ImportProgressOut | Lost:
    if event == "unavailable":
        return Lost("The service cannot read its records at the moment.")
    try:
        return ImportProgressOut.model_validate_json(data)
    except ValidationError as error:
        raise CommandError(
            "The service sends what this command cannot read: are both of the same version?"
        ) from error


def _told(error: Exception) -> str:
    if isinstance(error, _NotServedError):
        return "The service answers that it cannot serve at the moment."
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return "The service does not answer."
    return "The connection to the service broke off."

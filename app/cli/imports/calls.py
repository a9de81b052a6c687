"""What the command line asks of imports, and which import is meant."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from app.api.schemas.imports import ImportItemOut, ImportOut, ImportProgressOut, RetriedOut
from app.cli.client import answered
from app.cli.console import CommandError
from app.cli.imports.reasons import SKIPPED
from app.domain.imports import ItemReason, ItemStatus

_PAGE = 500
_SHOWN = 5

Read = TypeVar("Read", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Imports:
    """The imports of a running service."""

    client: httpx.Client

    def start(self, asked: dict[str, Any]) -> ImportOut:
        """Begin one."""
        return read_as(ImportOut, answered(self.client.post("/imports", json=asked)))

    def progress(self, import_id: str) -> ImportProgressOut:
        """Return how far one is."""
        return read_as(ImportProgressOut, answered(self.client.get(f"/imports/{import_id}")))

    def change(self, import_id: str, verb: str) -> ImportOut:
        """Pause, resume or cancel one."""
        answer = answered(self.client.post(f"/imports/{import_id}/{verb}"))
        return read_as(ImportOut, answer)

    def retry(self, import_id: str, reasons: Sequence[ItemReason]) -> int:
        """Have failed photos tried again; return how many."""
        sent = {"reasons": [one.value for one in reasons]}
        answer = answered(self.client.post(f"/imports/{import_id}/retry", json=sent))
        return read_as(RetriedOut, answer).retried

    def every(self) -> Iterator[ImportOut]:
        """Return all, newest first, page by page."""
        for one in self._paged("/imports", {}):
            yield read_as(ImportOut, one)

    def failures(
        self, import_id: str, reasons: Sequence[ItemReason], *, skipped: bool = False
    ) -> Iterator[ImportItemOut]:
        """Return what failed or was skipped, all or for some reasons, page by page."""
        for reason in reasons or (None,):
            status = ItemStatus.SKIPPED if skipped or reason in SKIPPED else ItemStatus.FAILED
            wanted = {"status": status.value} | ({"reason": reason.value} if reason else {})
            for one in self._paged(f"/imports/{import_id}/items", wanted):
                yield read_as(ImportItemOut, one)

    def meant(self, given: str | None) -> str:
        """Return the id that is meant: a unique beginning, or none for the open or newest import.

        The part behind the day is enough too. CommandError where it is none or several.
        """
        if given is None:
            return self._current()
        found = [one.import_id for one in self.every() if _begins(one.import_id, given)]
        if given in found:
            return given
        if len(found) == 1:
            return found[0]
        if not found:
            raise CommandError(f"No import begins with {given}; `candid import list` shows them.")
        several = ", ".join(found[:_SHOWN])
        raise CommandError(f"Several imports begin with {given}: {several}; write more of the id.")

    def _current(self) -> str:
        newest = None
        for one in self.every():
            if one.state.is_open:
                return one.import_id
            newest = newest or one.import_id
        if newest is None:
            raise CommandError("There was no import yet; `candid import start` begins one.")
        return newest

    def _paged(self, path: str, wanted: dict[str, str]) -> Iterator[Any]:
        after: dict[str, str] = {}
        while True:
            query = {**wanted, **after, "limit": str(_PAGE)}
            page = answered(self.client.get(path, params=query))
            yield from page["items"]
            if page["next"] is None:
                return
            after = {"after": str(page["next"])}


def read_as(kind: type[Read], answer: Any) -> Read:  # noqa: ANN401 - JSON
    """Read an answer; CommandError where the service is of another version."""
    try:
        return kind.model_validate(answer)
    except ValidationError as error:
        raise CommandError(
            "The service answers what this command cannot read: are both of the same version?"
        ) from error


def _begins(import_id: str, given: str) -> bool:
    return import_id.startswith(given) or import_id.partition("-")[2].startswith(given)

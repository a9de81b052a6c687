"""Calls on their way to a worker process, and what comes back."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from app.domain.errors import CandidError

Answer = tuple[dict[str, Any], bytes]

_log = structlog.get_logger(__name__)


@dataclass(eq=False, slots=True)
class Call:
    """One call, wherever it is: waiting, sent, or sent twice."""

    function: str
    request: Mapping[str, Any]
    payload: bytes
    answer: asyncio.Future[Answer]
    shared: bool = False  # a second process has it too, since the first was slow to begin


@dataclass(frozen=True, slots=True)
class Reply:
    """What a process said to one call."""

    call: Call
    header: Mapping[str, Any]
    payload: bytes

    @property
    def leaving(self) -> bool:
        """Whether the process ends itself with this answer."""
        return "leaving" in self.header

    def settle(self) -> None:
        """Give the caller the answer or the error, unless it has one or the call was skipped."""
        if self.call.answer.done() or "skipped" in self.header:
            return
        answer = self.header.get("answer")
        if isinstance(answer, dict):
            self.call.answer.set_result((answer, self.payload))
        else:
            self.call.answer.set_exception(self._error())

    def _error(self) -> CandidError:
        code, detail = str(self.header.get("error", "")), str(self.header.get("detail", ""))
        kind = _with_detail().get(code)
        if kind is None:
            _log.error("sandbox_function_failed", function=self.call.function, detail=detail)
            return CandidError(f"{self.call.function} failed: {detail}")
        return kind(detail)


def _with_detail() -> dict[str, type[CandidError]]:
    """Return the domain errors that are made of a text alone, by their codes."""
    return {kind.code: kind for kind in _kinds(CandidError) if "__init__" not in vars(kind)}


def _kinds(kind: type[CandidError]) -> list[type[CandidError]]:
    below = kind.__subclasses__()
    return [*below, *(found for each in below for found in _kinds(each))]

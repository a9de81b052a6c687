"""Logs: one JSON object a line on standard error, names and pictures never in it."""

import logging
import sys
import traceback
from collections.abc import Iterator
from types import TracebackType

import structlog

_Raised = tuple[type[BaseException], BaseException, TracebackType | None]


def configure_logs(level: str) -> None:
    """Send structlog and the standard library's loggers to one place in one form."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(_without_texts),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level.upper()]
        ),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for chatty in (
        "httpx",
        "httpcore",
        "alembic",
        "aiobotocore",
        "botocore",
        "PIL",
        "procrastinate",
    ):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def _without_texts(exc_info: _Raised) -> str:
    """Say which errors were raised and where, not in which words: they may quote what was sent."""
    return "".join(_stack(exc_info[1], set()))


def _stack(error: BaseException, told: set[int]) -> Iterator[str]:
    if id(error) in told:
        return
    told.add(id(error))
    inner = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    because = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    for other in (*inner, *([because] if because else [])):
        yield from _stack(other, told)
        yield "\nwhich led to:\n"
    yield from traceback.format_tb(error.__traceback__)
    yield f"{type(error).__module__}.{type(error).__qualname__}\n"

"""What a kind of database has to tell so that it can be read, safely and within a time."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from enum import Enum, auto
from typing import Any, ClassVar, Final

from sqlalchemy import URL, ColumnElement, Connection, Text, cast, func
from sqlalchemy.types import TypeEngine

LONGEST_NAMED: Final = 3
"""Tables that are named one by one where an account may write them."""

CONNECT_SECONDS: Final = 3
"""What a connection may take to be made."""


class Kind(Enum):
    """What values a column has, as far as it makes a difference here."""

    TEXT = auto()
    NUMBER = auto()
    DATE = auto()
    MOMENT = auto()  # in the zone of the settings
    UTC = auto()  # a moment without a zone that is meant in UTC
    ZONED = auto()  # a moment with its zone
    UUID = auto()
    BITS = auto()  # a number that the driver gives as bytes
    BINARY = auto()
    LARGE = auto()  # binary or a long text: the database does not say which
    PLAIN = auto()  # other values that are small, such as truth values
    OTHER = auto()  # JSON, enumerations and whatever else: read as the text that it is


class Fault(Enum):
    """What an error of a driver means."""

    TIMEOUT = auto()
    UNAVAILABLE = auto()
    MISCONFIGURED = auto()
    ROW = auto()  # a value in this row cannot be read; others can


class Dialect(ABC):
    """One kind of database, with the driver that is used for it."""

    name: ClassVar[str]  # for people
    driver: ClassVar[str]  # of SQLAlchemy
    package: ClassVar[str]  # what pip installs, where the driver is missing
    autocommit: ClassVar[bool] = True
    begins_with: ClassVar[str | None] = None  # what each transaction begins with
    text_type: ClassVar[TypeEngine[Any]] = Text()

    @abstractmethod
    def connect_arguments(self, url: URL, seconds: float) -> Mapping[str, Any]:
        """Return the driver's arguments for sessions whose statements may take so long."""

    @abstractmethod
    def prepare(self, connection: Any, seconds: float) -> Sequence[str]:  # noqa: ANN401 - the driver's own
        """Set up a new connection of the driver; returns what its session is to be told in SQL."""

    @abstractmethod
    def kind(self, type_code: object) -> Kind:
        """Return the kind of a column by what the driver says of it."""

    @abstractmethod
    def fault(self, error: BaseException) -> Fault | None:
        """Return what an error of the driver means; None for what its class says."""

    @abstractmethod
    def writable(self, connection: Connection) -> Sequence[str]:
        """Return what the account may write, a few of it; empty for an account that only reads."""

    def sever(self, connection: Any) -> None:  # noqa: ANN401 - the driver's own
        """Break a connection that another thread waits on for ever; a driver's timeout may do."""
        del connection

    def octets(self, column: ColumnElement[Any]) -> ColumnElement[int]:
        """Return the size of a binary value, which is not read for it."""
        return func.octet_length(column)

    def beginning(self, column: ColumnElement[Any], most: int) -> ColumnElement[Any]:
        """Return the first so many characters of a text."""
        return func.substr(column, 1, most)

    def as_text(self, column: ColumnElement[Any]) -> ColumnElement[str]:
        """Return a value of any kind as a text."""
        return cast(column, self.text_type)

    def exactly(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """Return a text as it compares where upper and lower case differ."""
        return column


def named(tables: Sequence[str]) -> Sequence[str]:
    """Return the first few of the tables, and that there are more."""
    more = ["others"] if len(tables) > LONGEST_NAMED else []
    return [*tables[:LONGEST_NAMED], *more]

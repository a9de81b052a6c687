"""What is asked of the JMS's database, and what was learnt of it on the first call."""

from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

from sqlalchemy import Connection

from adapters.field_mapping import FieldMapping
from adapters.jms.sql.booking_rows import BookingRows
from adapters.jms.sql.columns import Columns
from adapters.jms.sql.dialects import Dialect
from adapters.jms.sql.photo_rows import PAGE, PhotoRows
from adapters.jms.sql.query_text import RefusedQueryError, checked_query, query_of_view
from adapters.jms.sql.table import Table
from app.domain.errors import JmsMisconfiguredError

_READ_ONLY = (
    "The account of CANDID_JMS__URL may write {}. Candid only reads: give it an account that may "
    "do nothing else, with SELECT on the views alone."
)


@dataclass(frozen=True, slots=True)
class Query:
    """A query, and the setting that it was written in."""

    text: str
    setting: str

    @classmethod
    def of(cls, setting: str, query: str | None, view: str | None) -> "Query":
        """Make it of what was set of the two; JmsMisconfiguredError for what is not run."""
        name = f"{setting}_{'QUERY' if query is not None else 'VIEW'}"
        try:
            text = query_of_view(view or "") if query is None else query
            return cls(checked_query(text), name)
        except RefusedQueryError as error:
            raise JmsMisconfiguredError(f"{name} {error}.") from error


@dataclass(frozen=True, slots=True)
class Asked:
    """What is read, and how."""

    bookings: Query
    photos: Query | None = None
    mapping: FieldMapping | None = None
    extra: frozenset[str] = frozenset()  # further columns that answers may show
    photos_dir: Path | None = None  # below which photos lie that are files
    page_size: int = PAGE


class Plan:
    """What the columns are: learnt on the first call, and anew after the database refused one.

    Several threads may learn at once; they learn the same.
    """

    def __init__(self, asked: Asked, dialect: Dialect, zone: tzinfo) -> None:
        self._asked = asked
        self._dialect = dialect
        self._zone = zone
        self._only_reads = False
        self._bookings: BookingRows | None = None
        self._photos: PhotoRows | None = None

    def forget(self) -> None:
        """Learn anew on the next call: somebody may have changed the view or the account."""
        self._only_reads, self._bookings, self._photos = False, None, None

    def bookings(self, connection: Connection) -> BookingRows:
        """Return how bookings are read; JmsMisconfiguredError where they cannot be."""
        rows = self._bookings
        if rows is None:
            asked = self._asked
            table = self._table(asked.bookings, connection)
            rows = BookingRows(Columns.of_bookings(table, asked.mapping, asked.extra, self._zone))
            self._bookings = rows
        return rows

    def photos(self, connection: Connection) -> PhotoRows:
        """Return how photos are read, where they are; JmsMisconfiguredError where not."""
        rows, query = self._photos, self._asked.photos
        assert query is not None  # noqa: S101 - whoever asks has looked
        if rows is None:
            columns = Columns.of_photos(
                self._table(query, connection), self._asked.mapping, self._zone
            )
            rows = PhotoRows(columns, self._asked.page_size)
            if rows.has_paths and self._asked.photos_dir is None:
                raise JmsMisconfiguredError(
                    f"{query.setting} has paths of photos; set CANDID_JMS__PHOTOS_DIR to the "
                    "directory that they lie in."
                )
            self._photos = rows
        return rows

    def check(self, connection: Connection) -> None:
        """Learn everything; JmsMisconfiguredError where something has to be changed."""
        self.bookings(connection)
        if self._asked.photos is not None:
            self.photos(connection)

    def _table(self, query: Query, connection: Connection) -> Table:
        if not self._only_reads:
            writable = self._dialect.writable(connection)
            if writable:
                raise JmsMisconfiguredError(_READ_ONLY.format(", ".join(writable)))
            self._only_reads = True
        return Table.learnt(query.text, query.setting, self._dialect, connection)

"""How a row of one file becomes the fields of a booking."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final

from adapters.field_mapping import RecordReader, explained_by_name
from adapters.table_rows import ID, pack, unpack, unpack_json
from app.domain.booking_fields import ParsedBooking, booking_from_fields
from app.domain.denied_fields import denied
from app.domain.field_text import clean_text, column_name
from app.domain.mapped_fields import MappedField
from app.domain.record_status import says_no

PHOTO: Final = "photo"


@dataclass(frozen=True, slots=True)
class RowForm:
    """The columns of a file, None where each row is a JSON object, and what reads them."""

    columns: tuple[str, ...] | None
    zone: tzinfo
    reader: RecordReader | None = None  # of a mapping file; None: columns go by their names
    names_photos: bool | None = None  # None: only the rows can say
    deleted: str | None = None  # the column of a delta that marks a row as gone
    dropped: frozenset[int] = frozenset()  # places of columns that are not kept
    named: str = ""  # the expressions of the mapping: what they name is kept

    def booking(self, identifier: str, packed: str) -> ParsedBooking:
        """Read the booking in a packed row."""
        record = self.record(packed)
        if self.reader is not None:
            record = {**self.reader.fields_of(record), ID: identifier}
        return booking_from_fields(record, self.zone)

    def explained(self, packed: str) -> tuple[MappedField, ...]:
        """Say what came of each field of a packed row."""
        record = self.record(packed)
        if self.reader is not None:
            return self.reader.explained(record)
        return explained_by_name(record, self.zone)

    def photo(self, packed: str) -> object:
        """Return what a row says of where its photo lies; nothing where it says nothing."""
        record = self.record(packed)
        fields = _named(record) if self.reader is None else self.reader.fields_of(record)
        said = fields.get(PHOTO)
        return said.strip() if isinstance(said, str) else said

    def is_deleted(self, packed: str) -> bool:
        """Say whether a row of a delta takes its booking away."""
        if self.deleted is None:
            return False
        said = clean_text(_named(self.record(packed)).get(self.deleted))
        return said is None or not says_no(said)

    def kept(self, packed: str) -> str:
        """Return a packed row without what must not be taken in, not even into the index."""
        if self.columns is not None and not self.dropped:
            return packed
        line, fields = unpack(packed)
        if self.columns is not None:
            kept = ("" if at in self.dropped else one for at, one in enumerate(fields))
            return pack(line, list(kept))
        record = unpack_json(fields[0])
        without = self._without(record)
        return packed if without == record else pack(line, [json.dumps(without)])

    def _without(self, value: object) -> object:
        if isinstance(value, list):
            return [self._without(one) for one in value]
        if not isinstance(value, dict):
            return value
        return {
            name: self._without(one) for name, one in value.items() if not self._is_dropped(name)
        }

    def _is_dropped(self, name: str) -> bool:
        return denied(column_name(name)) and name not in self.named

    def record(self, packed: str) -> Mapping[str, object]:
        """Return a row as it stands in its file."""
        fields = unpack(packed)[1]
        if self.columns is None:
            return unpack_json(fields[0])
        return dict(zip(self.columns, fields, strict=True))


def _named(record: Mapping[str, object]) -> Mapping[str, object]:
    return {column_name(key): value for key, value in record.items()}

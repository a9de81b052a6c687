"""A mapping file: which expression gives each column of a booking, for any JMS adapter.

An adapter compiles the expressions in its own language (JMESPath, XPath, column names) when it
starts, and reads each record with what it gets:

    mapping = FieldMapping.load(path)
    reader = mapping.compiled(compile_expression, zone)
    parsed = booking_from_fields(reader.fields_of(record), zone)

An adapter that can say how it came to a booking (`ports.jms.ExplainsBookings`) does so by
`reader.explained(record)`, or by `explained_by_name` where it has no mapping.
"""

from adapters.field_mapping.by_name import explained_by_name
from adapters.field_mapping.mapping import PHOTO_COLUMNS, FieldMapping
from adapters.field_mapping.reader import Compile, CompileLists, RecordReader

__all__ = [
    "PHOTO_COLUMNS",
    "Compile",
    "CompileLists",
    "FieldMapping",
    "RecordReader",
    "explained_by_name",
]

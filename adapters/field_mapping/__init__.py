"""A mapping file: which expression gives each column of a booking, for any JMS adapter.

An adapter compiles the expressions in its own language (JMESPath, XPath, column names) when it
starts, and reads each record with what it gets:

    mapping = FieldMapping.load(path)
    reader = mapping.compiled(compile_expression, zone)
    parsed = booking_from_fields(reader.fields_of(record), zone)
"""

from adapters.field_mapping.mapping import PHOTO_COLUMNS, FieldMapping
from adapters.field_mapping.reader import Compile, RecordReader

__all__ = ["PHOTO_COLUMNS", "Compile", "FieldMapping", "RecordReader"]

"""The JMS port on a bookings file: CSV or JSON Lines."""

from adapters.jms.file.jms import FileJms, FileProblems
from adapters.jms.file.table import RowProblem

__all__ = ["FileJms", "FileProblems", "RowProblem"]

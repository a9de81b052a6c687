"""The JMS port on a bookings file: CSV, JSON Lines, lines of fixed width, or an Excel sheet."""

from adapters.jms.file.jms import FileJms, FileProblems
from adapters.jms.file.layout import Layout
from adapters.jms.file.shape import EXCEL, FileShape
from adapters.jms.file.table import RowProblem

__all__ = ["EXCEL", "FileJms", "FileProblems", "FileShape", "Layout", "RowProblem"]

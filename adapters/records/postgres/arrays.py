"""Arrays as PostgreSQL writes them: psycopg would look at each element with Python."""

from collections.abc import Iterable


def text_array(elements: Iterable[str | None]) -> str:
    """Return the literal of an array of texts, or of whatever is written as a text."""
    return f"{{{','.join(map(_quoted, elements))}}}"


def plain_array(elements: Iterable[object | None]) -> str:
    """Return the literal of an array of numbers, truths or ids, which need no quotes."""
    return f"{{{','.join('NULL' if one is None else str(one) for one in elements)}}}"


def _quoted(element: str | None) -> str:
    if element is None:
        return "NULL"
    if "\\" in element or '"' in element:
        element = element.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{element}"'

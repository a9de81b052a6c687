"""A query as an agency writes it: one SELECT that changes nothing, or the name of a view.

This is a guard against slips, before the database is asked at all. What holds against everything
else is the session that cannot write, the account that may not, and that a query is only ever run
in the place of a table: `SELECT ... FROM (query) AS ... WHERE ...`, where no other statement fits.
"""

import re
from typing import Final

_NAME: Final = r"(?:[^\W\d][\w$#]*|\"[^\"]+\"|`[^`]+`|\[[^\]]+\])"
_VIEW: Final = re.compile(rf"{_NAME}(?:\.{_NAME}){{0,3}}")
_PART: Final = re.compile(
    r"""(?P<text>'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[[^\]\[']*\])
    |(?P<dollar>\$(?P<tag>\w*)\$.*?\$(?P=tag)\$)
    |(?P<comment>--[^\n]*|/\*.*?\*/)
    |(?P<word>[^\W\d][\w$#]*)
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_QUOTES: Final = frozenset("'\"`")
_CHANGING: Final = frozenset(
    {
        *("insert", "update", "delete", "merge", "into", "truncate"),
        *("create", "alter", "drop", "grant", "revoke", "call", "exec", "execute", "lock"),
    }
)


class RefusedQueryError(Exception):
    """The text is no query that is run; it says why, to whoever wrote it."""


def query_of_view(name: str) -> str:
    """Return the query that reads a view, named as one does in SQL; RefusedQueryError for none."""
    named = name.strip()
    if not _VIEW.fullmatch(named):
        raise RefusedQueryError(
            "is no name of a view, such as candid_bookings or jms.candid_bookings"
        )
    return f"SELECT * FROM {named}"  # noqa: S608 - a name, by the pattern above


def checked_query(text: str) -> str:
    """Return a query without what may end it; RefusedQueryError where it is no single SELECT."""
    query = text.strip().removesuffix(";").rstrip()
    words = list[str]()
    for match in _PART.finditer(query):
        _check_part(match)
        if match["word"]:
            words.append(match["word"].lower())
    if not words or words[0] not in {"select", "with"} or not _begins_with_word(query):
        raise RefusedQueryError("has to begin with SELECT or WITH")
    changing = sorted(_CHANGING.intersection(words))
    if changing:
        raise RefusedQueryError(
            f"has the word {changing[0].upper()}, which changes something; a column of this name "
            "goes between quotation marks"
        )
    return query


def _check_part(match: re.Match[str]) -> None:
    comment, other = match["comment"], match["other"]
    if other == ";":
        raise RefusedQueryError("is more than one statement; leave out what follows the semicolon")
    if other in _QUOTES:
        raise RefusedQueryError("has a quotation mark that is not closed")
    if comment is not None:
        raise RefusedQueryError("has a comment; leave it out, for some databases run comments")


def _begins_with_word(query: str) -> bool:
    return query[:1].isalpha()

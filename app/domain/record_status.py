"""Which record status a JMS means; whatever is not known to be active is never shown."""

from collections.abc import Iterable, Mapping, Sequence

from app.domain.booking import RecordStatus
from app.domain.ncic import spoken

SYNONYMS: Mapping[RecordStatus, str] = {
    # Custody words are here because many systems have one status column, and it holds those.
    RecordStatus.ACTIVE: "a,active,open,current,valid,correct,public,booked,in custody,released",
    RecordStatus.SEALED: "s,sealed,seal,court sealed,sealed by court",
    RecordStatus.EXPUNGED: "e,expunged,expunge,expungement,erased",
    RecordStatus.JUVENILE: "j,juvenile,juv,minor,youth",
    RecordStatus.RESTRICTED: "restricted,confidential,private,not public,protected,do not release",
}

STRICTEST_FIRST = (
    RecordStatus.EXPUNGED,
    RecordStatus.SEALED,
    RecordStatus.JUVENILE,
    RecordStatus.RESTRICTED,
    RecordStatus.ACTIVE,
)

FLAGS: Mapping[str, RecordStatus] = {
    form.format(status): status
    for status in STRICTEST_FIRST[:-1]
    for form in ("{}", "is_{}", "{}_indicator", "{}_flag", "{}_at", "{}_date", "date_{}")
}
"""Columns of their own by which some systems mark a record; any value but a no marks it."""

UNREADABLE = "unreadable"
"""Stands for a status that is there and cannot be read; no status of a JMS is called so."""

_BY_WORD = {word: status for status, words in SYNONYMS.items() for word in words.split(",")}
_HIDE_IN_CUSTODY = {RecordStatus.SEALED, RecordStatus.EXPUNGED, RecordStatus.JUVENILE}
_CUSTODY_WORDS = {
    word: status
    for word, status in _BY_WORD.items()
    if status in _HIDE_IN_CUSTODY and len(word) > 1
}
_NO = {"no", "n", "false", "f", "0", "null", "none"}


def record_status_of(text: str) -> RecordStatus | None:
    """Read a status, whatever its case; empty is active, an unknown one None."""
    return _BY_WORD.get(spoken(text)) if text else RecordStatus.ACTIVE


def flagged(column: str, text: str) -> RecordStatus:
    """Say what a column of FLAGS makes of the record."""
    return RecordStatus.ACTIVE if says_no(text) else FLAGS[column]


def says_no(text: str) -> bool:
    """Say whether a mark of a record is none: empty, dashes, or one of the words for no.

    A mark without a word in it, such as `*`, is one.
    """
    words = spoken(text)
    return words in _NO if words else not text.strip(" -")


def hidden_by_custody(text: str) -> RecordStatus:
    """Say what a custody status makes of the record: a juvenile in custody is a juvenile.

    Any word in it counts, but `S` or `E` in a custody status is no record status. One that cannot
    be read may say anything.
    """
    if text == UNREADABLE:
        return RecordStatus.RESTRICTED
    words = spoken(text).split()
    return strictest(_CUSTODY_WORDS[word] for word in words if word in _CUSTODY_WORDS)


def weaker_than(status: RecordStatus) -> Sequence[RecordStatus]:
    """Return those that hide less."""
    return STRICTEST_FIRST[STRICTEST_FIRST.index(status) + 1 :]


def strictest(statuses: Iterable[RecordStatus]) -> RecordStatus:
    """Return the one that hides most; active when there is none."""
    return min(statuses, key=STRICTEST_FIRST.index, default=RecordStatus.ACTIVE)

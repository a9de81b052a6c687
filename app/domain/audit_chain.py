"""Whether audit records are those that were written, each chained to the one before."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from app.domain.audit_record import GENESIS, AuditRecord, chained


class ChainFault(StrEnum):
    """What can be wrong with a record."""

    ALTERED = "altered"
    MISSING = "missing"
    MISPLACED = "misplaced"
    UNLINKED = "unlinked"  # it cannot be told whether it is as it was: the one before it is not
    REPLACED = "replaced"  # it is not the one of which a head was signed
    CUT_OFF = "cut_off"  # there was a signed head after the last one


@dataclass(frozen=True, slots=True)
class ChainFinding:
    """What is wrong with which records; `last` is `number` where it is one."""

    fault: ChainFault
    number: int
    last: int
    detail: str


@dataclass(frozen=True, slots=True)
class ChainHead:
    """A record's number and hash, which stand for it and for all before it."""

    number: int
    hash: str
    signed_at: str | None = None


@dataclass(slots=True)
class ChainCheck:
    """Takes records in order, from any place in the chain, and says what is wrong with them."""

    head: ChainHead = ChainHead(0, GENESIS)
    signed: Sequence[ChainHead] = ()
    records: int = 0
    _others: tuple[str, ...] = field(init=False, default=())  # hashes the next may be chained to
    _certain: bool = field(init=False, default=True)
    _fitted: ChainHead | None = field(init=False, default=None)  # the last signed head that fits
    _signed_at: dict[int, list[ChainHead]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for one in self.signed:
            self._signed_at.setdefault(one.number, []).append(one)

    def add(self, record: AuditRecord) -> list[ChainFinding]:
        """Take the next record; mostly there is nothing to say."""
        self.records += 1
        found: list[ChainFinding] = []
        if record.number <= self.head.number:
            detail = "there is no place for it in the chain"
            return [_one(ChainFault.MISPLACED, record.number, detail)]
        if record.number != self.head.number + 1:
            found.append(_missing(self.head.number + 1, record.number - 1))
            self._certain = False
        computed = chained(self.head.hash, record.text)
        if not record.text.startswith(f'{{"number":{record.number},'):
            found.append(_one(ChainFault.MISPLACED, record.number, _misplaced(record)))
            self._go_on(record, computed, certain=False)
        elif computed == record.hash or self._fits_otherwise(record):
            self._go_on(record, record.hash, certain=True)
        else:
            if not found:
                found.append(self._unfit(record))
            self._go_on(record, computed, certain=False)
        found.extend(self._held_against_heads(record))
        return found

    def end(self) -> Iterator[ChainFinding]:
        """Say what signed heads tell of records that did not come."""
        for one in sorted(self.signed, key=lambda head: head.number)[-1:]:
            if one.number > self.head.number:
                detail = f"the chain ends at number {self.head.number}, and {_told(one)}"
                first = self.head.number + 1
                yield ChainFinding(ChainFault.CUT_OFF, first, one.number, detail)

    def _go_on(self, record: AuditRecord, computed: str, *, certain: bool) -> None:
        self.head = ChainHead(record.number, record.hash)
        self._others = () if certain else (computed,)
        self._certain = certain

    def _fits_otherwise(self, record: AuditRecord) -> bool:
        return any(chained(other, record.text) == record.hash for other in self._others)

    def _unfit(self, record: AuditRecord) -> ChainFinding:
        if self._certain:
            detail = "it, or the hash of the one before, was changed: they do not fit"
            return _one(ChainFault.ALTERED, record.number, detail)
        detail = "what comes before it is not what it was chained to"
        return _one(ChainFault.UNLINKED, record.number, detail)

    def _held_against_heads(self, record: AuditRecord) -> Iterator[ChainFinding]:
        for one in self._signed_at.get(record.number, ()):
            if one.hash == record.hash:
                self._fitted = one
                continue
            since = self._fitted.number + 1 if self._fitted else 1
            which = "this record" if since == record.number else f"one of {since} to {one.number}"
            detail = f"{which} was replaced: {_told(one)} and another hash"
            yield _one(ChainFault.REPLACED, record.number, detail)


def checked(records: Iterable[AuditRecord], check: ChainCheck) -> Iterator[ChainFinding]:
    """Check all there is."""
    for record in records:
        yield from check.add(record)
    yield from check.end()


def _missing(first: int, last: int) -> ChainFinding:
    detail = "not there, and so the next one cannot be checked against what came before it"
    return ChainFinding(ChainFault.MISSING, first, last, detail)


def _one(fault: ChainFault, number: int, detail: str) -> ChainFinding:
    return ChainFinding(fault, number, number, detail)


def _misplaced(record: AuditRecord) -> str:
    written = record.fields.get("number")
    if isinstance(written, int):
        return f"here stands the record that was written as number {written}"
    return "what stands here is no record"


def _told(head: ChainHead) -> str:
    return f"a head signed at {head.signed_at} has number {head.number}"

"""What verifying found, told to people and to programs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict

from app.domain.audit_chain import ChainFinding, ChainHead
from app.services.audit.verify_audit import Verified


def verified_as_json(verified: Verified) -> Mapping[str, object]:
    """Return everything for programs."""
    return {
        "records": verified.records,
        "found": verified.found,
        "findings": [asdict(one) for one in verified.findings],
        "recorded": verified.recorded,
        "signed": verified.head,
    }


def shown_verified(verified: Verified, signed: Sequence[ChainHead]) -> Iterator[str]:
    """Tell people, the verdict last."""
    for one in verified.findings:
        yield _line(one)
    if (more := verified.found - len(verified.findings)) > 0:
        yield f"... and {more} more."
    newest = max(signed, key=lambda head: head.number, default=None)
    if verified.found:
        yield f"{verified.found} findings in {verified.records} records."
    elif not verified.records:
        yield "There is no record yet. If the service has been asked anything, this is another"
        yield "database than its own: set CANDID_DATA_DIR or CANDID_DATABASE_URL as it has them."
    elif newest is None:
        yield f"{verified.records} records, each chained to the one before; nothing was altered."
        yield "Whoever can write the whole database could have written all of it anew: only a"
        yield "signed head that was kept elsewhere shows that (--head FILE)."
    else:
        yield f"{verified.records} records, each chained to the one before. Up to number"
        yield f"{newest.number} they are those of the head signed at {newest.signed_at}."


def _line(found: ChainFinding) -> str:
    which = str(found.number) if found.last == found.number else f"{found.number} to {found.last}"
    return f"{found.fault}: number {which}: {found.detail}"

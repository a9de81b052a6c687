"""What people are told of a chain that was followed."""

from app.cli.audit.verified import shown_verified
from app.services.audit.verify_audit import Verified


def test_an_audit_without_records_is_not_called_intact() -> None:
    nothing = Verified(0, 0, (), found=0, last=0, newest=0, head={}, recorded=True)

    told = " ".join(shown_verified(nothing, ()))

    assert "nothing was altered" not in told
    assert "CANDID_DATABASE_URL" in told

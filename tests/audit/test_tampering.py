"""What is done to the audit in the database is found, and named."""

import psycopg
import pytest

from app.domain.audit_chain import ChainFault, ChainHead
from app.ports.records import Records
from app.services.audit import AuditServices
from app.services.audit.verify_audit import Verified
from app.services.signatures import Signer
from tests.audit.tampering import RESTORE, YESTERDAY, named, tamper, unguarded, write, written
from tests.databases import KEY
from tests.jails import ACTOR


async def verified(records: Records, *signed: ChainHead, after: int = 0) -> Verified:
    services = AuditServices.over(records, Signer.of(KEY))
    return await services.verify(ACTOR, signed=signed, after=after)


async def test_an_audit_that_nobody_touched_is_whole(records: Records) -> None:
    await write(records, 5)

    once, again = await verified(records), await verified(records, after=3)

    assert (once.records, once.found, once.recorded) == (5, 0, True)
    assert (again.records, again.found, again.last) == (3, 0, 6)  # the first look is the sixth


async def test_an_empty_audit_is_whole(records: Records) -> None:
    assert (await verified(records)).found == 0


@pytest.mark.parametrize(
    "change",
    [
        "record = replace(record::text, 'R-3', 'R-9')::json",
        "record = replace(record::text, ',\"', ', \"')::json",
        "record = (record::text || ' ')::json",
        "hash = set_byte(hash, 31, (get_byte(hash, 31) + 1) % 256)",
        "hash = ''",
    ],
)
async def test_one_byte_that_is_changed_names_its_record(
    records: Records, database: str, change: str
) -> None:
    await write(records, 5)

    tamper(database, f"UPDATE audit SET {change} WHERE number = 3")  # noqa: S608 - listed above

    assert named(list((await verified(records)).findings)) == [("altered", 3, 3)]


async def test_each_byte_of_a_record_counts(records: Records, database: str) -> None:
    await write(records, 3)
    text = (await written(records))[1].text
    kept = 0

    for place, character in enumerate(text):
        other = "x" if character != "x" else "y"
        changed = f"{text[:place]}{other}{text[place + 1 :]}"
        try:
            with unguarded(database) as connection:
                connection.execute("UPDATE audit SET record = %s WHERE number = 2", (changed,))
        except psycopg.errors.InvalidTextRepresentation:
            continue  # no JSON any more: PostgreSQL itself refuses it
        kept += 1
        findings = (await verified(records)).findings
        assert [one.number for one in findings] == [2], changed
        assert findings[0].fault in {ChainFault.ALTERED, ChainFault.MISPLACED}
    assert kept > 100


async def test_records_that_are_taken_out_are_named(records: Records, database: str) -> None:
    await write(records, 8)

    tamper(database, "DELETE FROM audit WHERE number IN (1, 4, 5)")

    findings = (await verified(records)).findings
    assert named(list(findings)) == [("missing", 1, 1), ("missing", 4, 5)]


async def test_a_record_that_a_part_would_begin_after_is_missed(
    records: Records, database: str
) -> None:
    await write(records, 6)

    tamper(database, "DELETE FROM audit WHERE number = 4")

    assert named(list((await verified(records, after=4)).findings)) == [("missing", 4, 4)]


async def test_a_record_that_is_put_before_the_first_is_named(
    records: Records, database: str
) -> None:
    await write(records, 3)

    tamper(database, "INSERT INTO audit SELECT -5, record, hash FROM audit WHERE number = 2")

    assert named(list((await verified(records)).findings)) == [("misplaced", -5, -5)]


async def test_a_record_whose_hash_is_rewritten_too_is_told_by_the_next_one(
    records: Records, database: str
) -> None:
    await write(records, 4)

    tamper(
        database,
        "UPDATE audit SET record = replace(record::text, 'R-2', 'R-9')::json WHERE number = 2; "
        "UPDATE audit AS it SET hash = sha256(convert_to("
        "encode(before.hash, 'hex') || it.record::text, 'UTF8')) "
        "FROM audit AS before WHERE it.number = 2 AND before.number = 1",
    )

    [finding] = (await verified(records)).findings
    assert named([finding]) == [("altered", 3, 3)]
    assert "the one before" in finding.detail


async def test_records_that_are_swapped_are_named(records: Records, database: str) -> None:
    await write(records, 8)

    tamper(
        database,
        "UPDATE audit SET number = -2 WHERE number = 2; UPDATE audit SET number = 2 "
        "WHERE number = 6; UPDATE audit SET number = 6 WHERE number = -2",
    )

    findings = (await verified(records)).findings
    assert named(list(findings)) == [
        ("misplaced", 2, 2),
        ("unlinked", 3, 3),
        ("misplaced", 6, 6),
        ("unlinked", 7, 7),
    ]
    assert "written as number 6" in findings[0].detail


async def test_a_record_that_is_renumbered_over_a_gap_is_found(
    records: Records, database: str
) -> None:
    await write(records, 5)

    tamper(
        database,
        "DELETE FROM audit WHERE number = 3; UPDATE audit SET number = 3 WHERE number = 4; "
        "UPDATE audit SET number = 4 WHERE number = 5",
    )

    findings = (await verified(records)).findings
    assert named(list(findings)) == [("misplaced", 3, 3), ("misplaced", 4, 4)]


async def _head(records: Records) -> ChainHead:
    last = (await written(records))[-1]
    return ChainHead(last.number, last.hash, "2026-03-04T05:06:07.891Z")


async def test_a_tail_that_is_cut_is_found_by_a_head_alone(records: Records, database: str) -> None:
    await write(records, 6)
    head = await _head(records)

    tamper(database, "DELETE FROM audit WHERE number > 4")

    with_head = await verified(records, head)
    assert named(list(with_head.findings)) == [("cut_off", 5, 6)]
    assert (await verified(records)).found == 0  # why heads are kept elsewhere


async def test_a_table_restored_from_yesterday_is_found_by_a_head(
    records: Records, database: str
) -> None:
    await write(records, 4)
    early = await _head(records)
    tamper(database, YESTERDAY)
    await write(records, 3, first=5)
    head = await _head(records)

    tamper(database, RESTORE)
    short = await verified(records, early, head)
    await write(records, 9, first=50)
    gone_on = await verified(records, early, head)

    assert named(list(short.findings)) == [("cut_off", 5, 7)]
    assert named(list(gone_on.findings)) == [("replaced", 7, 7)]
    assert "one of 5 to 7 was replaced" in gone_on.findings[0].detail


async def test_a_chain_written_anew_fits_itself_and_not_the_head(
    records: Records, database: str
) -> None:
    await write(records, 5)
    head = await _head(records)

    with psycopg.connect(database) as connection:
        connection.execute("ALTER TABLE audit DISABLE TRIGGER USER")
        connection.execute(
            "CREATE TEMP TABLE kept AS SELECT number, "
            "'{' || substr(replace(record::text, 'R-2', 'R-9'), strpos(record::text, ',') + 1) "
            "AS record FROM audit"
        )
        connection.execute("DELETE FROM audit")
        connection.execute("ALTER TABLE audit ENABLE TRIGGER USER")
        connection.execute(
            "INSERT INTO audit (record) SELECT record::json FROM kept ORDER BY number"
        )

    assert (await verified(records)).found == 0
    assert named(list((await verified(records, head)).findings)) == [("replaced", 5, 5)]


async def test_what_is_no_record_any_more_is_named_and_breaks_nothing(
    records: Records, database: str
) -> None:
    await write(records, 3)

    tamper(database, "UPDATE audit SET record = '[1]' WHERE number = 2")

    findings = (await verified(records)).findings
    assert named(list(findings)) == [("misplaced", 2, 2)]
    assert "no record" in findings[0].detail
    assert (await written(records))[1].fields == {}

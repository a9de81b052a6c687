"""The audit as a chain: each record is a text with its number, and a hash over it and the last.

The records there are become the chain's first, in their order; it says nothing of what happened to
them before. Whoever had other rights than to read records and to add them keeps only these.
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Any

from alembic import op

revision = "0008"
down_revision = "0007"

_PAGE = 5000

_TABLE = """
ALTER TABLE audit RENAME TO audit_before;
CREATE TABLE audit (
    number bigint CONSTRAINT audit_by_number PRIMARY KEY,
    record json NOT NULL,
    hash   bytea NOT NULL
);
CREATE INDEX audit_by_time ON audit (((record ->> 'at') COLLATE "C"));
"""

# A volatile function reads anew in each statement, so it sees what was committed by whoever held
# the lock before, and the rows before this one of its own statement.
_CHAIN = """
CREATE FUNCTION chain_audit() RETURNS trigger LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    last_number bigint;
    last_hash text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('audit chain', 0));
    SELECT number, encode(hash, 'hex') INTO last_number, last_hash
        FROM audit ORDER BY number DESC LIMIT 1;
    NEW.number := coalesce(last_number, 0) + 1;
    NEW.record := ('{"number":' || NEW.number || ',' || substr(NEW.record::text, 2))::json;
    NEW.hash := sha256(convert_to(coalesce(last_hash, repeat('0', 64)) || NEW.record, 'UTF8'));
    RETURN NEW;
END $$;
CREATE TRIGGER audit_is_a_chain BEFORE INSERT ON audit
    FOR EACH ROW EXECUTE FUNCTION chain_audit();
"""

_GUARDS = """
CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_is_never_emptied BEFORE TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
DO $$
DECLARE
    role name;
    rights text;
BEGIN
    FOR role, rights IN
        SELECT grantee, string_agg(DISTINCT privilege_type, ', ')
            FILTER (WHERE privilege_type IN ('SELECT', 'INSERT'))
        FROM information_schema.role_table_grants
        WHERE table_schema = current_schema() AND table_name IN ('audit', 'audit_before')
          AND grantee NOT IN ('PUBLIC', current_user)
        GROUP BY grantee
    LOOP
        EXECUTE format('REVOKE ALL ON audit FROM %I', role);
        IF rights IS NOT NULL THEN
            EXECUTE format('GRANT %s ON audit TO %I', rights, role);
        END IF;
    END LOOP;
END $$;
DROP TABLE audit_before;
"""

_OLD = """
SELECT number, collection, details::text,
       to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at,
       action, actor, address, request_id, on_behalf_of, outcome, external_image_id, search_id,
       case_number, purpose, photo_sha256, engine, model, gallery_faces, terms_reference
FROM audit_before WHERE number > %s ORDER BY number LIMIT %s
"""


def upgrade() -> None:
    """Make the new table, fill it from the old one in pages, and guard it."""
    op.execute(_TABLE)
    op.execute(_CHAIN)
    with closing(op.get_bind().connection.cursor()) as cursor:
        last = 0
        while rows := _page(cursor, last):
            texts = [_text(row) for row in rows]
            cursor.executemany("INSERT INTO audit (record) VALUES (%s::json)", texts)
            last = rows[-1]["number"]
    op.execute(_GUARDS)


def _page(cursor: Any, last: int) -> Sequence[Mapping[str, Any]]:  # noqa: ANN401 - DBAPI's
    cursor.execute(_OLD, (last, _PAGE))
    names = [column.name for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _text(row: Mapping[str, Any]) -> tuple[str]:
    """Return the canonical form as it was when this was written, as one parameter."""
    said = {**row, "number": None, "details": json.loads(row["details"]) or None}
    told = {key: value for key, value in said.items() if value is not None}
    return (json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False),)

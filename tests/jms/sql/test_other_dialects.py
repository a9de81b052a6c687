"""SQL Server and Oracle, as far as it goes without a server: what they would be asked."""

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Final
from uuid import UUID

import pytest
from sqlalchemy import URL

from adapters.jms.sql import Asked, Bounds, Query, SqlAddressError, opened_sql
from adapters.jms.sql.booking_rows import BookingRows
from adapters.jms.sql.columns import Columns
from adapters.jms.sql.dialects import DIALECTS, Dialect, Fault, Kind
from adapters.jms.sql.images import Images
from adapters.jms.sql.table import Table, as_table
from app.domain.photo import View
from app.ports.jms import PhotoRef

SQL_SERVER, ORACLE = DIALECTS["mssql"](), DIALECTS["oracle"]()
COMPILING: Final = {name: URL.create(name).get_dialect()() for name in ("mssql", "oracle")}
KINDS = {
    "external_image_id": Kind.TEXT,
    "last_name": Kind.TEXT,
    "image": Kind.BINARY,
    "changed_at": Kind.MOMENT,
}


def table(dialect: Dialect) -> Table:
    return Table("VIEW", dialect, KINDS, as_table("SELECT * FROM jms.v", KINDS))


@pytest.mark.parametrize(("name", "limit"), [("mssql", "SELECT TOP "), ("oracle", "FETCH FIRST ")])
def test_all_ids_are_one_question_with_bound_parameters(name: str, limit: str) -> None:
    rows = BookingRows(Columns.of_bookings(table(DIALECTS[name]()), None, (), UTC))
    question = rows.question(["A1", "x' OR 1=1"])

    assert question is not None
    compiled = question.compile(
        dialect=COMPILING[name], compile_kwargs={"render_postcompile": True}
    )
    asked = " ".join(str(compiled).split())
    assert "FROM (SELECT * FROM jms.v)" in asked
    assert "external_image_id IN (:external_image_id_1_1, :external_image_id_1_2)" in asked
    assert limit in asked
    assert "OR 1=1" not in asked
    assert "image" not in asked.replace("external_image_id", "")


@pytest.mark.parametrize(
    ("name", "size"), [("mssql", "datalength("), ("oracle", "dbms_lob.getlength(")]
)
def test_the_size_of_a_photo_is_asked_before_the_photo(name: str, size: str) -> None:
    images = Images(Columns.of_photos(table(DIALECTS[name]()), None, UTC))
    ref = PhotoRef("A1", None, View.FRONT, None, "[]")

    asked = " ".join(str(images.question(ref).compile(dialect=COMPILING[name])).split())

    assert f"CASE WHEN ({size}candid_rows.image) <= " in asked
    assert "THEN candid_rows.image END" in asked


@pytest.mark.parametrize(
    ("dialect", "type_code", "kind"),
    [
        (SQL_SERVER, str, Kind.TEXT),
        (SQL_SERVER, Decimal, Kind.NUMBER),
        (SQL_SERVER, datetime, Kind.MOMENT),
        (SQL_SERVER, date, Kind.DATE),
        (SQL_SERVER, UUID, Kind.UUID),
        (SQL_SERVER, bytes, Kind.BINARY),
        (SQL_SERVER, "new", Kind.OTHER),
        (ORACLE, SimpleNamespace(name="DB_TYPE_VARCHAR"), Kind.TEXT),
        (ORACLE, SimpleNamespace(name="DB_TYPE_NUMBER"), Kind.NUMBER),
        (ORACLE, SimpleNamespace(name="DB_TYPE_DATE"), Kind.MOMENT),
        (ORACLE, SimpleNamespace(name="DB_TYPE_BLOB"), Kind.BINARY),
        (ORACLE, SimpleNamespace(name="DB_TYPE_VECTOR"), Kind.OTHER),
        (ORACLE, None, Kind.OTHER),
    ],
)
def test_columns_are_known_by_what_the_driver_says(
    dialect: Dialect, type_code: object, kind: Kind
) -> None:
    assert dialect.kind(type_code) is kind


@pytest.mark.parametrize(
    ("dialect", "error", "fault"),
    [
        (SQL_SERVER, Exception("Driver Error: Query timeout expired"), Fault.TIMEOUT),
        (SQL_SERVER, Exception("Login failed for user 'candid'."), Fault.MISCONFIGURED),
        (SQL_SERVER, Exception("DDBC Error: Failed to load the driver."), Fault.MISCONFIGURED),
        (SQL_SERVER, Exception("Communication link failure"), None),
        (ORACLE, Exception(SimpleNamespace(full_code="DPY-4024")), Fault.TIMEOUT),
        (ORACLE, Exception(SimpleNamespace(full_code="ORA-00942")), Fault.MISCONFIGURED),
        (ORACLE, Exception(SimpleNamespace(full_code="ORA-01722")), Fault.ROW),
        (ORACLE, Exception(SimpleNamespace(full_code="ORA-03113")), None),
        (ORACLE, Exception(), None),
    ],
)
def test_errors_are_known_by_what_the_driver_says(
    dialect: Dialect, error: Exception, fault: Fault | None
) -> None:
    assert dialect.fault(error) is fault


def test_a_new_session_gets_its_bounds() -> None:
    server, oracle_session = SimpleNamespace(timeout=0), SimpleNamespace(call_timeout=0)

    assert SQL_SERVER.prepare(server, 1.5) == ("SET LOCK_TIMEOUT 1500",)
    assert server.timeout == 2
    ORACLE.prepare(oracle_session, 1.5)
    assert oracle_session.call_timeout == 1500
    assert ORACLE.begins_with == "SET TRANSACTION READ ONLY"


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("sqlite:///jail.db", "has to begin with one of postgresql://, mysql://"),
        ("nonsense", "is no address, such as"),
        ("postgresql://candid@host:port/jail", "is no address, such as"),
        ("postgresql+asyncpg://candid@host/jail", r"names the driver asyncpg; leave it out"),
        ("mssql+pyodbc://candid@host/jail", r"names the driver pyodbc; leave it out"),
    ],
)
def test_an_address_that_cannot_be_opened_is_told(address: str, why: str) -> None:
    read = Asked(Query.of("BOOKINGS", None, "bookings"))

    with pytest.raises(SqlAddressError, match=why), opened_sql(address, read, UTC, Bounds(1.0)):
        pass

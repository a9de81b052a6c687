"""Which texts are run as queries."""

import pytest

from adapters.jms.sql import Query
from app.domain.errors import JmsMisconfiguredError


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM bookings",
        " select a, 'it''s; fine' AS b FROM t; ",
        "WITH b AS (SELECT 1 AS id) SELECT * FROM b",
        'SELECT "update", [delete], `drop` FROM t',
        "SELECT replace(path, '\\\\server\\share\\', '') AS photo FROM t",
        "SELECT $$; DELETE$$ AS a, b::text FROM t WHERE at > '12:30'",
        "SELECT updated_at, into_custody FROM t",
    ],
)
def test_one_question_is_run(query: str) -> None:
    assert Query.of("BOOKINGS", query, None).text == query.strip(" ;")


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("", "begin with SELECT or WITH"),
        ("DELETE FROM inmates", "begin with SELECT or WITH"),
        ("(SELECT 1) UNION (SELECT 2)", "begin with SELECT or WITH"),
        ("'SELECT'", "begin with SELECT or WITH"),
        ("SELECT 1; DROP TABLE inmates", "more than one statement"),
        ("WITH gone AS (DELETE FROM inmates RETURNING *) SELECT * FROM gone", "DELETE"),
        ("SELECT * INTO copy FROM inmates", "INTO"),
        ("SELECT * FROM inmates INTO OUTFILE 'x'", "INTO"),
        ("SELECT 1 /*! ; DROP TABLE inmates */", "comment"),
        ("SELECT 1 -- and more", "comment"),
        ("SELECT 'open", "not closed"),
        ('SELECT "open', "not closed"),
    ],
)
def test_anything_else_is_refused_with_what_to_change(query: str, why: str) -> None:
    with pytest.raises(JmsMisconfiguredError, match=f"^BOOKINGS_QUERY .*{why}"):
        Query.of("BOOKINGS", query, None)


@pytest.mark.parametrize("name", ["bookings", "jms.dbo.bookings", '"Booking View"', "[dbo].[b c]"])
def test_a_view_is_named_as_in_sql(name: str) -> None:
    assert Query.of("BOOKINGS", None, f" {name} ").text.removeprefix("SELECT * FROM ") == name


@pytest.mark.parametrize("name", ["", "a b", "a; DROP TABLE b", "a.b.c.d.e", "a JOIN b", "(a)"])
def test_what_is_no_name_of_a_view_is_refused(name: str) -> None:
    with pytest.raises(JmsMisconfiguredError, match=r"^BOOKINGS_VIEW is no name of a view"):
        Query.of("BOOKINGS", None, name)

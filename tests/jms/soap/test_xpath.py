"""XPath over answers: references, variables, and what expressions give."""

import pytest
from lxml import etree

from adapters.jms.soap.namespaces import NIEM, Namespaces
from adapters.jms.soap.xpath import Record, XPathLanguage

LANGUAGE = XPathLanguage(Namespaces({**NIEM, "x": ("urn:x",)}))
DOCUMENT = """
<doc xmlns:s="http://release.niem.gov/niem/structures/5.0/" xmlns:x="urn:x"
     xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <one s:ref="p"/><one s:uri="#p"/><one s:ref="nobody"/><one><name>own</name></one>
  <person s:id="p"><name> A <b>B</b> </name></person>
  <x:blank> </x:blank><x:blank xsi:nil="true">not this</x:blank><x:blank>this</x:blank>
</doc>"""


@pytest.fixture
def record() -> Record:
    return LANGUAGE.answer(etree.fromstring(DOCUMENT), "an id")


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("ref(one)/name", "own"),  # the first in the document
        ("ref(one[1])/name", "A B"),
        ("ref(one[3])/name", None),
        ("ref(one/@structures:ref)/name", "A B"),
        ("name(ref(one)[1])", "person"),
        ("x:blank", "this"),
        ("nothing", None),
        ("$id", "an id"),
        ("count($item/one)", 4.0),
        ("boolean(nothing)", False),
        ("string(nothing)", None),
        ("concat(nothing, ' ', nothing)", None),
        ("ref(one)/@structures:id", "p"),
    ],
)
def test_an_expression_gives_the_first_value_that_is_not_blank(
    record: Record, expression: str, value: object
) -> None:
    assert LANGUAGE.value(expression)(record) == value


def test_an_expression_gives_all_values(record: Record) -> None:
    assert LANGUAGE.values("ref(one)/name")(record) == ["own", "A B"]
    assert LANGUAGE.values("$id")(record) == ["an id"]
    assert LANGUAGE.values("nothing")(record) == []
    assert LANGUAGE.values("boolean(one)")(record) == ["true"]


def test_a_list_of_texts_may_be_one_or_none(record: Record) -> None:
    assert LANGUAGE.listed("ref(one)/name")(record) == ["own", "A B"]
    assert LANGUAGE.listed("x:blank")(record) == "this"
    assert LANGUAGE.listed("nothing")(record) is None


def test_records_are_elements(record: Record) -> None:
    names = [one.element.tag for one in LANGUAGE.records("person | person/@*")(record)]

    assert names == ["person"]


@pytest.mark.parametrize(
    "expression", ["a[", "y:a", "nothing()", "$other", "ref('a')", "document('/etc/passwd')", ""]
)
def test_what_is_no_expression_is_refused(expression: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        LANGUAGE.value(expression)


def test_an_element_that_refers_to_itself_is_no_ring(record: Record) -> None:
    ring = etree.fromstring(DOCUMENT.replace('s:id="p"', 's:id="p" s:ref="p"'))

    assert LANGUAGE.value("ref(ref(ref(one[1])))/name")(LANGUAGE.answer(ring)) == "A B"
    assert LANGUAGE.value("ref(person)/name")(record) == "A B"

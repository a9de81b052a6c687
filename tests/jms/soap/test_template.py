"""Templates of questions: values and ids go into the tree."""

from hypothesis import assume, given
from hypothesis import strategies as st
from lxml import etree

from adapters.jms.soap.template import Template, Values, fits_xml

PREFIXES = {"j": "urn:jail"}


def written(text: str, values: Values, ids: tuple[str, ...] = (), repeated: str = "") -> str:
    template = Template.read(text, PREFIXES, repeated or None)
    filled = template.filled(values, ids)
    return "".join(
        etree.tostring(one, encoding="unicode").replace(' xmlns:j="urn:jail"', "") for one in filled
    )


def test_an_element_is_repeated_for_each_id() -> None:
    text = "<j:Ask><j:Id>{id}</j:Id><j:Kind>F</j:Kind></j:Ask>"

    assert written(text, {}, ("1", "<2>")) == (
        "<j:Ask><j:Id>1</j:Id><j:Id>&lt;2&gt;</j:Id><j:Kind>F</j:Kind></j:Ask>"
    )


def test_another_element_is_repeated_where_it_is_named() -> None:
    text = "<j:Ask><j:One><j:Id of='{id}'/></j:One></j:Ask>"

    assert written(text, {}, ("1", "2"), "j:One") == (
        '<j:Ask><j:One><j:Id of="1"/></j:One><j:One><j:Id of="2"/></j:One></j:Ask>'
    )


def test_the_whole_question_may_be_repeated() -> None:
    assert written("<Id>{id}</Id>", {}, ("1", "2")) == "<Id>1</Id><Id>2</Id>"


def test_what_has_no_value_is_left_out() -> None:
    text = (
        "<j:Ask after='{after}' view='{view}'><j:Since>{since}</j:Since><j:V>{view}</j:V></j:Ask>"
    )
    values = {"after": None, "since": None, "view": "front"}

    assert written(text, values) == '<j:Ask view="front"><j:V>front</j:V></j:Ask>'


def test_braces_of_ones_own_stay() -> None:
    assert written("<a>{0} { id } {\n}</a>", {"id": "1"}) == "<a>{0} { id } {\n}</a>"


def test_a_template_serves_again() -> None:
    template = Template.read("<a>{id}</a>", {})
    first, again = (template.filled({}, [one])[0].text for one in "12")

    assert (first, again) == ("1", "2")


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_an_id_arrives_as_it_was(identifier: str) -> None:
    template = Template.read("<j:Ask of='{id}'><j:Id>{id}</j:Id></j:Ask>", PREFIXES, "j:Ask")
    assume(fits_xml(identifier))

    (asked,) = template.filled({"after": "x"}, [identifier])

    arrived = etree.fromstring(etree.tostring(asked))
    assert arrived.get("of") == identifier
    assert arrived.findtext("{urn:jail}Id") == identifier


@given(st.text())
def test_what_does_not_fit_is_what_no_document_holds(text: str) -> None:
    element = etree.Element("a")
    try:
        element.text = text
        holds = etree.fromstring(etree.tostring(element)).text == (text or None)
    except ValueError:
        holds = False

    assert fits_xml(text) is holds

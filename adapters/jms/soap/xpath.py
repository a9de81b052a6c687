"""XPath 1.0 over one answer, with what NIEM needs besides.

`ref()` gives the elements that others refer to (structures:ref), and those themselves that refer to
none. `$id` is the id that was asked for, `$item` the record that is read, and `$person` whoever was
booked, where the record is a booking of NIEM's:

    $person/nc:PersonName/nc:PersonSurName
    ref(j:Arrest)/nc:ActivityDate
"""

from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from lxml import etree

from adapters.jms.soap.errors import TooManyRecordsError
from adapters.jms.soap.namespaces import STRUCTURES, Namespaces
from adapters.jms.soap.safe_xml import Bounds, Element, parsed_text
from app.domain.several import Several

_NIL: Final = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_PERSON: Final = (
    "ref(j:BookingSubject/*[self::nc:RoleOfPerson or self::nc:RoleOfPersonReference"
    " or self::nc:EntityPerson])[1]"
)
"""Up to NIEM 5 by a role, in 6 by the entity that the subject is."""

MOST_RECORDS: Final = 500
"""Bookings in an answer, or elements of a list in one: more could take long to read."""

_YES: Final = {"true", "1"}
_INNER: Final = Bounds(bytes=5_000_000, tags=200_000)


@dataclass(frozen=True)
class Answer:
    """A document that was answered, its namespaces brought to those of the expressions."""

    root: Element
    structures: str  # the namespace of `id` and `ref`
    people: dict[Element, list[Element]] = field(default_factory=dict)  # of bookings, as read

    @cached_property
    def by_id(self) -> Mapping[str, Element]:
        """Return the elements that others refer to."""
        name = f"{{{self.structures}}}id"
        return {
            key: element
            for element in self.root.iter(etree.Element)
            if (key := element.get(name)) is not None
        }


@dataclass(frozen=True, slots=True)
class Record:
    """One booking or photo of an answer; `identifier` is the id that was asked for, if one was."""

    element: Element
    answer: Answer
    identifier: str = ""


Find = Callable[[Record], object]
_reading: ContextVar[Answer] = ContextVar("answer that an expression is about")


class XPathLanguage:
    """Compiles expressions over `namespaces`; every failure is a ValueError that says why."""

    def __init__(self, namespaces: Namespaces) -> None:
        self._namespaces = namespaces
        self._structures = namespaces.by_prefix[STRUCTURES]
        self._person = self._path(_PERSON)
        self._probe = self.answer(etree.Element("probe"))

    def answer(self, root: Element, identifier: str = "") -> Record:
        """Return a document as a record, brought to the namespaces of the expressions."""
        self._namespaces.apply(root)
        return Record(root, Answer(root, self._structures), identifier)

    def value(self, expression: str) -> Callable[[object], object]:
        """Compile what gives one value: the first that is not blank, None for nothing."""
        find = self._compiled(expression)

        def first(record: object) -> object:
            found = find(_checked(record))
            if isinstance(found, list):
                return next((text for one in found if (text := _text_of(one))), None)
            is_blank = isinstance(found, str) and not found.strip()
            return None if is_blank else found

        return first

    def values(self, expression: str) -> Callable[[Record], Sequence[str]]:
        """Compile what gives all values as texts, none of them blank."""
        find = self._compiled(expression)

        def every(record: Record) -> Sequence[str]:
            found = find(record)
            listed = found if isinstance(found, list) else [found]
            return [text for one in listed if (text := _text_of(one))]

        return every

    def marks(self, expression: str) -> Callable[[object], object]:
        """Compile what gives one value, or Several where elements differ; None for nothing."""
        find = self._compiled(expression)

        def all_of_them(record: object) -> object:
            found = find(_checked(record))
            if not isinstance(found, list):
                return None if isinstance(found, str) and not found.strip() else found
            texts = dict.fromkeys(text for one in found if (text := _text_of(one)))
            return Several(texts) if len(texts) > 1 else next(iter(texts), None)

        return all_of_them

    def listed(self, expression: str) -> Callable[[object], object]:
        """Compile what gives a list of texts, one text alone as itself, None for nothing."""
        every = self.values(expression)

        def texts(record: object) -> object:
            found = every(_checked(record))
            return found if len(found) > 1 else next(iter(found), None)

        return texts

    def records(
        self, expression: str, most: int = MOST_RECORDS
    ) -> Callable[[object], Sequence[Record]]:
        """Compile what gives elements, each a record of its own; more than `most` fail."""
        find = self._compiled(expression)
        if not isinstance(find(self._probe), list):
            told = "it has to give elements, and gives a text, a number or yes or no"
            raise ValueError(told)  # noqa: TRY004 - as whatever is wrong with an expression

        def each(record: object) -> Sequence[Record]:
            within = _checked(record)
            found = find(within)
            assert isinstance(found, list)  # noqa: S101 - an expression's kind does not change
            if len(found) > most:
                raise TooManyRecordsError(f"more than {most:,} records")
            return [
                Record(one, within.answer, within.identifier)
                for one in found
                if isinstance(one, Element)
            ]

        return each

    def _path(self, expression: str) -> etree.XPath:
        return etree.XPath(
            expression,
            namespaces=dict(self._namespaces.by_prefix),
            extensions={(None, "ref"): _referred},
            regexp=False,
            smart_strings=False,
        )

    def _compiled(self, expression: str) -> Find:
        try:
            path = self._path(expression)
        except etree.XPathError as error:
            raise ValueError(str(error)) from error

        def find(record: Record) -> object:
            token = _reading.set(record.answer)
            try:
                return path(
                    record.element,
                    id=record.identifier,
                    item=[record.element],
                    person=self._person_of(record),
                )
            except etree.XPathError as error:
                raise ValueError(str(error)) from error
            finally:
                _reading.reset(token)

        find(self._probe)  # a prefix that is not declared is told only when it is looked up
        return find

    def _person_of(self, record: Record) -> list[Element]:
        people = record.answer.people
        if record.element not in people:
            found = self._person(record.element)
            people[record.element] = found if isinstance(found, list) else []
        return people[record.element]


class Documents:
    """Makes a record of an answer, or of the XML that one of its texts is."""

    def __init__(self, language: XPathLanguage, within: str | None) -> None:
        """Raises ValueError for a `within` that cannot be read."""
        self._language = language
        self._within = None if within is None else language.value(within)

    def record(self, root: Element, identifier: str = "") -> Record:
        """Return the document; JmsMisconfiguredError where the text is no XML that may be read."""
        record = self._language.answer(root, identifier)
        if self._within is None:
            return record
        text = self._within(record)
        inner = parsed_text(str(text), _INNER) if text else etree.Element("nothing")
        return self._language.answer(inner, identifier)


def _referred(_: object, elements: object) -> Sequence[Element]:
    """Return the elements that these refer to, and those themselves that refer to none."""
    if not isinstance(elements, list):
        raise ValueError("ref() is of elements")  # noqa: TRY004 - as every failure of an expression
    answer = _reading.get()
    names = (f"{{{answer.structures}}}ref", f"{{{answer.structures}}}uri")
    referred = dict[Element, None]()  # each once, for what follows is looked for in each
    for one in elements:
        if isinstance(one, str):  # structures:ref itself
            found = answer.by_id.get(one)
        else:
            key = next((key for name in names if (key := one.get(name))), None)
            found = one if key is None else answer.by_id.get(key.removeprefix("#"))
        if found is not None:
            referred[found] = None
    return list(referred)


def _checked(record: object) -> Record:
    assert isinstance(record, Record)  # noqa: S101 - whoever reads knows what it compiled
    return record


def _text_of(found: object) -> str:
    """Return the text of an element, an attribute or a value, "" for none."""
    if isinstance(found, Element):
        if found.get(_NIL) in _YES:
            return ""
        return "".join(found.itertext()).strip()
    if isinstance(found, bool):
        return "true" if found else "false"
    return str(found).strip()

"""Mapping files: what is read by them, and what is refused, with its line and column."""

from datetime import UTC
from pathlib import Path

import pytest

from adapters.field_mapping import FieldMapping
from adapters.field_mapping.reader import Expression
from adapters.plain_yaml import MOST_BYTES
from app.domain.errors import JmsMisconfiguredError
from tests.field_mapping.written import compiled_by_jmespath, mapping_of


def test_expressions_are_kept_as_they_are_written(tmp_path: Path) -> None:
    mapping = mapping_of(
        tmp_path,
        """
        fields:
          external_image_id: ImageNo
          charges: "Charges[].{statute: Code, text: Desc}"
        extra:
          Housing Unit: no
        photos:
          fields: {external_image_id: id, url: href}
        """,
    )

    assert mapping.expressions == {
        "external_image_id": "ImageNo",
        "charges": "Charges[].{statute: Code, text: Desc}",
        "housing_unit": "no",
    }
    assert mapping.photos is not None
    assert mapping.photos.expressions == {"external_image_id": "id", "url": "href"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", r"line 1, column 1: it is empty"),
        ("- last_name", r"line 1, column 1: the file is a list"),
        ("photos: {}", r"line 1, column 1: there is no  fields:"),
        ("field: {}", r"line 1, column 1: field is no section"),
        ("fields: [a]", r"line 1, column 9: fields is a list"),
        ("fields:\n  last_nam: a", r"line 2, column 3: .*did you mean last_name\?"),
        ("fields:\n  zzz: a", r"line 2, column 3: zzz is no column .* under  extra:"),
        ("fields:\n  lastSsn: a", r"line 2, column 3: lastSsn .* must not be taken in"),
        ("fields:\n  [a]: b", r"line 2, column 3: "),
        ("fields:\n  last_name: [a]", r"line 2, column 14: .* is a list"),
        ("fields:\n  last_name:", r"line 2, column 13: last_name has no expression"),
        ("fields:\n  last_name: a\n  last_name: b", r"line 3, column 3: last_name stands here"),
        ("fields:\n  last_name: [", r"line 2, column 15: "),
        ("fields:\n  last_name: *a", r"line 2, column 14: aliases"),
        ("fields:\n  last_name: !!int a", r"line 2, column 14: tags"),
        ("fields:\n  person_id: Subject.SSN", r"line 2, column 14: .*names ssn"),
        ("fields: {sex: a}\ncodes: {race: {}}", r"line 2, column 9: codes is about race"),
        ("fields: {sex: a}\ncodes: {sex: M}", r"line 2, column 14: codes of sex is a text"),
        ("fields: {sex: a}\ncodes: {sex: {1: ''}}", r"line 2, column 18: .*no value for sex"),
        ("fields: {sex: a}\ncodes: {sex: {1: M, ' 1': F}}", r"line 2, column 21: 1 stands here"),
        ("fields: {status: a}\ncodes: {status: {A: gone}}", r"column 21: gone is no record status"),
        ("fields: {status: a}\ncodes: {status: {A: ''}}", r"column 21: nothing is no record"),
        ("fields: {view: a}\ncodes: {view: {1: behind}}", r"column 19: behind is no view"),
        ("fields: {charges: a}\ncodes: {charges: {1: M}}", r"column 18: charges is a list"),
        ("fields: {aliases: a}\ncodes: {aliases: {1: M}}", r"column 18: aliases is a list"),
        ("fields: {pose: a}\ncodes: {pose: {1: up}}", r"up is no pose: F R L A D"),
        ("fields: {image_type: a}\ncodes: {image_type: {1: x}}", r"x is no image type: FACE SCAR"),
        (
            "fields: {custody_status: a}\ncodes: {custody_status: {1: In}}",
            r"In is no custody status: in_custody, temporarily_out, released",
        ),
        ("fields: {sex: {each: a}}", r"column 15: sex is no list; write an expression"),
        (
            "fields:\n  charges: {each: a}",
            r"line 2, column 12: the list of charges has no  fields:",
        ),
        ("fields:\n  charges: {each: a, of: b}", r"column 22: of is no section"),
        ("fields:\n  charges: {each: a, fields: b}", r"column 30: the fields of charges is a text"),
        ("fields:\n  charges: {each: a, fields: {x: SSN}}", r"column 34: .*charges.x names ssn"),
        ("fields: {sex: a}\nnamespaces: {'a b': u}", r"line 2, column 14: a b is no prefix"),
        ("fields: {sex: a}\nnamespaces: {a: }", r"line 2, column 16: a has no namespace"),
        ("fields: {sex: a}\nnamespaces: {a: []}", r"line 2, column 17: a has no namespace"),
        ("fields: {sex: a}\nnamespaces: {a: {b: c}}", r"column 17: a namespace of a is a mapping"),
        ("fields: {booked_at: a}\ntimes: {booked_at: iso}", r"column 20: iso is no form"),
        ('fields: {booked_at: a}\ntimes: {booked_at: "%H"}', r"column 20: %H is no form"),
        ('fields: {booked_at: a}\ntimes: {booked_at: "%Q%d"}', r"column 20: %Q%d is no form"),
        ("fields: {sex: a}\nextra: {hivStatus: a}", r"column 9: hivStatus .* must not be taken"),
        ("fields: {sex: a}\nextra: {note: Person.medicalNote}", r"column 15: .*names medical_note"),
        ("fields: {person_id: PersonSSNIdentification.ID}", r"names person_ssn_identification"),
        ("fields: {person_id: 'SS#'}", r"names ss, which must not be taken in"),
        ("fields: {person_id: 'SSN: last four'}", r"names ssn"),
        ("fields: {person_id: 'nc:Person/child::SSN'}", r"names ssn"),
        ("fields: {person_id: 'nc:PersonSSNIdentification'}", r"names person_ssn_identification"),
        ("fields:\n  charges: '[].{text:SSN}'", r"names ssn"),
        ("fields: {person_id: person/PersonTaxIdentification}", r"names person_tax_identification"),
        ("fields: {sex: a}\nextra: {note: HIVStatus}", r"column 15: .*names hiv_status"),
        ("fields: {sex: a}\nextra: {last_name: a}", r"column 9: last_name is no name of an extra"),
        ("fields: {sex: a}\nextra: {'': a}", r"column 9: nothing is no name of an extra"),
        ("fields: {sex: a}\nphotos: {fields: {sex: a}}", r"line 2, column 19: sex is no column"),
        ("fields: {sex: a}\nphotos: {extra: {}}", r"line 2, column 10: extra is no section"),
        ("fields: {sex: a}\nphotos: {fields: " + "[" * 5000, r"nested too deeply"),
        ("#" * (MOST_BYTES + 1), r"larger than 200 kB"),
        ("fields: {sex: \udcff}", r"byte 15 is no UTF-8"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))

    with pytest.raises(JmsMisconfiguredError, match=told) as raised:
        FieldMapping.load(path)

    assert str(path) in str(raised.value)
    assert "\n" not in str(raised.value)


def test_more_extra_columns_than_a_booking_holds_are_refused(tmp_path: Path) -> None:
    extra = "".join(f"  x{number}: a\n" for number in range(101))

    with pytest.raises(JmsMisconfiguredError, match=r"line 103, column 3: .*more than 100"):
        mapping_of(tmp_path, "fields: {sex: a}\nextra:\n" + extra)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(JmsMisconfiguredError, match="cannot be read: No such file"):
        FieldMapping.load(tmp_path / "none.yaml")


def test_every_expression_is_tried_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(JmsMisconfiguredError, match=r"line 1, column 25: .*sex cannot be read"):
        compiled_by_jmespath(mapping_of(tmp_path, "fields: {race: a, sex:  'a['}"))


def test_a_list_is_read_by_its_elements_and_their_parts(tmp_path: Path) -> None:
    mapping = mapping_of(
        tmp_path,
        """
        fields:
          charges:
            each: Charges
            fields: {statute: Code.Section, text: Desc}
        """,
    )
    reader = compiled_by_jmespath(mapping)
    record = {
        "Charges": [{"Code": {"Section": "164.225"}, "Desc": "Burglary I"}, {"Desc": "Theft"}]
    }

    assert reader.fields_of(record) == {
        "charges": [{"statute": "164.225", "text": "Burglary I"}, {"text": "Theft"}]
    }
    assert reader.fields_of({}) == {}
    assert reader.explained({"Charges": "none"})[0].found == "unreadable"


def test_a_list_whose_expressions_cannot_be_read_is_told(tmp_path: Path) -> None:
    mapping = mapping_of(tmp_path, "fields: {charges: {each: a, fields: {text: 'a['}}}")

    with pytest.raises(JmsMisconfiguredError, match=r"line 1, column 19: .*charges cannot be read"):
        compiled_by_jmespath(mapping)


def test_prefixes_have_one_namespace_or_several(tmp_path: Path) -> None:
    mapping = mapping_of(
        tmp_path,
        """
        namespaces: {jail: "urn:jail", nc: ["urn:nc:3", "urn:nc:4"]}
        fields: {last_name: nc:PersonSurName}
        """,
    )

    assert mapping.namespaces == {"jail": ("urn:jail",), "nc": ("urn:nc:3", "urn:nc:4")}


@pytest.mark.parametrize(
    "text",
    [
        "fields: {external_image_id: 'ss:Id'}",
        "fields: {external_image_id: 'ss:Photo/ssns:Id'}",
        "fields: {sex: a}\nextra: {pod: 'ss:Pod'}",
        "fields: {sex: a}\nextra: {seizure_date: a, cache_path: Cache.Path, social_media: b}",
    ],
)
def test_what_only_sounds_like_what_must_not_be_taken_in_is_read(tmp_path: Path, text: str) -> None:
    assert mapping_of(tmp_path, text).expressions


def test_an_adapters_own_language_is_used(tmp_path: Path) -> None:
    def column(name: str) -> Expression:
        return lambda record: record[name] if isinstance(record, dict) else None

    mapping = mapping_of(tmp_path, "fields: {last_name: LNAME}")
    reader = mapping.compiled(column, UTC)

    assert reader.fields_of({"LNAME": "Sample"}) == {"last_name": "Sample"}

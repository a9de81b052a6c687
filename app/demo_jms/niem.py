"""Bookings and photos as XML in NIEM's words (5.2: core, justice and biometrics).

A document has person and charges beside the booking, which refers to the person, as NIEM
documents have. What NIEM has no word for stands in a namespace of our own.
"""

import base64
from collections.abc import Mapping
from typing import Final

from lxml import etree

Columns = Mapping[str, object]

NAMESPACES: Final = {
    "demo": "urn:candid:demo-jms:1",
    "nc": "http://release.niem.gov/niem/niem-core/5.0/",
    "j": "http://release.niem.gov/niem/domains/jxdm/7.2/",
    "biom": "http://release.niem.gov/niem/domains/biometrics/5.2/",
    "structures": "http://release.niem.gov/niem/structures/5.0/",
}
_PERSON: Final = {
    "first_name": "nc:PersonName/nc:PersonGivenName",
    "middle_name": "nc:PersonName/nc:PersonMiddleName",
    "last_name": "nc:PersonName/nc:PersonSurName",
    "suffix": "nc:PersonName/nc:PersonNameSuffixText",
    "date_of_birth": "nc:PersonBirthDate/nc:Date",
    "sex": "j:PersonSexCode",
    "race": "j:PersonRaceCode",
    "eye_color": "j:PersonEyeColorCode",
    "hair_color": "j:PersonHairColorCode",
    "height": "nc:PersonHeightMeasure/nc:MeasureValueText",
    "weight": "nc:PersonWeightMeasure/nc:MeasureValueText",
}
_BOOKING: Final = {
    "person_id": "j:BookingSubject/j:SubjectIdentification/nc:IdentificationID",
    "booking_number": "j:BookingAgencyRecordIdentification/nc:IdentificationID",
    "booked_at": "nc:ActivityDate/nc:DateTime",
    "released_at": "j:BookingRelease/nc:ActivityDate/nc:DateTime",
    "facility": "j:BookingDetentionFacility/nc:FacilityName",
    "agency_ori": (
        "j:BookingAgency/j:OrganizationAugmentation/j:OrganizationORIIdentification"
        "/nc:IdentificationID"
    ),
    "status": "demo:RecordStatusCode",
}
_CHARGE: Final = {
    "statute": "j:ChargeStatute/j:StatuteCodeSectionIdentification/nc:IdentificationID",
    "text": "j:ChargeDescriptionText",
    "severity": "j:ChargeSeverityText",
    "disposition": "j:ChargeDisposition/nc:DispositionText",
}
_ELSEWHERE: Final = {"external_image_id", "charges", "view"}
_UNITS: Final = {
    "height": ("nc:PersonHeightMeasure/nc:LengthUnitCode", "INH"),
    "weight": ("nc:PersonWeightMeasure/nc:WeightUnitCode", "LBR"),
}
POSES: Final = {"front": "F", "left": "L", "right": "R"}


def booking_document(columns: Columns, number: int = 0) -> etree._Element:
    """Return a booking of the documented columns; those of no NIEM name are further fields.

    `number` tells its person from those of other documents in one answer.
    """
    document = etree.Element(_name("demo:BookingDocument"), nsmap=NAMESPACES)
    _add(document, "demo:PhotoID", columns["external_image_id"])
    document.append(_person(columns, number))
    booking = _within(document, "j:Booking")
    subject = _within(booking, "j:BookingSubject/nc:RoleOfPerson")
    subject.set(_name("structures:ref"), f"P{number}")
    _fill(booking, _BOOKING, columns)
    if str(columns.get("status")).lower() == "sealed":
        _add(booking, "j:BookingSealedIndicator", "true")
    _add_charges(document, columns.get("charges"))
    for name in sorted(columns.keys() - {*_PERSON, *_BOOKING, *_ELSEWHERE}):
        _add(document, "demo:FurtherField", columns[name]).set("name", name)
    return document


def photo_entry(columns: Columns, view: str, taken_at: str) -> etree._Element:
    """Return what a listing says of a photo, by the columns of its booking."""
    entry = etree.Element(_name("demo:Photo"), nsmap=NAMESPACES)
    image = _within(entry, "biom:FaceImage")
    _add(image, "nc:BinaryID", columns["external_image_id"])
    _add(image, "nc:BinaryCaptureDate/nc:DateTime", taken_at)
    _add(image, "biom:FaceImageSubjectPoseCode", POSES.get(view, view))
    _fill(_within(entry, "j:Booking"), {"booking_number": _BOOKING["booking_number"]}, columns)
    return entry


def photo_document(photo_id: str, picture: bytes) -> etree._Element:
    """Return a photo with its bytes."""
    image = etree.Element(_name("biom:FaceImage"), nsmap=NAMESPACES)
    _add(image, "nc:BinaryID", photo_id)
    _add(image, "nc:BinaryFormatText", "image/jpeg")
    _add(image, "nc:BinaryBase64Object", base64.b64encode(picture).decode("ascii"))
    return image


def _person(columns: Columns, number: int) -> etree._Element:
    person = etree.Element(_name("nc:Person"))
    person.set(_name("structures:id"), f"P{number}")
    _fill(person, _PERSON, columns)
    for column, (path, unit) in _UNITS.items():
        if isinstance(columns.get(column), int):
            _add(person, path, unit)
    _add(person, "biom:FaceImage/nc:BinaryID", columns["external_image_id"])
    view = str(columns.get("view") or "")
    if view:
        _add(person, "biom:FaceImage/biom:FaceImageSubjectPoseCode", POSES.get(view, view))
    return person


def _add_charges(document: etree._Element, charges: object) -> None:
    """Add a list of charges one by one, and a text of them as it is."""
    if isinstance(charges, str) and charges:
        _add(document, "demo:ChargesText", charges)
    for charge in charges if isinstance(charges, list) else []:
        _fill(_add(document, "j:Charge", ""), _CHARGE, charge)


def _fill(parent: etree._Element, paths: Mapping[str, str], columns: Columns) -> None:
    for column, path in paths.items():
        if columns.get(column) not in (None, ""):
            _add(parent, path, columns[column])


def _add(parent: etree._Element, path: str, value: object) -> etree._Element:
    """Add an element at the end of a path whose other steps may be there."""
    steps, _, last = path.rpartition("/")
    child = etree.SubElement(_within(parent, steps) if steps else parent, _name(last))
    child.text = str(value)
    return child


def _within(parent: etree._Element, path: str) -> etree._Element:
    for step in path.split("/"):
        found = parent.find(_name(step))
        parent = etree.SubElement(parent, _name(step)) if found is None else found
    return parent


def _name(prefixed: str) -> str:
    prefix, _, local = prefixed.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"

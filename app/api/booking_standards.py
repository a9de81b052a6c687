"""`python -m app.api.booking_standards`: prints docs/booking-fields.md.

What each field of a booking in an answer is in NIEM, and in the codes of NCIC and ANSI/NIST-ITL.
The names are those of the NIEM 6.0 model, in which each path was checked element by element; what
was not checked is said with it.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, get_args

from pydantic import BaseModel

from app.api.schemas.booking import BookingOut, CodedOut
from app.domain.custody import CUSTODY_STATUSES
from app.domain.ncic import EYE_COLOR, HAIR_COLOR, RACE, SEX, SKIN_TONE
from app.domain.ncic_smt import PLACES
from app.domain.views import IMAGE_TYPES, POSES


@dataclass(frozen=True, slots=True)
class Standard:
    """Where a field stands in the standards."""

    niem: str  # "" where the model has nothing that says it
    code: str = ""  # of NCIC or ANSI/NIST-ITL
    not_verified: str = ""  # what of it was not checked


def _codes(name: str, table: Iterable[str]) -> str:
    return f"{name}: " + " ".join(f"`{code}`" for code in sorted(table))


_CHARGE: Final = "j:Booking/j:Arrest/j:ArrestCharge"
_PERSON: Final = "nc:Person"
_ALIAS: Final = "nc:PersonAliasIdentityAssociation/nc:Identity/nc:IdentityCharacteristics"
_FEATURE: Final = "nc:Person/nc:PersonPhysicalFeature"
_IMAGE: Final = "nc:Person/nc:PersonDigitalImage"
_OTHER_ID: Final = "nc:Person/nc:PersonOtherIdentification/nc:IdentificationID"
_NO_SUCH_LINK: Final = "that agencies write merged and earlier ids so"

STANDARDS: Final[Mapping[str, Standard]] = {
    "booking_number": Standard("j:Booking/j:BookingAgencyRecordIdentification/nc:IdentificationID"),
    "previous_booking_numbers": Standard(""),
    "person.person_id": Standard(
        "j:Booking/j:BookingSubject/j:SubjectIdentification/nc:IdentificationID"
    ),
    "person.last_name": Standard(f"{_PERSON}/nc:PersonName/nc:PersonSurName", "NCIC NAM"),
    "person.first_name": Standard(f"{_PERSON}/nc:PersonName/nc:PersonGivenName", "NCIC NAM"),
    "person.middle_name": Standard(f"{_PERSON}/nc:PersonName/nc:PersonMiddleName", "NCIC NAM"),
    "person.suffix": Standard(f"{_PERSON}/nc:PersonName/nc:PersonNameSuffixText", "NCIC NAM"),
    "person.date_of_birth": Standard(f"{_PERSON}/nc:PersonBirthDate/nc:Date", "NCIC DOB"),
    "person.sex": Standard(
        f"{_PERSON}/ncic:PersonSexCode; raw nc:PersonSexText", _codes("NCIC SEX", SEX)
    ),
    "person.race": Standard(
        f"{_PERSON}/ncic:PersonRaceCode; raw nc:PersonRaceText", _codes("NCIC RAC", RACE)
    ),
    "person.eye_color": Standard(
        f"{_PERSON}/ncic:PersonEyeColorCode; raw nc:PersonEyeColorText",
        _codes("NCIC EYE", EYE_COLOR),
    ),
    "person.hair_color": Standard(
        f"{_PERSON}/ncic:PersonHairColorCode; raw nc:PersonHairColorText",
        _codes("NCIC HAI", HAIR_COLOR),
    ),
    "person.skin_tone": Standard(
        f"{_PERSON}/ncic:PersonSkinToneCode; raw nc:PersonSkinToneText",
        _codes("NCIC SKN", SKIN_TONE),
    ),
    "person.height_inches": Standard(
        f"{_PERSON}/nc:PersonHeightMeasure/nc:MeasureValueText",
        "NCIC HGT: feet, and inches in two digits: 71 is `511`",
    ),
    "person.weight_pounds": Standard(
        f"{_PERSON}/nc:PersonWeightMeasure/nc:MeasureValueText",
        "NCIC WGT: pounds in three digits: 95 is `095`",
    ),
    "person.scars_marks_tattoos[].smt": Standard(
        f"{_FEATURE}/ncic:PhysicalFeatureCategoryCode; raw nc:PhysicalFeatureCategoryText",
        f"NCIC SMT, {len(PLACES)} of its codes, such as `TAT L ARM`; ANSI/NIST-ITL 10.040",
    ),
    "person.scars_marks_tattoos[].kind": Standard(
        f"{_FEATURE}/nc:PhysicalFeatureGeneralCategoryText",
        "ANSI/NIST-ITL 10.003 (IMT): `SCAR` `MARK` `TATTOO`",
    ),
    "person.scars_marks_tattoos[].location": Standard(f"{_FEATURE}/nc:PhysicalFeatureLocationText"),
    "person.scars_marks_tattoos[].description": Standard(
        f"{_FEATURE}/nc:PhysicalFeatureDescriptionText"
    ),
    "person.aliases[].full_name": Standard(f"{_ALIAS}/nc:PersonName/nc:PersonFullName", "NCIC AKA"),
    "person.aliases[].last_name": Standard(f"{_ALIAS}/nc:PersonName/nc:PersonSurName", "NCIC AKA"),
    "person.aliases[].first_name": Standard(
        f"{_ALIAS}/nc:PersonName/nc:PersonGivenName", "NCIC AKA"
    ),
    "person.aliases[].middle_name": Standard(
        f"{_ALIAS}/nc:PersonName/nc:PersonMiddleName", "NCIC AKA"
    ),
    "person.aliases[].suffix": Standard(
        f"{_ALIAS}/nc:PersonName/nc:PersonNameSuffixText", "NCIC AKA"
    ),
    "person.aliases[].date_of_birth": Standard(f"{_ALIAS}/nc:PersonBirthDate/nc:Date"),
    "person.merged_into_person_id": Standard(_OTHER_ID, not_verified=_NO_SUCH_LINK),
    "person.other_person_ids": Standard(_OTHER_ID, not_verified=_NO_SUCH_LINK),
    "person.other_booking_numbers": Standard(
        "j:Booking/j:BookingSubject/j:SubjectBooking/j:BookingAgencyRecordIdentification"
        "/nc:IdentificationID",
        not_verified="that agencies write other stays so",
    ),
    "charges[].statute": Standard(
        f"{_CHARGE}/j:ChargeStatute/j:StatuteCodeSectionIdentification/nc:IdentificationID"
    ),
    "charges[].description": Standard(f"{_CHARGE}/j:ChargeDescriptionText"),
    "charges[].severity": Standard(f"{_CHARGE}/j:ChargeSeverityText"),
    "charges[].disposition": Standard(f"{_CHARGE}/j:ChargeDisposition/nc:DispositionText"),
    "charges[].ncic_code": Standard(
        f"{_CHARGE}/ncic:ChargeCode",
        "NCIC OFF: four digits",
        "that the digits are on NCIC's list",
    ),
    "charges[].counts": Standard(f"{_CHARGE}/j:ChargeCountQuantity"),
    "charges[].bail.raw": Standard("j:Bail/j:BailSetAmountText"),
    "charges[].bail.dollars": Standard("j:Bail/j:BailSetAmount/nc:Amount"),
    "booked_at": Standard("j:Booking/nc:ActivityDate/nc:DateTime"),
    "released_at": Standard("j:Booking/j:BookingRelease/nc:ActivityDate/nc:DateTime"),
    "custody_status": Standard(
        "j:Detention/nc:SupervisionCustodyStatus/nc:StatusDescriptionText",
        _codes("codes of Candid's own", CUSTODY_STATUSES),
    ),
    "detainers[].agency": Standard(
        "j:DetainerOrder/j:CourtOrderRequestEntity/nc:EntityOrganization/nc:OrganizationName",
        not_verified="that agencies write the agency so",
    ),
    "detainers[].reason": Standard(
        "j:DetainerOrder/j:CourtOrderRequestReasonText",
        not_verified="that agencies write the reason so",
    ),
    "facility": Standard("j:Booking/j:BookingDetentionFacility/nc:FacilityName"),
    "agency_ori": Standard(
        "j:Booking/j:BookingAgency/j:OrganizationAugmentation/j:OrganizationORIIdentification"
        "/nc:IdentificationID",
        "NCIC ORI: nine characters",
    ),
    "status": Standard(
        "j:Booking/j:BookingSealedIndicator, which is false: only `active` records are shown"
    ),
    "view": Standard(
        f"{_IMAGE}/j:ImageAugmentation/j:ImagePoseCode: `front` is Frontal, `left` and `right` Side"
    ),
    "pose": Standard(
        "biom:FaceImage/biom:FaceImageSubjectPoseCode",
        _codes("ANSI/NIST-ITL 10.020 (POS)", POSES),
    ),
    "image_type": Standard(
        f"{_IMAGE}/biom:ImageAugmentation/biom:ImageCategoryCode",
        _codes("ANSI/NIST-ITL 10.003 (IMT)", IMAGE_TYPES),
    ),
    "extra": Standard(""),
}

_HEAD: Final = """# The fields of a booking, in NIEM, NCIC and ANSI/NIST-ITL

For whoever maps Candid's answers into a CAD or RMS. The fields are those of `booking` in
`POST /search`, and of `GET /bookings/{external_image_id}`.

- A coded field is an object of `code`, `code_system` (`NCIC`, `ANSI/NIST-ITL` or `CANDID`) and
  `raw`, the value as the jail management system said it. `code` is null where it is not known.
- The NIEM names are those of NIEM 6.0 (`nc` core, `j` justice, `biom` biometrics, `ncic` codes).
  Each path was checked in that model. Older versions differ: in NIEM 3 an alias is
  `nc:Identity/nc:IdentityPersonRepresentation`.
- The `nc:Person` who was booked is `j:Booking/j:BookingSubject/nc:EntityPerson`.
- `-`: nothing in NIEM was found that says it. This page is written by
  `python -m app.api.booking_standards`.

| field | NIEM 6.0 | code | not verified |
|---|---|---|---|
"""


def fields_of(model: type[BaseModel], path: str = "") -> Iterator[str]:
    """Yield the path of each field of an answer; a coded field is one, a list's items are `[]`."""
    for name, field in model.model_fields.items():
        inner = next(_models(field.annotation), None)
        many = "[]" if inner and _is_list(field.annotation) else ""
        if inner is None or issubclass(inner, CodedOut):
            yield path + name
        else:
            yield from fields_of(inner, f"{path}{name}{many}.")


def _models(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401 - any annotation
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


def _is_list(annotation: Any) -> bool:  # noqa: ANN401 - any annotation
    return getattr(annotation, "__origin__", None) is list


def table() -> str:
    """Return the page, a row for each field in the order of an answer."""
    return _HEAD + "".join(_row(path, STANDARDS[path]) for path in fields_of(BookingOut))


def _row(path: str, standard: Standard) -> str:
    cells = (f"`{path}`", standard.niem or "-", standard.code, standard.not_verified)
    return "| " + " | ".join(cells) + " |\n"


if __name__ == "__main__":
    sys.stdout.write(table())

"""Requests and mapping files for the SOAP jail, and its bookings as NIEM."""

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent, indent
from xml.sax.saxutils import escape

import httpx

from adapters.field_mapping import FieldMapping
from adapters.jms.soap import RequestsFile, SoapService, UsernameToken

BOOKINGS = """\
bookings:
  action: urn:example:jail:GetBookings
  body: |
    <jail:GetBookings><jail:ImageID>{id}</jail:ImageID></jail:GetBookings>
"""
PHOTOS = """\
photos:
  action: urn:example:jail:ListPhotos
  body: |
    <jail:ListPhotos>
      <jail:View>{view}</jail:View>
      <jail:Since>{since}</jail:Since>
      <jail:After>{after}</jail:After>
    </jail:ListPhotos>
  next: //jail:Next
photo:
  action: urn:example:jail:GetPhoto
  body: <jail:GetPhoto><jail:ImageID>{id}</jail:ImageID></jail:GetPhoto>
  not_found: NoSuchPhoto
"""
MAPPING = """\
fields:
  external_image_id: jail:ImageID
  booking_number: j:BookingAgencyRecordIdentification/nc:IdentificationID
  last_name: ref(j:BookingSubject/nc:RoleOfPerson)/nc:PersonName/nc:PersonSurName
  height: ref(j:BookingSubject/nc:RoleOfPerson)/nc:PersonHeightMeasure/nc:MeasureValueText
  charges:
    each: ../j:Charge
    fields:
      statute: j:ChargeStatute/j:StatuteCodeSectionIdentification/nc:IdentificationID
      text: j:ChargeDescriptionText
      severity: j:ChargeSeverityText
      disposition: j:ChargeDisposition/nc:DispositionText
  status: jail:RecordStatus
codes:
  status: {"": active, SEALED: sealed}
extra:
  pod: jail:Pod
"""


def requests_text(
    bookings: str = BOOKINGS, version: str = "1.1", more: str = "", *, of_bookings: str = ""
) -> str:
    """Return a requests file; `of_bookings` are more lines about that operation."""
    said = bookings + indent(dedent(of_bookings).strip() + "\n", "  ")
    return f'soap: "{version}"\nnamespaces: {{jail: urn:example:jail}}\n{said}{more}'


def service(
    directory: Path,
    url: str,
    requests: str,
    mapping: str | None = None,
    token: UsernameToken | None = None,
) -> SoapService:
    """Write the files and return the service at the address of a jail."""
    path = directory / "requests.yaml"
    path.write_text(requests, "utf-8")
    read = None
    if mapping is not None:
        mapped = directory / "mapping.yaml"
        mapped.write_text(mapping, "utf-8")
        read = FieldMapping.load(mapped)
    return SoapService(httpx.URL(f"{url}/jms"), RequestsFile.load(path), read, token)


def booking_document(fields: Mapping[str, str]) -> str:
    """Return a row of a bookings file as a NIEM document with two extensions of the jail's."""
    row = {name: escape(value) for name, value in fields.items()}
    identifier = row["external_image_id"]
    return f"""
    <jail:Booking>
      <j:Booking>
        <j:BookingAgencyRecordIdentification>
          <nc:IdentificationID>{row["booking_number"]}</nc:IdentificationID>
        </j:BookingAgencyRecordIdentification>
        <j:BookingSubject><nc:RoleOfPerson s:ref="P-{identifier}"/></j:BookingSubject>
        <jail:ImageID>{identifier}</jail:ImageID>
        <jail:RecordStatus>{row["status"]}</jail:RecordStatus>
        <jail:Pod>{row["pod"]}</jail:Pod>
      </j:Booking>
      {"".join(map(_charge, row["charges"].split(";"))) if row["charges"] else ""}
      <nc:Person s:id="P-{identifier}">
        <nc:PersonHeightMeasure>
          <nc:MeasureValueText>{row["height"]}</nc:MeasureValueText>
        </nc:PersonHeightMeasure>
        <nc:PersonName><nc:PersonSurName>{row["last_name"]}</nc:PersonSurName></nc:PersonName>
        <nc:PersonSSNIdentification>
          <nc:IdentificationID>123-45-6789</nc:IdentificationID>
        </nc:PersonSSNIdentification>
      </nc:Person>
    </jail:Booking>"""


def _charge(told: str) -> str:
    statute, text, severity, disposition = told.split("|")
    return f"""
      <j:Charge>
        <j:ChargeDescriptionText>{text}</j:ChargeDescriptionText>
        <j:ChargeDisposition><nc:DispositionText>{disposition}</nc:DispositionText></j:ChargeDisposition>
        <j:ChargeSeverityText>{severity}</j:ChargeSeverityText>
        <j:ChargeStatute><j:StatuteCodeSectionIdentification>
          <nc:IdentificationID>{statute}</nc:IdentificationID>
        </j:StatuteCodeSectionIdentification></j:ChargeStatute>
      </j:Charge>"""

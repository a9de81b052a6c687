"""Bookings as NIEM has them, of fictional people."""

WHOLE = """
<jail:Custody>
  <j:Booking s:id="B1">
    <nc:ActivityDate><nc:DateTime>2026-05-17T14:30:00-07:00</nc:DateTime></nc:ActivityDate>
    <j:BookingAgency><j:OrganizationAugmentation><j:OrganizationORIIdentification>
      <nc:IdentificationID>OR0340000</nc:IdentificationID>
    </j:OrganizationORIIdentification></j:OrganizationAugmentation></j:BookingAgency>
    <j:BookingAgencyRecordIdentification>
      <nc:IdentificationID>26-000123</nc:IdentificationID>
    </j:BookingAgencyRecordIdentification>
    <j:BookingDetentionFacility><nc:FacilityIdentification>
      <nc:IdentificationID>Main jail
      </nc:IdentificationID>
    </nc:FacilityIdentification></j:BookingDetentionFacility>
    <j:BookingRelease>
      <nc:ActivityDate><nc:Date>2026-05-19</nc:Date></nc:ActivityDate>
    </j:BookingRelease>
    <j:BookingSubject>
      <nc:RoleOfPerson s:ref="P1"/>
      <j:SubjectIdentification>
        <nc:IdentificationID>4711</nc:IdentificationID>
      </j:SubjectIdentification>
    </j:BookingSubject>
    <j:Arrest s:ref="A1"/>
    <j:BookingSealedIndicator>false</j:BookingSealedIndicator>
  </j:Booking>
  <j:Detention>
    <nc:SupervisionCustodyStatus>
      <nc:StatusDescriptionText>Released</nc:StatusDescriptionText>
    </nc:SupervisionCustodyStatus>
    <jail:ImmigrationHoldIndicator>true</jail:ImmigrationHoldIndicator>
  </j:Detention>
  <j:Charge s:id="C1">
    <j:ChargeCountQuantity>2</j:ChargeCountQuantity>
    <j:ChargeDescriptionText>Burglary I</j:ChargeDescriptionText>
    <j:ChargeDisposition>
      <nc:DispositionText>Pending</nc:DispositionText>
    </j:ChargeDisposition>
    <j:ChargeSeverityText>F</j:ChargeSeverityText>
    <j:ChargeStatute><j:StatuteCodeSectionIdentification>
      <nc:IdentificationID>164.225</nc:IdentificationID>
    </j:StatuteCodeSectionIdentification></j:ChargeStatute>
  </j:Charge>
  <j:Arrest s:id="A1"><j:ArrestCharge s:ref="C1"/></j:Arrest>
  <nc:Person s:id="P1">
    <nc:PersonBirthDate><nc:Date>1980-05-17</nc:Date></nc:PersonBirthDate>
    <nc:PersonDigitalImage>
      <nc:BinaryID>IMG-1</nc:BinaryID>
      <j:ImageAugmentation><j:ImagePoseCode>F</j:ImagePoseCode></j:ImageAugmentation>
      <nc:Base64BinaryObject>ZnJvbnQ=</nc:Base64BinaryObject>
    </nc:PersonDigitalImage>
    <nc:PersonDigitalImage>
      <nc:BinaryID>IMG-2</nc:BinaryID>
      <j:ImageAugmentation><j:ImagePoseCode>L</j:ImagePoseCode></j:ImageAugmentation>
      <nc:Base64BinaryObject>bGVmdA==</nc:Base64BinaryObject>
    </nc:PersonDigitalImage>
    <j:PersonEyeColorCode>BLU</j:PersonEyeColorCode>
    <nc:PersonHairColorText>Brown</nc:PersonHairColorText>
    <nc:PersonHeightMeasure>
      <nc:MeasureValueText>180</nc:MeasureValueText>
      <nc:LengthUnitCode>CMT</nc:LengthUnitCode>
    </nc:PersonHeightMeasure>
    <nc:PersonName>
      <nc:PersonGivenName>One</nc:PersonGivenName>
      <nc:PersonMiddleName>M.</nc:PersonMiddleName>
      <nc:PersonSurName>Sample</nc:PersonSurName>
      <nc:PersonNameSuffixText>Jr.</nc:PersonNameSuffixText>
    </nc:PersonName>
    <nc:PersonPhysicalFeature>
      <nc:PhysicalFeatureCategoryText>TAT L ARM</nc:PhysicalFeatureCategoryText>
      <nc:PhysicalFeatureDescriptionText>anchor</nc:PhysicalFeatureDescriptionText>
    </nc:PersonPhysicalFeature>
    <j:PersonRaceCode>W</j:PersonRaceCode>
    <jail:PersonRaceCode>5</jail:PersonRaceCode>
    <j:PersonSexCode>M</j:PersonSexCode>
    <nc:PersonSSNIdentification>
      <nc:IdentificationID>123-45-6789</nc:IdentificationID>
    </nc:PersonSSNIdentification>
    <nc:PersonSkinToneText>fair</nc:PersonSkinToneText>
    <nc:PersonWeightMeasure>
      <nc:MeasureValueText>82</nc:MeasureValueText>
      <nc:MeasureUnitText>kg</nc:MeasureUnitText>
    </nc:PersonWeightMeasure>
  </nc:Person>
  <nc:Identity><nc:IdentityPersonRepresentation>
    <nc:PersonBirthDate><nc:Date>1981-06-18</nc:Date></nc:PersonBirthDate>
    <nc:PersonName>
      <nc:PersonGivenName>Won</nc:PersonGivenName>
      <nc:PersonSurName>Simple</nc:PersonSurName>
    </nc:PersonName>
  </nc:IdentityPersonRepresentation></nc:Identity>
</jail:Custody>"""

SECOND = """
<jail:Custody>
  <j:Booking s:id="B2">
    <j:BookingAgencyRecordIdentification>
      <nc:IdentificationID>26-000124</nc:IdentificationID>
    </j:BookingAgencyRecordIdentification>
    <j:BookingSubject><nc:RoleOfPerson s:ref="P2"/></j:BookingSubject>
  </j:Booking>
  <nc:Person s:id="P2">
    <nc:PersonName><nc:PersonSurName>Other</nc:PersonSurName></nc:PersonName>
  </nc:Person>
</jail:Custody>"""

"""What the engine's provider allows, told at every start that uses it."""

import sys

from app.domain.provider_terms import SERVED_ANYWAY, ProviderTerms
from app.settings import PREFIX, RekognitionSettings, Settings

_MORATORIUM = """\
Amazon Web Services has prohibited, since 10 June 2020 and without an announced end, the use of
Amazon Rekognition's face comparison by police departments in connection with criminal
investigations. Helping to identify or locate missing persons is excepted. Read the current AWS
Service Terms (https://aws.amazon.com/service-terms/) with your counsel.
"""


def provider_terms_of(settings: Settings) -> ProviderTerms:
    """Return the terms under which the engine of the settings may search."""
    if isinstance(settings.engine, RekognitionSettings):
        return ProviderTerms(restricted=True, reference=settings.engine.terms_reference)
    return ProviderTerms()


def tell_provider_terms(settings: Settings) -> None:
    """Say on standard error what is forbidden, and what the service therefore does not serve."""
    terms = provider_terms_of(settings)
    if not terms.restricted:
        return
    sys.stderr.write(_MORATORIUM + _consequence(terms) + "\n")


def _consequence(terms: ProviderTerms) -> str:
    setting = f"{PREFIX}ENGINE__TERMS_REFERENCE"
    if terms.hold_back:
        served = " and ".join(sorted(SERVED_ANYWAY))
        return (
            f"{setting} is not set: searches are served for the purposes {served} only.\n"
            "If your agency has permission from AWS, record it there: document, date, signer."
        )
    return f"{setting} is set, so every purpose is served; it is in every audit record."

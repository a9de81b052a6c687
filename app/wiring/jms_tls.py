"""How TLS is spoken to a jail management system on the web."""

import ssl

import httpx

from app.settings.jms_tls import JmsTlsSettings
from app.wiring.tls import identify, trust


def tls_to_jms(given: JmsTlsSettings) -> ssl.SSLContext:
    """Return a context; SettingsError, which names the setting, for files that cannot be used."""
    context = httpx.create_ssl_context(trust_env=False)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if given.ca_file is not None:
        trust(context, given.ca_file, "JMS__TLS__CA_FILE")
    if given.cert_file is not None:
        password = given.key_password.get_secret_value() if given.key_password else ""
        identify(context, given.cert_file, given.key_file, password, "JMS__TLS__")
    return context

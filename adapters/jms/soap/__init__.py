"""The JMS port on a SOAP service."""

from adapters.jms.soap.jms import LARGEST_ANSWER, LARGEST_BOOKING, PING_ID, SoapJms
from adapters.jms.soap.requests_file import RequestsFile
from adapters.jms.soap.security import PasswordForm, UsernameToken
from adapters.jms.soap.service import SoapService

__all__ = [
    "LARGEST_ANSWER",
    "LARGEST_BOOKING",
    "PING_ID",
    "PasswordForm",
    "RequestsFile",
    "SoapJms",
    "SoapService",
    "UsernameToken",
]

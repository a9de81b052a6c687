"""The JMS port on a REST service."""

from adapters.jms.rest.answers import LARGEST_ANSWER, LARGEST_PAGE
from adapters.jms.rest.credentials import ClientCredentials, Credentials, OAuthClient
from adapters.jms.rest.jms import PING_ID, Elsewhere, RestJms
from adapters.jms.rest.shape import BookingCalls, PhotoCalls, RestShape

__all__ = [
    "LARGEST_ANSWER",
    "LARGEST_PAGE",
    "PING_ID",
    "BookingCalls",
    "ClientCredentials",
    "Credentials",
    "Elsewhere",
    "OAuthClient",
    "PhotoCalls",
    "RestJms",
    "RestShape",
]

"""The JMS port on a REST service."""

from adapters.jms.rest.answers import LARGEST_ANSWER, LARGEST_PAGE
from adapters.jms.rest.jms import PING_ID, RestJms

__all__ = ["LARGEST_ANSWER", "LARGEST_PAGE", "PING_ID", "RestJms"]

"""Photos by web addresses that somebody else wrote: from named hosts, at checked addresses."""

from adapters.web.checked_transport import AddressRefusedError, CheckedTransport
from adapters.web.named_hosts import NamedHosts

__all__ = ["AddressRefusedError", "CheckedTransport", "NamedHosts"]

"""What is asked of one SOAP service: its address, its requests file, and who asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

import httpx

from adapters.field_mapping import FieldMapping
from adapters.jms.soap.calls import Question
from adapters.jms.soap.envelope import enveloped
from adapters.jms.soap.requests_file import Operation, RequestsFile
from adapters.jms.soap.safe_xml import Bounds
from adapters.jms.soap.security import UsernameToken
from adapters.jms.soap.template import Values


@dataclass(frozen=True, slots=True)
class SoapService:
    """Where a service is, what can be asked there, by whom, and what its answers mean.

    Without a `mapping`, they are bookings of NIEM's justice domain.
    """

    address: httpx.URL
    requests: RequestsFile
    mapping: FieldMapping | None = None
    token: UsernameToken | None = None


class Questions:
    """Makes the messages for one service."""

    def __init__(self, service: SoapService) -> None:
        """Raises JmsMisconfiguredError for an address that is on another host."""
        self._service = service
        requests = service.requests
        operations = (requests.bookings, requests.photos, requests.photo, requests.ping)
        self._addresses = {
            operation.address: self._address(operation)
            for operation in operations
            if operation is not None
        }

    def asked(
        self, operation: Operation, bounds: Bounds, values: Values, ids: Sequence[str] = ()
    ) -> Question:
        """Return a question with these values in its template, and once for each of the ids."""
        service, requests = self._service, self._service.requests
        address = self._addresses[operation.address]
        about = {
            "action": operation.action,
            "address": str(address),
            "message_id": f"urn:uuid:{uuid4()}",
            "now": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            **values,
        }
        header = [] if requests.header is None else list(requests.header.filled(about))
        if service.token is not None:
            header.append(service.token.header(requests.version))
        body = operation.body.filled(about, ids)
        message = enveloped(requests.version, operation.action, header, body)
        return Question(message, address, bounds)

    def _address(self, operation: Operation) -> httpx.URL:
        """Return where an operation is asked, which has the service's credentials."""
        own = self._service.address
        try:
            address = own.join(operation.address) if operation.address else own
        except (httpx.InvalidURL, ValueError) as error:
            told = "the address cannot be read"
            raise self._service.requests.refused(operation.place, told) from error
        if (address.scheme, address.host, address.port) != (own.scheme, own.host, own.port):
            told = "the address is on another host than CANDID_JMS__SERVICE_URL"
            raise self._service.requests.refused(operation.place, told)
        return address

"""The demo JMS as an application: its two faces, its switches, and its door."""

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.demo_jms.door import Door
from app.demo_jms.faults import Faults
from app.demo_jms.jail import DemoJail
from app.demo_jms.pushing import NotPushedError, Receiver
from app.demo_jms.rest import RestFace
from app.demo_jms.soap import SoapFace

SOAP_PATH = "/soap"


def demo_jms(
    jail: DemoJail, token: str | None = None, receiver: Receiver | None = None
) -> Starlette:
    """Return the application.

    With a token it asks for it, as bearer and as SOAP's password; a receiver is told what is
    sealed by a switch.
    """
    door = Middleware(Door, jail, token, spared={"/", "/faults"}, by_message={SOAP_PATH})
    switches = _Switches(jail, receiver)
    return Starlette(
        routes=[
            Route("/", _told),
            Route("/faults", switches.shown),
            Route("/faults", switches.changed, methods=["POST"]),
            Route(SOAP_PATH, SoapFace(jail, token).answer, methods=["POST"]),
            *RestFace(jail).routes,
        ],
        middleware=[door],
    )


async def _told(_: Request) -> Response:
    return JSONResponse(
        {
            "what": "Candid's demo jail management system: nobody in it exists.",
            "rest": ["/bookings/{id}", "/bookings?ids=", "/photos", "/photos/{id}"],
            "soap": SOAP_PATH,
            "switches": "/faults",
        }
    )


class _Switches:
    def __init__(self, jail: DemoJail, receiver: Receiver | None) -> None:
        self._jail = jail
        self._receiver = receiver

    async def shown(self, _: Request) -> Response:
        return JSONResponse(self._jail.faults.model_dump(mode="json"))

    async def changed(self, request: Request) -> Response:
        """Set those that are given, the others stay as they are; push what is sealed now."""
        before = self._jail.faults
        try:
            given = Faults.model_validate_json(await request.body())
        except ValidationError as error:
            told = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
            return JSONResponse({"errors": told}, 422)
        now = Faults(**before.model_dump() | given.model_dump(exclude_unset=True))
        self._jail.faults = now
        try:
            if self._receiver is not None:
                await self._receiver.tell(now.sealed - before.sealed, before.sealed - now.sealed)
        except NotPushedError as error:
            return JSONResponse({"errors": [f"set, and not pushed: {error}"]}, 502)
        return await self.shown(request)

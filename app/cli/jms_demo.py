"""`candid jms demo-server`: a jail management system to try things on."""

import asyncio
import base64
import contextlib
import socket
from collections.abc import Generator, Iterable
from typing import Annotated, Any

import typer
import uvicorn
from typing_extensions import override

from app.cli.console import CommandError, console, tell
from app.cli.stop import Stop


def demo_server(  # noqa: PLR0913 - one parameter an option
    *,
    host: Annotated[str, typer.Option(help="Where it listens.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any that is free.")] = 8010,
    count: Annotated[int, typer.Option(min=0, max=1_000_000, help="Bookings.")] = 1000,
    seed: Annotated[int, typer.Option(help="The same one gives the same bookings.")] = 0,
    portraits: Annotated[
        bool, typer.Option("--portraits", help="Those of `candid demo` too, of real people.")
    ] = False,
    page_size: Annotated[int, typer.Option(min=1, max=10_000, help="Photos on a page.")] = 100,
    token: Annotated[
        str | None, typer.Option(help="To be sent as bearer; by SOAP as candid's password.")
    ] = None,
    push: Annotated[
        str | None, typer.Option(metavar="URL", help="Told when a booking is sealed: /jms/events.")
    ] = None,
    push_secret: Annotated[
        str, typer.Option(help="What it is signed with: whsec_ and base64.")
    ] = "",
    latency_ms: Annotated[int, typer.Option(min=0, max=600_000, help="Before every answer.")] = 0,
    error_rate: Annotated[
        float, typer.Option(min=0, max=1, help="The share of answers that are a 500.")
    ] = 0.0,
    hang_rate: Annotated[
        float, typer.Option(min=0, max=1, help="The share that never come.")
    ] = 0.0,
    rate_limit: Annotated[
        int | None, typer.Option(min=1, help="Questions a second; more are answered 429.")
    ] = None,
    shift: Annotated[
        int, typer.Option(min=-100, max=100, help="So many bookings come after each page, or go.")
    ] = 0,
    sealed: Annotated[
        list[str] | None, typer.Option(help="The id of a photo, to seal its booking; repeatable.")
    ] = None,
) -> None:
    """Serve fictional bookings by REST and SOAP, with faults: to test with, and for nothing else.

    Its address goes to standard output. POST /faults changes the faults while it runs.
    """
    faults: dict[str, Any] = {
        "latency_ms": latency_ms,
        "error_rate": error_rate,
        "hang_rate": hang_rate,
        "rate_limit": rate_limit,
        "shift": shift,
        "sealed": frozenset(sealed or ()),
    }
    if push is not None and not _is_secret(push_secret):
        raise CommandError("--push needs --push-secret, whsec_ and base64")
    with _faker_needed():
        from app.demo_jms.application import demo_jms  # noqa: PLC0415 - Faker is an extra
        from app.demo_jms.faults import Faults  # noqa: PLC0415 - needs Faker
        from app.demo_jms.jail import DemoJail, given_photo  # noqa: PLC0415 - needs Faker
        from app.demo_jms.pushing import Receiver  # noqa: PLC0415 - needs Faker
    given = [given_photo(*one) for one in _demo_portraits()] if portraits else []
    jail = DemoJail(seed, count, given, faults=Faults(**faults), page_size=page_size)
    config = uvicorn.Config(
        demo_jms(jail, token, Receiver(push, push_secret) if push else None),
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=1,
    )
    asyncio.run(_serve(config, host, port))


def _demo_portraits() -> Iterable[tuple[dict[str, str], bytes]]:
    from app.wiring.material import demo_portraits  # noqa: PLC0415 - it has all of the service

    return demo_portraits(tell)


def _is_secret(text: str) -> bool:
    try:
        return bool(base64.b64decode(text.removeprefix("whsec_"), validate=True))
    except ValueError:
        return False


@contextlib.contextmanager
def _faker_needed() -> Generator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name != "faker":
            raise
        raise CommandError(
            "the demo server's people are made by Faker, which is not installed: "
            "pip install 'candid[demo]'"
        ) from error


async def _serve(config: uvicorn.Config, host: str, port: int) -> None:
    """Serve until told to stop."""
    with _listening(host, port) as listener, Stop() as stop:
        server = stop.server = _Server(config)
        url = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"
        console.print(url, highlight=False, soft_wrap=True)
        tell(f"The demo JMS answers: {url}/bookings/..., {url}/photos, SOAP at {url}/soap")
        tell(f"Connect it:  CANDID_JMS__BASE_URL={url} candid serve")
        tell(f"Spoil it:    curl -d '{{\"latency_ms\": 300}}' {url}/faults    Ctrl-C ends it.")
        await server.serve([listener])


class _Server(uvicorn.Server):
    """Leaves the signals to `Stop`."""

    @override
    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


@contextlib.contextmanager
def _listening(host: str, port: int) -> Generator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen()
        except OSError as error:
            reason = error.strerror or error
            raise CommandError(f"{host}:{port} cannot be used: {reason}; try --port 0") from error
        yield listener

"""Real servers on a loopback port, for adapters to talk to."""

import asyncio
import ssl
import threading
import time
from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, StreamingResponse
from starlette.applications import Starlette


@contextmanager
def served(
    app: Starlette,
    port: int = 0,
    certificate: Path | None = None,
    *,
    lifespan: bool = False,
    tls: ssl.SSLContext | None = None,
) -> Generator[str]:
    """Serve `app` in a thread; give its base URL. `certificate` holds a key and a certificate."""
    config = uvicorn.Config(
        app,
        port=port,
        ssl_certfile=certificate,
        ssl_context_factory=(lambda *_: tls) if tls else None,
        log_level="critical",
        lifespan="on" if lifespan else "off",
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.001)
        host, bound = server.servers[0].sockets[0].getsockname()
        yield f"{'https' if certificate or tls else 'http'}://{host}:{bound}"
    finally:
        server.should_exit = True
        thread.join()


def self_signed(folder: Path) -> Path:
    """Write a key and a certificate for localhost that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    plain = serialization.NoEncryption()
    pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    path.write_bytes(key.private_bytes(pem, form, plain) + certificate.public_bytes(pem))
    return path


class Fault(StrEnum):
    """What can be wrong with a jail management system."""

    HANG = "hang"
    DRIP = "drip"
    SLOW = "slow"
    ERROR_500 = "error_500"
    BUSY = "busy"
    GARBAGE = "garbage"
    SIGN_IN_PAGE = "sign_in_page"
    REDIRECT = "redirect"
    FORBIDDEN = "forbidden"
    HALF_BODY = "half_body"
    HUGE_BODY = "huge_body"
    DEEP_BODY = "deep_body"
    LIST_BODY = "list_body"
    OTHER_ID = "other_id"


@dataclass
class JailSystem:
    """What a jail management system on a socket knows, and what is wrong with it."""

    bookings: Mapping[str, Mapping[str, object]]
    fault: Fault | None = None  # of every answer
    faults: dict[str, Fault] = field(default_factory=dict)  # of one id's answer
    delay_seconds: float = 0.3  # of Fault.SLOW
    asked: list[str] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0


def jail_server(jail: JailSystem) -> FastAPI:
    """A jail management system that answers `GET /bookings/{external_image_id}`."""
    app = FastAPI()

    @app.get("/bookings/{external_image_id}")
    async def booking(external_image_id: str, request: Request) -> Response:
        jail.asked.append(external_image_id)
        jail.at_once += 1
        jail.most_at_once = max(jail.most_at_once, jail.at_once)
        try:
            fault = jail.faults.get(external_image_id, jail.fault)
            if fault in {Fault.HANG, Fault.SLOW}:
                await linger(request, 3600 if fault is Fault.HANG else jail.delay_seconds)
            elif fault is not None:
                return _faulty(fault)
            known = jail.bookings.get(external_image_id)
            return JSONResponse(known) if known else JSONResponse({}, 404)
        finally:
            jail.at_once -= 1

    return app


async def linger(request: Request, seconds: float) -> None:
    """Wait, but not for a caller who has gone."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while (await request.receive())["type"] != "http.disconnect":
                pass


def _faulty(fault: Fault) -> Response:
    if fault is Fault.ERROR_500:
        return HTMLResponse("<h1>Error: SELECT * FROM inmate</h1>", 500)
    if fault is Fault.SIGN_IN_PAGE:
        return HTMLResponse("<html><form>Password</form></html>")
    if fault is Fault.REDIRECT:
        return RedirectResponse("/login")
    if fault in _STREAMS:
        return StreamingResponse(_STREAMS[fault](), media_type="application/json")
    status, body = _BODIES[fault]
    return Response(body, status, media_type="application/json")


async def _drip() -> AsyncGenerator[bytes]:
    while True:
        yield b" "
        await asyncio.sleep(0.02)


async def _half() -> AsyncGenerator[bytes]:
    yield b'{"booking_number": "26'
    raise ConnectionResetError


async def _huge() -> AsyncGenerator[bytes]:
    for _ in range(100):
        yield b" " * 100_000


_STREAMS = {Fault.DRIP: _drip, Fault.HALF_BODY: _half, Fault.HUGE_BODY: _huge}
_BODIES = {
    Fault.BUSY: (429, b"{}"),
    Fault.GARBAGE: (200, b"\xff\x00{]"),
    Fault.FORBIDDEN: (403, b'{"detail": "no"}'),
    Fault.DEEP_BODY: (200, b"[" * 900_000),
    Fault.LIST_BODY: (200, b"[{}]"),
    Fault.OTHER_ID: (200, b'{"external_image_id": "B7"}'),
}

"""The body of a call, taken in up to a limit."""

from fastapi import Request
from starlette.requests import ClientDisconnect

from app.api.rekognition.errors import TOO_LARGE, UNREADABLE, Refusal

BODY_BYTES = 16_000_000
"""The largest body taken in: CompareFaces sends two images of 5 MB, in base64."""

_TEXT = f"The request is larger than {BODY_BYTES / 1e6:g} MB. Send a smaller image."


async def body_of(request: Request) -> bytes:
    """Read the body; raises Refusal as soon as it is known to be too large."""
    announced = request.headers.get("content-length", "0")
    if announced.isdigit() and int(announced) > BODY_BYTES:
        raise Refusal(TOO_LARGE, _TEXT)
    body = bytearray()
    try:
        async for piece in request.stream():
            body += piece
            if len(body) > BODY_BYTES:
                raise Refusal(TOO_LARGE, _TEXT)
    except ClientDisconnect as error:
        raise Refusal(UNREADABLE, "The request was cut short.") from error
    return bytes(body)

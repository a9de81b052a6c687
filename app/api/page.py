"""The investigator's page at `/`: static files, a client of the API and of nothing else."""

import re
from collections.abc import Mapping
from html import escape
from json import dumps
from typing import Final
from urllib.parse import quote, urlsplit

from fastapi import FastAPI, HTTPException, Request
from starlette.responses import Response

from app.api.deps import EdgeDep, ServicesDep
from app.api.page_files import PageFile, PageFiles
from app.api.sign_in_places import places_of
from app.ports.token_verifier import SignInPlaces

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'{token}; manifest-src 'self'; worker-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types candid"
)
"""Only the service's own files run, and no text ever becomes a script or markup."""

_WORKER_POLICY: Final = "default-src 'none'; connect-src 'self'"
_WORKER: Final = "service-worker.js"
_NOT_KEPT: Final = {_WORKER, "index.html"}
_CAMERA: Final = "camera=(self), geolocation=(), microphone=()"
_FOREVER: Final = "public, max-age=31536000, immutable"
_ASK_AGAIN: Final = "no-cache"
_METHODS: Final = ["GET", "HEAD"]
_NO_WEIGHT: Final = re.compile(r"q\s*=\s*0(\.0*)?")


def add_page(app: FastAPI) -> None:
    """Serve the page at `/`, and its files below `/page/VERSION/`, which never change."""
    files = PageFiles.read()
    worker = PageFile.of(_WORKER, _service_worker(files))

    @app.api_route("/", methods=_METHODS, include_in_schema=False)
    async def page(request: Request, services: ServicesDep, edge: EdgeDep) -> Response:
        places = await places_of(services) if edge.docs_client_id else None
        said: dict[str, str] = {"authentication": edge.kind}
        if places and edge.docs_client_id:
            said["authorize"] = places.authorization_endpoint
            said["token"] = places.token_endpoint
            said["client"], said["scopes"] = edge.docs_client_id, edge.docs_scopes
        shell = PageFile.of("index.html", _shell(files, said))
        return _sent(request, shell, _headers(places))

    @app.api_route("/page/{version}/{path:path}", methods=_METHODS, include_in_schema=False)
    async def page_file(request: Request, version: str, path: str) -> Response:
        if version != files.version or path not in files.by_path:
            raise HTTPException(404)
        return _sent(request, files.by_path[path], {"Cache-Control": _FOREVER})

    @app.api_route(f"/{_WORKER}", methods=_METHODS, include_in_schema=False)
    async def service_worker(request: Request) -> Response:
        headers = {"Content-Security-Policy": _WORKER_POLICY, "Cache-Control": _ASK_AGAIN}
        return _sent(request, worker, headers)


def _shell(files: PageFiles, said: Mapping[str, str]) -> bytes:
    """Return the first document: where its files are, and how people sign in here."""
    base = f"/page/{files.version}"
    preloads = "\n".join(
        f'<link rel="modulepreload" href="{base}/{path}">' for path in files.scripts_at_start()
    )
    data = "".join(f' data-{name}="{escape(text)}"' for name, text in said.items())
    html = files.by_path["index.html"].plain.decode()
    for mark, text in (("{preloads}", preloads), ("{data}", data), ("{base}", base)):
        html = html.replace(mark, text)
    return html.encode()


def _service_worker(files: PageFiles) -> bytes:
    """Return the service worker's script: it stands at `/`, which is what it may serve."""
    kept = [f"/page/{files.version}/{path}" for path in files.by_path if path not in _NOT_KEPT]
    script = files.by_path[_WORKER].plain.decode()
    script = script.replace("{version}", files.version).replace('["{files}"]', dumps(kept))
    return script.encode()


def _headers(places: SignInPlaces | None) -> dict[str, str]:
    token = ""
    if places:  # that address alone; a policy's sources have no query
        at = urlsplit(places.token_endpoint)
        token = f" {at.scheme}://{at.netloc}{quote(at.path, safe='/%')}"
    headers = {
        "Content-Security-Policy": _POLICY.format(token=token),
        "Permissions-Policy": _CAMERA,
    }
    if places:  # the provider's window answers to the page that opened it
        headers["Cross-Origin-Opener-Policy"] = "same-origin-allow-popups"
    return headers


def _sent(request: Request, file: PageFile, headers: Mapping[str, str]) -> Response:
    takes = _takes_gzip(request.headers.get("accept-encoding", ""))
    compressed = file.gzipped if takes else None
    encoding = {"Content-Encoding": "gzip"} if compressed else {}
    return Response(
        file.plain if compressed is None else compressed,
        media_type=file.media_type,
        headers={"Vary": "Accept-Encoding", **encoding, **headers},
    )


def _takes_gzip(accepted: str) -> bool:
    """Say whether an `Accept-Encoding` names gzip, and not with the weight 0 (RFC 9110, 12.5.3)."""
    codings = (one.partition(";") for one in accepted.lower().split(","))
    return any(
        coding.strip() == "gzip" and not _NO_WEIGHT.fullmatch(weight.strip())
        for coding, _, weight in codings
    )

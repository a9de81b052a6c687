"""The docs page, whole without internet access: sign in, try every call."""

from html import escape
from importlib.resources import files
from typing import Final
from urllib.parse import urlsplit

from fastapi import FastAPI, HTTPException
from fastapi.staticfiles import StaticFiles
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse

from app.api.deps import EdgeDep, ServicesDep
from app.api.openapi import with_sign_in
from app.api.sign_in_places import places_of
from app.ports.token_verifier import SignInPlaces

_FILES: Final = "/docs/files"
_PAGE: Final = "/docs/page"
_HTML: Final = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} API</title>
<link rel="icon" href="{files}/favicon.png">
<link rel="stylesheet" href="{files}/swagger-ui.css">
<link rel="stylesheet" href="{page}/page.css">
</head>
<body>
<div class="candid-notice">
<strong>Candidates are leads for human review, never identifications.</strong> {more}</div>
<div id="swagger-ui"{sign_in}></div>
<script src="{files}/swagger-ui-bundle.js"></script>
<script src="{page}/page.js"></script>
</body>
</html>"""
_SIGNED_IN: Final = f"""<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Signed in</title></head>
<body><p id="told"></p><script src="{_PAGE}/signed-in.js"></script></body>
</html>"""
_SAMPLE: Final = """To repeat the demonstration: download the
<a href="/docs/sample-probe.jpg" download>sample probe</a>, open <em>POST /search</em>,
choose the file under <em>photo</em>, then <em>Execute</em>."""
_KEYED: Final = "Calls need a key: choose <em>Authorize</em> and paste it."
_SIGN_IN: Final = "Calls need you to sign in, or a key: choose <em>Authorize</em>."
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'{token}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Nothing but the service's own files runs; the token alone is fetched from elsewhere."""


def add_docs(app: FastAPI) -> None:
    """Serve `/docs` from Swagger UI's files in the package fastapi-offline, and the document."""
    static, own = files("fastapi_offline") / "static", files("app.api") / "docs_page"
    app.mount(_FILES, StaticFiles(directory=str(static)), name="docs-files")
    app.mount(_PAGE, StaticFiles(directory=str(own)), name="docs-page")

    @app.get("/openapi.json", include_in_schema=False)
    async def openapi(services: ServicesDep, edge: EdgeDep) -> JSONResponse:
        places = await places_of(services) if edge.docs_client_id else None
        document = app.openapi()
        return JSONResponse(
            with_sign_in(document, places, edge.docs_scopes) if places else document
        )

    @app.get("/docs", include_in_schema=False)
    async def docs(services: ServicesDep, edge: EdgeDep) -> HTMLResponse:
        places = await places_of(services) if edge.docs_client_id else None
        more = [_SAMPLE] if edge.sample_probe else []
        if edge.authentication:
            more.append(_SIGN_IN if edge.docs_client_id else _KEYED)
        named = {"client-id": edge.docs_client_id, "scopes": edge.docs_scopes}
        sign_in = "".join(f' data-{name}="{escape(text or "")}"' for name, text in named.items())
        html = _HTML.format(
            title=escape(app.title),
            files=_FILES,
            page=_PAGE,
            more=" ".join(more),
            sign_in=sign_in if edge.docs_client_id else "",
        )
        return _page(html, places)

    @app.get("/docs/signed-in", include_in_schema=False)
    async def signed_in() -> HTMLResponse:
        return _page(_SIGNED_IN, None)

    @app.get("/docs/sample-probe.jpg", include_in_schema=False)
    async def sample_probe(_: Request, edge: EdgeDep) -> FileResponse:
        if edge.sample_probe is None or not edge.sample_probe.is_file():
            raise HTTPException(404)
        return FileResponse(edge.sample_probe, media_type="image/jpeg")


def _page(html: str, places: SignInPlaces | None) -> HTMLResponse:
    token = ""
    if places:
        at = urlsplit(places.token_endpoint)
        token = f" {at.scheme}://{at.netloc}"
    headers = {
        "Content-Security-Policy": _POLICY.format(token=token),
        "Cross-Origin-Opener-Policy": "unsafe-none",  # the provider's page answers to its opener
    }
    return HTMLResponse(html, headers=headers)

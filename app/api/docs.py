"""The docs page, whole without internet access: sign in, try every call."""

from importlib.resources import files

from fastapi import FastAPI, HTTPException
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.staticfiles import StaticFiles
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse

from app.api.deps import EdgeDep

_FILES = "/docs/files"
_BANNER = """<div style="font: 15px/1.5 sans-serif; background: #fff7e0; padding: 12px 24px">
<strong>Candidates are leads for human review, never identifications.</strong> {more}</div>"""
_SAMPLE = """To repeat the demonstration: download the
<a href="/docs/sample-probe.jpg" download>sample probe</a>, open <em>POST /search</em>,
choose the file under <em>photo</em>, then <em>Execute</em>."""
_KEYED = "Calls need a key: choose <em>Authorize</em> and paste it."


def add_docs(app: FastAPI) -> None:
    """Serve `/docs` from Swagger UI's files in the package fastapi-offline."""
    static = files("fastapi_offline") / "static"
    app.mount(_FILES, StaticFiles(directory=str(static)), name="docs-files")

    @app.get("/docs", include_in_schema=False)
    async def docs(edge: EdgeDep) -> HTMLResponse:
        page = get_swagger_ui_html(
            openapi_url="/openapi.json",
            title=f"{app.title} API",
            swagger_js_url=f"{_FILES}/swagger-ui-bundle.js",
            swagger_css_url=f"{_FILES}/swagger-ui.css",
            swagger_favicon_url=f"{_FILES}/favicon.png",
            swagger_ui_parameters={"persistAuthorization": False, "tryItOutEnabled": True},
        )
        more = [_SAMPLE] if edge.sample_probe else []
        more += [_KEYED] if edge.authentication else []
        banner = _BANNER.format(more=" ".join(more))
        html = bytes(page.body).decode().replace("<body>", f"<body>{banner}", 1)
        return HTMLResponse(html)

    @app.get("/docs/sample-probe.jpg", include_in_schema=False)
    async def sample_probe(_: Request, edge: EdgeDep) -> FileResponse:
        if edge.sample_probe is None or not edge.sample_probe.is_file():
            raise HTTPException(404)
        return FileResponse(edge.sample_probe, media_type="image/jpeg")

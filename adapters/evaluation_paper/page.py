"""The page around what is said: its head and its style, on screens and on paper."""

from pathlib import Path
from typing import Final

from adapters.evaluation_paper.elements import Html, element, together

_STYLE: Final = Path(__file__).with_name("page.css")
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
"""Of the page itself: a browser that reads it fetches nothing and runs nothing."""


def page(title: str, subtitle: str, *sections: str) -> str:
    """Return a whole HTML document in English."""
    head = element(
        "head",
        Html('<meta charset="utf-8">'),
        Html('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        Html(f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'),
        Html('<meta name="color-scheme" content="light dark">'),
        element("title", title),
        element("style", Html(_STYLE.read_text("utf-8"))),
    )
    header = element("header", element("h1", title), element("p", subtitle, class_="subtitle"))
    body = element("body", header, element("main", *sections))
    return together(Html("<!doctype html>\n"), Html(f'<html lang="en">{head}{body}</html>\n'))

"""HTML elements: what is text is escaped, what is an element is not."""

from collections.abc import Iterable, Sequence
from html import escape


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def element(name: str, *children: str, **attributes: str) -> Html:
    """Return an element; attributes are named as in Python, `class_` and `aria_label`."""
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for key, value in attributes.items()
    )
    return Html(f"<{name}{said}>{together(*children)}</{name}>")


def together(*children: str) -> Html:
    """Return elements and texts one after the other."""
    return Html("".join(one if isinstance(one, Html) else _text(one) for one in children))


def _text(said: str) -> str:
    return escape(said).replace(" %", "&nbsp;%")  # which stays on its number's line


def paragraphs(sentences: Iterable[str]) -> Html:
    """Return each sentence as a paragraph of its own."""
    return together(*(element("p", one) for one in sentences))


def bullets(items: Iterable[str]) -> Html:
    """Return a list."""
    return element("ul", *(element("li", one) for one in items))


def section(title: str, *children: str, **attributes: str) -> Html:
    """Return a section with its heading."""
    return element("section", element("h2", title), *children, **attributes)


def pairs(rows: Iterable[tuple[str, str]]) -> Html:
    """Return a table of names and what is said of them."""
    body = (
        element("tr", element("th", name, scope="row"), element("td", said)) for name, said in rows
    )
    return element("table", element("tbody", *body), class_="pairs")


def grid(caption: str, titles: Sequence[str], rows: Iterable[Sequence[str]]) -> Html:
    """Return a table whose first column names its rows; on a narrow screen each row is a list.

    There each cell stands beside its own title, so that nothing is cut off. The roles keep it a
    table for who hears it, however it is laid out.
    """
    titled = (element("th", one, scope="col", role="columnheader") for one in titles)
    table = element(
        "table",
        element("caption", caption),
        element("thead", element("tr", *titled, role="row"), role="rowgroup"),
        element("tbody", *(_row(titles, cells) for cells in rows), role="rowgroup"),
        class_="grid",
        role="table",
    )
    return element("div", table, class_="scroll")


def _row(titles: Sequence[str], cells: Sequence[str]) -> Html:
    first = element("th", cells[0], scope="row", role="rowheader", data_title=titles[0])
    others = (
        element("td", cell, role="cell", data_title=title)
        for title, cell in zip(titles[1:], cells[1:], strict=True)
    )
    return element("tr", first, *others, role="row")

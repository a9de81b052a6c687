"""The pages, and what of HTML the tests look at."""

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

from typing_extensions import override

_ALONE = {"meta", "br"}


@dataclass
class Page(HTMLParser):
    """What is in a page: its elements by name, with their attributes, and its text."""

    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    text: str = ""
    open: list[str] = field(default_factory=list)
    titled: int = 0  # pictures that begin with their title

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    @classmethod
    def of(cls, html: str) -> "Page":
        page = cls()
        page.feed(html)
        page.close()
        assert not page.open, f"not closed: {page.open}"
        return page

    def named(self, name: str) -> list[dict[str, str]]:
        return [said for one, said in self.elements if one == name]

    def twice(self) -> list[str]:
        """Return ids that are there more than once."""
        ids = Counter(said["id"] for _, said in self.elements if "id" in said)
        return [one for one, count in ids.items() if count > 1]

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "title" and self.elements[-1][0] == "svg":
            self.titled += 1
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in _ALONE:
            self.open.append(tag)

    @override
    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    @override
    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    @override
    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data.replace("\xa0", " ")

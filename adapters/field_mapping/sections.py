"""The form of a mapping file: sections, each of named entries."""

import difflib
from collections.abc import Collection, Iterator, Mapping

from adapters.plain_yaml import Place, Written


class MappingFault(Exception):  # noqa: N818 - what is at fault is the file
    """What is wrong with a mapping file, and where."""

    def __init__(self, place: Place, told: str) -> None:
        super().__init__(f"{place}: {told}")


Entry = tuple[str, Place, Written]
"""A name, where it stands, and what is written under it."""


def entries_of(written: Written, what: str) -> Iterator[Entry]:
    """Yield the entries of a mapping; MappingFault where it is none."""
    if written.kind != "a mapping":
        raise MappingFault(written.place, f"{what} is {written.kind}; write name: value lines")
    entries = [entry for entry in written.content if isinstance(entry, tuple)]  # all of them
    for key, value in entries:
        yield text_of(key, "a name"), key.place, value


def text_of(written: Written, what: str) -> str:
    """Return a text; MappingFault where it is none."""
    if not isinstance(written.content, str):
        raise MappingFault(written.place, f"{what} is {written.kind}; quote it if it is a text")
    return written.content


def sections_of(written: Written, known: Collection[str], what: str) -> Mapping[str, Written]:
    """Return the known sections of a file; MappingFault for another."""
    sections = dict[str, Written]()
    for name, place, value in entries_of(written, what):
        if name not in known:
            raise MappingFault(place, f"{name} is no section; known are {', '.join(known)}")
        sections[name] = value
    return sections


def like(name: str, known: Collection[str]) -> str:
    """Return a hint at the known name that is most like this one, if one is."""
    near = difflib.get_close_matches(name, sorted(known), 1)
    return f" (did you mean {near[0]}?)" if near else ""

"""Lists inside one field: of a JSON document, or written in one column of a table."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from app.domain.field_text import clean_text, column_name

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class ListRead(Generic[Item]):
    """What could be read of a list; `is_whole` False: something in it could not."""

    items: tuple[Item, ...] = ()
    is_whole: bool = True


def listed(value: object, most: int) -> Sequence[object] | None:
    """Return the items of a list, of a JSON list in a text, or of `one; another`.

    None when it is no list, or has more than `most` items, which is a slip in the export.
    """
    if isinstance(value, str):
        value = _listed(value.strip())
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) > most:
        return None
    return value


def _listed(text: str) -> object:
    if not text.startswith("["):
        return text.split(";")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def parts_of(item: object, names: Mapping[str, Sequence[str]], alone: str) -> dict[str, str] | None:
    """Return the parts of one item by name, "" where it has none.

    An object has them under the part's name or one of its other `names`, whatever their case; a
    text has them in the order of `names` with bars between them, and without a bar it is the part
    `alone`. None when a part is no plain value, or there are more of them.
    """
    if isinstance(item, Mapping):
        said = _named(item, names)
    elif isinstance(item, str):
        texts = item.split("|")
        if len(texts) > len(names):
            return None
        said = {alone: item} if len(texts) == 1 else dict(zip(names, texts, strict=False))
    else:
        return None
    read = dict.fromkeys(names, "")
    for name, value in said.items():
        text = clean_text(value)
        if text is None:
            return None
        read[name] = text
    return read


def _named(item: Mapping[object, object], names: Mapping[str, Sequence[str]]) -> dict[str, object]:
    fields = {column_name(str(name)): value for name, value in item.items()}
    said: dict[str, object] = {}
    for name, others in names.items():
        values = (fields.get(one) for one in (name, *others))
        said[name] = next((value for value in values if value not in (None, "")), None)
    return said


def read_list(
    value: object, most: int, reader: Callable[[object], Iterable[Item] | None]
) -> ListRead[Item]:
    """Read every item that can be read; `reader` yields none of what is empty or left out.

    It returns None for an item that cannot be read, which costs no other item.
    """
    items = listed(value, most)
    if items is None:
        return ListRead(is_whole=False)
    read = [reader(item) for item in items]
    return ListRead(
        tuple(item for found in read if found is not None for item in found), None not in read
    )


def texts_of(value: object, most: int) -> ListRead[str]:
    """Read `one; another`, or a list of texts and numbers, each once and in their order."""

    def read(item: object) -> list[str] | None:
        text = clean_text(item)
        return None if text is None else [text] if text else []

    found = read_list([value] if isinstance(value, int | float) else value, most, read)
    return ListRead(tuple(dict.fromkeys(found.items)), found.is_whole)

"""YAML without what surprises: no key twice, no aliases, no objects, nothing large."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import yaml
from typing_extensions import override

MOST_BYTES: Final = 200_000


class PlainYamlError(Exception):
    """The text is no such YAML; the message is one line and says where."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a file, both counted from 1."""

    line: int
    column: int

    @override
    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}"


@dataclass(frozen=True, slots=True)
class Written:
    """What was written at one place: a text just as it stands, a mapping's entries, or a list."""

    place: Place
    content: "str | tuple[tuple[Written, Written], ...] | tuple[Written, ...]"
    kind: str  # "a text", "a mapping" or "a list"


def plain_yaml(text: bytes) -> Any:  # noqa: ANN401 - whatever the file holds
    """Read a YAML text of mappings, lists and scalars; raises PlainYamlError."""
    with _told_errors(text):
        return yaml.load(text.decode("utf-8"), _PlainLoader)  # noqa: S506 - a SafeLoader


def written_yaml(text: bytes) -> Written | None:
    """Read the same, but with places, and scalars as they are written: `no` stays a word.

    Returns None for an empty text; raises PlainYamlError.
    """
    with _told_errors(text):
        loader = _PlainLoader(text.decode("utf-8"))
        try:
            node = loader.get_single_node()
            if node is None:
                return None
            loader.construct_document(node)  # so that what surprises is refused here too
            return _written(node)
        finally:
            loader.dispose()


@contextmanager
def _told_errors(text: bytes) -> Generator[None]:
    if len(text) > MOST_BYTES:
        raise PlainYamlError(f"it is larger than {MOST_BYTES // 1000} kB")
    try:
        yield
    except UnicodeDecodeError as error:
        raise PlainYamlError(f"byte {error.start + 1} is no UTF-8") from error
    except RecursionError as error:
        raise PlainYamlError("it is nested too deeply") from error
    except ValueError as error:  # as of a date that does not exist
        raise PlainYamlError(f"a value cannot be read: {error}; quote it") from error
    except yaml.MarkedYAMLError as error:
        at = error.problem_mark
        where = f"{_place(at)}: " if at else ""
        told = " ".join(str(error.problem or error.context).split())
        raise PlainYamlError(f"{where}{told}") from error
    except yaml.YAMLError as error:
        raise PlainYamlError(" ".join(str(error).split())) from error


def _written(node: Any) -> Written:  # noqa: ANN401 - PyYAML ships no types
    place = _place(node.start_mark)
    if isinstance(node, yaml.ScalarNode):
        return Written(place, node.value, "a text")
    if isinstance(node, yaml.MappingNode):
        entries = tuple((_written(key), _written(value)) for key, value in node.value)
        return Written(place, entries, "a mapping")
    return Written(place, tuple(map(_written, node.value)), "a list")


def _place(mark: Any) -> Place:  # noqa: ANN401 - PyYAML ships no types
    return Place(mark.line + 1, mark.column + 1)


class _PlainLoader(yaml.SafeLoader):  # type: ignore[misc]  # PyYAML ships no types
    """Refuses what YAML allows and nobody who writes rules means."""

    @override
    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark
            raise yaml.composer.ComposerError(None, None, "aliases (*name) are not read", mark)
        if self.peek_event().tag is not None:
            mark = self.peek_event().start_mark
            raise yaml.composer.ComposerError(None, None, "tags (!name) are not read", mark)
        return super().compose_node(parent, index)

    @override
    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen: set[Any] = set()
        for key, _ in node.value:
            if key.tag == "tag:yaml.org,2002:merge":
                told = "merged mappings (<<) are not read"
                raise yaml.constructor.ConstructorError(None, None, told, key.start_mark)
            name = key.value if isinstance(key, yaml.ScalarNode) else id(key)
            if name in seen:
                told = f"{name} stands here twice"
                raise yaml.constructor.ConstructorError(None, None, told, key.start_mark)
            seen.add(name)
        return super().construct_mapping(node, deep)

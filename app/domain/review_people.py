"""Who is the same person, however a name is written: rather one too many is held to be the same."""

import re
import unicodedata
from dataclasses import dataclass

# As names are made of tokens and of keys: what stands in parentheses at the end.
_SIGNED_IN = re.compile(r"(?P<username>[^()]*|.*\s)\((?P<stable>[^\s()]+ at \S+)\)", re.DOTALL)
_KEY = re.compile(r"(?P<name>.+) \((?:[0-9a-f]{8}|candid[a-z2-7]{14})\)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Known:
    plain: str  # a name, a username, or a key's name
    stable: str | None = None  # subject and issuer of whoever signed in


def identity_of(person: str) -> str:
    """Return a name without what people write differently, and without what changes.

    Case, spaces, composed and invisible letters are no difference. Of a person who signed in only
    subject and issuer count, of a key its name: its prefix is another one once it is rotated.
    """
    known = _known(person)
    return known.stable or known.plain


def is_same_person(one: str, other: str) -> bool:
    """Say whether two names may be one person's; a username counts beside names that are written.

    Two people who both signed in are told apart by what is stable of them alone.
    """
    first, second = _known(one), _known(other)
    if first.stable and second.stable:
        return first.stable == second.stable
    return bool(first.plain) and first.plain == second.plain


def is_signed_in(person: str) -> bool:
    """Say whether a name is that of somebody who signed in."""
    return _known(person).stable is not None


def _known(person: str) -> _Known:
    letters = unicodedata.normalize("NFKC", person)
    seen = "".join(one for one in letters if unicodedata.category(one) != "Cf")
    name = " ".join(seen.casefold().split())
    if found := _SIGNED_IN.fullmatch(name):
        return _Known(found["username"].strip(), found["stable"])
    key = _KEY.fullmatch(name)
    return _Known(key["name"] if key else name)


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Who reviews: the person a call is made for, else the key's name; and the key."""

    person: str
    key: str

    @property
    def identity(self) -> str:
        """What two spellings of one name have in common."""
        return identity_of(self.person)

    @property
    def is_named(self) -> bool:
        """Whether a person is known, and not only the key, behind which anybody may be."""
        return self.person != self.key or is_signed_in(self.key)

    def is_same(self, other: "Reviewer") -> bool:
        """Say whether two may be the same person."""
        return is_same_person(self.person, other.person)

    def may_be(self, person: str) -> bool:
        """Say whether a name in the records may be theirs.

        What a key did for nobody in particular may have been anybody's who comes by that key.
        """
        return is_same_person(self.person, person) or is_same_person(self.key, person)

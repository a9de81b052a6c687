"""`candid jms new`: the package of a JMS kind of one's own, with its tests."""

import keyword
import re
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Annotated, Final

import typer

from app.cli.console import CommandError, tell
from app.settings.jms import BUILT_IN_KINDS

_NAME: Final = re.compile(r"(?=.{1,30}$)[a-z][a-z0-9]*(_[a-z0-9]+)*")
_FILES: Final = {
    "pyproject.toml": "pyproject.toml.txt",
    "README.md": "README.md.txt",
    "{module}.py": "module.py.txt",
    "tests/test_contract.py": "test_contract.py.txt",
}


def new(
    name: Annotated[str, typer.Argument(help="Its KIND: lower-case letters, digits and _.")],
    directory: Annotated[Path, typer.Option(help="Where its folder is made.")] = Path(),
) -> None:
    """Write a package that connects a JMS of your own; it passes its tests as it is."""
    root = skeleton(name, directory)
    tell(f"Written: {root}. Its README.md says how to go on.")


def skeleton(name: str, directory: Path) -> Path:
    """Write the package into a new folder of `directory`; return it.

    Raises CommandError for a name that no kind can have, and where the folder cannot be made.
    """
    if not _NAME.fullmatch(name) or keyword.iskeyword(name):
        raise CommandError(f"{name!r} is no name of a kind, such as acme: a-z, 0-9 and _, up to 30")
    if name in BUILT_IN_KINDS:
        raise CommandError(f"{name} is a kind that Candid has; give yours another name")
    dashed, module = name.replace("_", "-"), f"candid_jms_{name}"
    root = directory / f"candid-jms-{dashed}"
    source = files("app.cli").joinpath("jms_skeleton")
    try:
        (root / "tests").mkdir(parents=True)
        for path, template in _FILES.items():
            text = Template(source.joinpath(template).read_text("utf-8"))
            written = text.substitute(name=name, dashed=dashed, module=module)
            (root / path.format(module=module)).write_text(written, "utf-8")
    except OSError as error:
        raise CommandError(f"{root} cannot be made: {error.strerror or error}") from error
    return root

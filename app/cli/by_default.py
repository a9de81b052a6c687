"""A group of commands of which one needs no name."""

import typer
from typer._click import Context
from typing_extensions import override

NAMELESS = "measure"


class ByDefault(typer.core.TyperGroup):
    """`candid GROUP PATH` is `candid GROUP measure PATH`."""

    @override
    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        named = args and (args[0] in self.commands or args[0] == "--help")
        return super().parse_args(ctx, args if named else [NAMELESS, *args])

"""`candid jms`: connecting a jail management system, and what it hides."""

import typer

from app.cli.jms_check import check
from app.cli.jms_demo import demo_server
from app.cli.jms_new import new
from app.cli.jms_removals import removals

jms = typer.Typer(help="Connect a jail management system; see what it hides.", no_args_is_help=True)
jms.command()(check)
jms.command()(new)
jms.command("demo-server")(demo_server)
jms.add_typer(removals, name="removals")

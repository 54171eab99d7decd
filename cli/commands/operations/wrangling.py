"""`tillroll wrangler`: wrangler's own commands, on a deployment."""

import subprocess
from typing import Annotated

import typer

from cli.commands.operations.options import only_deployment
from tillroll_command.endings import Code, Stopped
from tillroll_command.surroundings import Surroundings


def wrangler(
    context: typer.Context,
    words: Annotated[
        list[str], typer.Argument(metavar="WORDS...", help="What wrangler gets, such as `tail`.")
    ],
    *,
    deployment: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="Which deployment, if this machine has made several. Comes first."
        ),
    ] = "",
) -> None:
    """Run wrangler on a deployment: with its names and ids, which wrangler.jsonc does not have."""
    from cli.operations.deploying.configuration import written
    from cli.operations.deploying.errors import NotDeployed
    from cli.operations.deploying.record import Record
    from local.config import read_deployed
    from local.places import NODE, ROOT, WRANGLER

    here = context.obj or Surroundings()
    name = deployment or only_deployment()
    try:
        record = Record.of(name) if name else None
    except (NotDeployed, ValueError) as error:
        raise Stopped(Code.FAILED, f"{error}") from error
    if record is None:
        sentence = "This machine has made no deployment."
        if name:
            sentence = f"This machine knows no deployment {name}."
        raise Stopped(Code.NOT_FOUND, sentence)
    environment = {**here.environment, "CLOUDFLARE_ACCOUNT_ID": record.answers.account}
    with written(record, read_deployed()) as configuration:
        call = [str(NODE), str(WRANGLER), *words, "--config", str(configuration)]
        done = subprocess.run(call, cwd=ROOT, env=environment, check=False)
    if done.returncode != 0:
        raise typer.Exit(Code.FAILED)

"""`tillroll verify`: what only an account of Cloudflare's can prove, as one table."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.commands.operations.deploying import Name, named
from tillroll_command.endings import Code, Stopped
from tillroll_command.replies import reply, say_beside
from tillroll_command.surroundings import Surroundings

_HEAD = ("line", "stands", "what was seen, or what to do")


def verify(
    context: typer.Context,
    name: Name = None,
    *,
    remote: Annotated[  # noqa: ARG001 - a deployment is always remote; other commands want it said
        bool,
        typer.Option(
            "--remote", help="The deployment at Cloudflare. It is the only one that is verified."
        ),
    ] = False,
    photos: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            exists=True,
            file_okay=False,
            help="Receipts of yours: JPEG, PNG, WebP, HEIC, a turned one.",
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="JSON on stdout, and nothing else.")
    ] = False,
) -> int:
    """Look at each thing that was not proven without an account, with the account of the
    deployment's checks.
    """
    from cli.client.api import Api
    from cli.client.server import Server
    from cli.operations.deploying.errors import NotDeployed
    from cli.operations.deploying.record import Record, Secrets
    from cli.operations.deploying.wrangler import Wrangler
    from cli.operations.verifying.deployment import Deployment
    from cli.operations.verifying.lines import Line, Stand
    from cli.operations.verifying.of_cloudflare import count_invocations
    from cli.operations.verifying.subjects import SUBJECTS
    from cli.operations.verifying.subjects import verify as carry_out

    surroundings = context.obj or Surroundings()
    deployment_name = named(name)
    try:
        record = Record.of(deployment_name)
        secrets = Secrets.of(deployment_name)
    except NotDeployed as error:
        raise Stopped(Code.FAILED, f"{error}") from error
    if record is None or not secrets.check_token:
        raise Stopped(
            Code.NOT_FOUND,
            f"This machine has made no deployment {deployment_name} with an account for checks.",
        )
    now = datetime.now(UTC)
    wrangler = Wrangler(record, environment=surroundings.environment)
    width = max(len(each.name) for each in SUBJECTS)
    stand_width = max(len(each) for each in Stand)

    say = say_beside(as_json=as_json)

    def show(*cells: str) -> None:
        if not as_json:
            say(f"{cells[0]:<{width}}  {cells[1]:<{stand_width}}  {cells[2]}")

    lines: list[Line] = []
    server = Server(record.address, secrets.check_token, "the deployment")
    with closing(Api(server, surroundings.transport, surroundings.sleep)) as api:
        deployment = Deployment(
            api,
            record,
            now,
            lambda: count_invocations(wrangler, now),
            photos=sorted(each for each in photos.iterdir() if each.is_file()) if photos else (),
            sleep=surroundings.sleep,
        )
        show(*_HEAD)
        for line in carry_out(deployment):
            lines.append(line)
            show(line.subject, line.finding.stand, line.finding.text)
    reply({"items": [each.as_json() for each in lines]}, as_json=as_json)
    has_failed = any(each.finding.stand is Stand.FAILED for each in lines)
    return Code.FAILED if has_failed else Code.DONE

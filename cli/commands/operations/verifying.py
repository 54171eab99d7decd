"""`tillroll verify`: what only an account of Cloudflare's can prove, as one table."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.commands.operations.deploying import Name, named
from cli.commands.operations.options import reply, say_beside
from cli.endings import Code, Stopped
from cli.session import Surroundings


def verify(
    context: typer.Context,
    name: Name = None,
    *,
    photos: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Receipts of yours: JPEG, PNG, WebP, HEIC, a turned one.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON on stdout, and nothing else.")] = False,
) -> int:
    """Look at each thing that was not proven without an account, with the account of the deployment's checks."""
    from cli.client.api import Api
    from cli.client.server import Server
    from cli.operations.deploying.errors import NotDeployed
    from cli.operations.deploying.record import Record, Secrets
    from cli.operations.verifying.checks import Verified
    from cli.operations.verifying.checks import verify as carry_out
    from cli.operations.verifying.lines import Line, Stand

    here = context.obj or Surroundings()
    deployment = named(name)
    try:
        record, secrets = Record.of(deployment), Secrets.of(deployment)
    except NotDeployed as error:
        raise Stopped(Code.FAILED, f"{error}") from error
    if record is None or not secrets.check_token:
        raise Stopped(Code.NOT_FOUND, f"This machine has made no deployment {deployment} with an account for checks.")
    say = say_beside(as_json=as_json)
    lines: list[Line] = []
    server = Server(record.address, secrets.check_token, "the deployment")
    with closing(Api(server, here.transport, here.sleep)) as api:
        seen = Verified(
            api,
            datetime.now(UTC),
            photos=sorted(photos.iterdir()) if photos else (),
            startup=record.startup,
            mail_domain=record.answers.mail_domain,
            sleep=here.sleep,
        )
        for line in carry_out(seen):
            lines.append(line)
            if not as_json:
                say(f"{line.stand:<8} {line.about}: {line.says}")
    reply({"items": [each.as_json() for each in lines]}, as_json=as_json)
    return Code.FAILED if any(each.stand is Stand.DIFFERS for each in lines) else Code.DONE

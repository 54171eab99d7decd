"""`tillroll deploy` and `tillroll rollback`: a deployment on Cloudflare, made, updated and taken
back.
"""

import json
import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from cli.commands.operations.options import name as checked_name
from tillroll_command.endings import Code, Stopped
from tillroll_command.replies import reply, say_beside
from tillroll_command.surroundings import Surroundings

if TYPE_CHECKING:
    from cli.operations.deploying.record import Answers, Record

_LONGEST_WATCH_SECONDS = 3600.0
_QUIET_SECRETS = ("ENCRYPTION_KEYS", "AUDIT_SIGNING_KEY", "PUSH_SIGNING_KEY")
# What no jurisdiction holds; docs/deploying.md says what goes there.
_OUTSIDE = "Workers AI, Images, mail, logs, and the computing itself are not bound to it"


class Jurisdiction(StrEnum):
    """Where Cloudflare keeps what is stored; `none` is anywhere."""

    NONE = "none"
    EU = "eu"
    US = "us"
    FEDRAMP = "fedramp"


def named(name: str | None) -> str:
    """The deployment that is meant: as it was said, else that of wrangler.jsonc."""
    return _name(name or "")


def _name(text: str) -> str:
    from cli.operations.deploying.names import check_name
    from local.config import read_deployed

    try:
        return check_name(text or read_deployed()["name"])
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def _host(text: str) -> str:
    labels = text.split(".")
    if (
        len(labels) < 2
        or not all(label.replace("-", "").isalnum() for label in labels)
        or text != text.lower()
    ):
        raise typer.BadParameter("a host is a name such as receipts.example.com, without https://")
    return text


def _variable(text: str) -> tuple[str, str]:
    from local.config import read_deployed

    name, is_set, value = text.partition("=")
    if not is_set or name not in read_deployed()["vars"]:
        raise typer.BadParameter(f"{name} is no variable of wrangler.jsonc: give NAME=VALUE")
    return name, value


Name = Annotated[
    str | None,
    typer.Argument(
        parser=_name,
        metavar="NAME",
        help=(
            "The deployment's name, from which all others are derived; else that of wrangler.jsonc."
        ),
    ),
]


def deploy(
    context: typer.Context,
    name: Name = None,
    *,
    host: Annotated[
        str | None,
        typer.Option(
            parser=_host, metavar="HOST", help="Where people reach it; passkeys are bound to it."
        ),
    ] = None,
    workers_dev: Annotated[
        bool, typer.Option("--workers-dev", help="No host of your own: NAME.….workers.dev.")
    ] = False,
    jurisdiction: Annotated[
        Jurisdiction | None,
        typer.Option(help="Where what is stored stays; it cannot be changed later."),
    ] = None,
    mail_domain: Annotated[
        str | None,
        typer.Option(
            metavar="DOMAIN", help="The domain whose mail comes in, if receipts come by mail."
        ),
    ] = None,
    company: Annotated[
        str, typer.Option(parser=checked_name, help="The first account's name.")
    ] = "My company",
    owner: Annotated[str, typer.Option(parser=checked_name, help="Its owner's name.")] = "Owner",
    cloudflare_account: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Which account of Cloudflare's, if the login has several."),
    ] = None,
    variable: Annotated[
        list[Any] | None,
        typer.Option(
            parser=_variable,
            metavar="NAME=VALUE",
            help="Set a variable of the Worker; several times for several.",
        ),
    ] = None,
    secrets: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="JSON with secrets of the Worker, by their names."),
    ] = None,
    secrets_of: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Take the keys of another deployment of this machine."),
    ] = None,
    canary: Annotated[
        int,
        typer.Option(
            min=1, max=99, metavar="PERCENT", help="How many requests a new version gets at first."
        ),
    ] = 10,
    watch: Annotated[
        float,
        typer.Option(
            min=0,
            max=_LONGEST_WATCH_SECONDS,
            metavar="SECONDS",
            help="For how long it gets so many.",
        ),
    ] = 60.0,
    at_once: Annotated[
        bool, typer.Option("--at-once", help="No canary: all requests go to the new version.")
    ] = False,
    places_only: Annotated[
        bool,
        typer.Option(
            "--places-only", help="End with an empty database and bucket, into which a backup goes."
        ),
    ] = False,
    quiet: Annotated[
        bool | None,
        typer.Option(
            "--quiet/--awake",
            help="No cron and no queue: nothing is sent, paid or taken up. For a drill.",
        ),
    ] = None,
    late_imports: Annotated[
        bool | None,
        typer.Option(
            "--late-imports/--early-imports",
            help="A smaller snapshot, if a deploy runs out of start-up time.",
        ),
    ] = None,
    adopt: Annotated[
        bool,
        typer.Option(
            "--adopt",
            help="What has these names already is this deployment's: its record was lost.",
        ),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="JSON on stdout, and nothing else.")
    ] = False,
) -> None:
    """Deploy to Cloudflare, or update what is deployed. The same call goes on where one broke
    off.
    """
    from cli.operations.deploying.deploying import Wishes
    from cli.operations.deploying.deploying import deploy as carry_out
    from cli.operations.deploying.errors import NotDeployed
    from cli.operations.deploying.record import Record
    from cli.operations.deploying.releasing import Watch
    from cli.operations.deploying.wrangler import Wrangler

    here = context.obj or Surroundings()
    name = named(name)
    if host and workers_dev:
        raise typer.BadParameter("give one of --host --workers-dev")
    say = say_beside(as_json=as_json)
    try:
        record = Record.of(name)
        if record is None:
            say(f"Making the deployment {name}. Whatever is made is named after it.")
            answers = _answers(
                here, host, jurisdiction, mail_domain, cloudflare_account, workers_dev=workers_dev
            )
            record = Record(name, answers)
        else:
            _check_same(record, host, jurisdiction, workers_dev=workers_dev)
            record.answers.mail_domain = mail_domain or record.answers.mail_domain
        record.answers.variables.update(dict(variable or ()))
        if late_imports is not None:
            record.answers.imports_late = late_imports
        if quiet is not None:
            record.answers.is_quiet = quiet
        wishes = Wishes(
            company,
            owner,
            now=datetime.now(UTC),
            secrets=_given_secrets(secrets, secrets_of, is_quiet=record.answers.is_quiet),
            ask=_ask_secret if sys.stdin.isatty() else None,
            adopts=adopt,
            at_once=at_once,
            places_only=places_only,
        )
        seen = Watch(canary, watch, here.transport, here.sleep, here.clock)
        kept = carry_out(Wrangler(record, environment=here.environment), wishes, seen, say)
    except NotDeployed as error:
        raise Stopped(
            Code.FAILED, f"{error}\nWhat was done before that stays done: give the command again."
        ) from error
    except OSError as error:
        raise Stopped(Code.FAILED, f"{error}") from error
    _reply(record, kept.link, kept.path, as_json=as_json)


def rollback(
    context: typer.Context,
    name: Name = None,
    *,
    anyway: Annotated[
        bool,
        typer.Option("--anyway", help="Also where runs of the newer version would stand still."),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="JSON on stdout, and nothing else.")
    ] = False,
) -> None:
    """Have the version before answer all requests again."""
    from cli.operations.deploying.errors import NotDeployed
    from cli.operations.deploying.record import Record
    from cli.operations.deploying.releasing import roll_back
    from cli.operations.deploying.wrangler import Wrangler

    here = context.obj or Surroundings()
    name = named(name)
    try:
        record = Record.of(name)
        if record is None:
            raise Stopped(Code.NOT_FOUND, f"This machine knows no deployment {name}.")
        roll_back(
            Wrangler(record, environment=here.environment),
            say_beside(as_json=as_json),
            anyway=anyway,
        )
    except NotDeployed as error:
        raise Stopped(Code.FAILED, f"{error}") from error
    reply({"name": name, "version": record.version}, as_json=as_json)


def _answers(
    here: Surroundings,
    host: str | None,
    jurisdiction: Jurisdiction | None,
    mail_domain: str | None,
    account: str | None,
    *,
    workers_dev: bool,
) -> "Answers":
    """What is asked before anything is made: of the options, else of the person."""
    from cli.operations.deploying.record import Answers

    account = _account(here, account)
    asks = sys.stdin.isatty()
    if jurisdiction is None:
        if not asks:
            raise typer.BadParameter("say where data stays: --jurisdiction none, eu, us or fedramp")
        question = (
            f"Where must data stay (none, eu, us, fedramp)? It cannot be changed later; {_OUTSIDE}"
        )
        jurisdiction = Jurisdiction(typer.prompt(question, default="none", type=Jurisdiction))
    if host is None and not workers_dev:
        if not asks:
            raise typer.BadParameter(
                "say where people reach it: --host receipts.example.com, or --workers-dev"
            )
        question = (
            "At which host do people reach it? Passkeys are bound to it (empty: at workers.dev)"
        )
        host = typer.prompt(question, default="", show_default=False)
        if host:
            host = _host(host)
    if mail_domain is None and asks:
        mail_domain = typer.prompt(
            "Which domain's mail brings receipts (empty: none)", default="", show_default=False
        )
    place = jurisdiction.value
    if jurisdiction is Jurisdiction.NONE:
        place = ""
    return Answers(account, jurisdiction=place, host=host or "", mail_domain=mail_domain or "")


def _account(here: Surroundings, account: str | None) -> str:
    """The account of Cloudflare's that wrangler is logged in to. Raises Stopped."""
    from cli.operations.deploying.wrangler import WranglerFailed, json_of, run
    from local.wrangler import quiet_environment

    try:
        login = json_of(run(["whoami", "--json"], {**here.environment, **quiet_environment()}))
    except WranglerFailed as error:
        raise Stopped(Code.NOT_ALLOWED, f"{error}\nLog in first: npx wrangler login") from error
    accounts: dict[str, str] = {each["id"]: each["name"] for each in login["accounts"]}
    if account is None and len(accounts) == 1:
        return next(iter(accounts))
    if account is None or account not in accounts:
        listed = "\n".join(f"  {each}  {name}" for each, name in accounts.items())
        raise Stopped(Code.USAGE, f"Say which account, by --cloudflare-account ID:\n{listed}")
    return account


def _check_same(
    record: "Record", host: str | None, jurisdiction: Jurisdiction | None, *, workers_dev: bool
) -> None:
    """What was answered once stays. Raises Stopped."""
    answers = record.answers
    place = Jurisdiction(answers.jurisdiction or "none")
    if jurisdiction not in (None, place):
        raise Stopped(
            Code.REFUSED, f"The jurisdiction of {record.name} is {place}, which cannot be changed."
        )
    is_other = (host or answers.host) != answers.host or (workers_dev and answers.host)
    if is_other and record.is_attached:
        raise Stopped(
            Code.REFUSED,
            f"{record.name} answers at {record.address}, to which its passkeys are bound.",
        )
    if is_other:
        answers.host = host or ""
        record.address = ""


def _given_secrets(file: Path | None, name: str | None, *, is_quiet: bool) -> dict[str, str]:
    """Secrets of a file and of another deployment; of that a quiet one takes what reads its
    database only. Raises NotDeployed, OSError.
    """
    from cli.operations.deploying.errors import NotDeployed
    from cli.operations.deploying.record import Secrets

    found: dict[str, str] = {}
    if name is not None:
        theirs = Secrets.of(name).worker
        if not theirs:
            raise NotDeployed(f"This machine has no secrets of a deployment {name}.")
        found |= {
            key: value for key, value in theirs.items() if not is_quiet or key in _QUIET_SECRETS
        }
    if file is not None:
        try:
            document = json.loads(file.read_text(encoding="utf-8"))
        except ValueError as error:
            raise NotDeployed(f"{file} is no JSON: {error}") from error
        if not isinstance(document, dict):
            raise NotDeployed(f"{file} is no JSON object.")
        for key, value in cast("dict[str, object]", document).items():
            if not isinstance(value, str):
                raise NotDeployed(f"{key} in {file} is no text.")
            found[key] = value
    return found


def _ask_secret(name: str, variable: str) -> str:
    return typer.prompt(f"{variable} needs {name}", hide_input=True)


def _reply(record: "Record", link: str, secrets: Path, *, as_json: bool) -> None:
    url = ""
    if link:
        url = f"{record.address}{link}"
    document = {
        "name": record.name,
        "address": record.address,
        "version": record.version,
        "link": url,
    }
    if not record.version:
        reply(document, f"The places of {record.name} are there, and empty.", as_json=as_json)
        return
    lines = [f"{record.name} answers at {record.address} (version {record.version})."]
    if url:
        lines += [
            (
                "The owner's link, which signs a browser in once, within three days, and asks for "
                "a passkey:"
            ),
            url,
        ]
    lines.append(f"Its keys are in {secrets}: keep a copy where you keep passwords.")
    reply(document, *lines, as_json=as_json)

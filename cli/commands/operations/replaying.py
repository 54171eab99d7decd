"""`tillroll replay`: today's bodies over what runs have done, before they are deployed."""

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.commands.operations.options import where as on_database
from cli.operations.place import Where
from tillroll_command.counting import counted
from tillroll_command.endings import Code, Stopped
from tillroll_command.replies import AsJson, reply
from tillroll_command.shared_options import taking

if TYPE_CHECKING:
    from tillroll_durable.archive.files import ArchiveLost
    from tillroll_durable.platform.bindings.database import Row
    from tillroll_testing.replaying.history import History, Query, ReadBytes
    from tillroll_testing.replaying.replay import Replayed

# A query names them all, and D1 takes 100 kB of it.
_MOST = 100


@taking(on_database)
def replay(
    place: Where,
    runs: Annotated[
        list[str] | None,
        typer.Argument(metavar="RUN", help="Up to 100 ids of runs, run_…; or none, with --kind."),
    ] = None,
    *,
    kind: Annotated[
        str | None, typer.Option(metavar="KIND", help="The newest runs of this kind.")
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(help="With --kind: those that were begun since then, UTC; else all."),
    ] = None,
    most: Annotated[
        int, typer.Option(min=1, max=_MOST, help="With --kind: so many at most.")
    ] = _MOST,
) -> Code:
    """Say whether the code that is here would take runs the way that they took: which step would
    differ, and which runs could not be read. Give ids, or --kind. Nothing is written, sent or paid;
    exit code 1 where something differs.
    """
    import asyncio

    from cli.operations.failures import or_else
    from tillroll.workflows.registry import REGISTRY
    from tillroll_testing.replaying.replay import replayed

    _check(runs, kind, since)
    with or_else("Nothing was compared: the records could not be read."):
        query = _query_at(place)
        wanted = _wanted(query, runs or [], kind, since, most)
        found, lost = _read(query, wanted, _bytes_at(place))
    missing = [
        each for each in runs or [] if each not in {*lost, *(history.run.id for history in found)}
    ]
    if missing:
        raise Stopped(Code.NOT_FOUND, f"There is no run {', '.join(missing)} here.")
    done: list[Replayed] = []
    without_body: list[str] = []
    for history in found:
        workflow = REGISTRY.find(history.run.kind, history.run.contract_version)
        if workflow is None:
            without_body.append(
                f"{history.run.id}: no {history.run.kind} of version {history.run.contract_version}"
            )
        else:
            done.append(asyncio.run(replayed(workflow, history, _object_at(place))))
    differing = [each for each in done if each.difference]
    document = {
        "compared": len(done),
        "differing": len(differing),
        "runs": [_shown(each) for each in done],
        "notDeployed": without_body,
        "notRead": {run_id: str(why) for run_id, why in lost.items()},
    }
    reply(document, *_told(done, without_body, lost), as_json=place.as_json)
    if lost:
        raise Stopped(
            Code.FAILED,
            f"{len(lost)} of {len(lost) + len(found)} runs could not be read, nor compared.",
        )
    return Code.FAILED if differing or without_body else Code.DONE


@taking(on_database)
def histories(
    place: Where,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Where they are written; a new file.")
    ],
    *,
    most: Annotated[
        int, typer.Option(min=1, max=10_000, help="So many runs at most, the oldest first.")
    ] = 10_000,
) -> Code:
    """Write into a file what all live runs have done. `tillroll check --against-live FILE` then
    says, before a deployment, which of them the code that is here could not finish. It has what
    the runs were given and gave back: keep it as you keep the database.
    """
    from cli.operations.failures import or_else
    from tillroll_testing.replaying.export import as_text, export_of

    if file.exists():
        raise Stopped(Code.USAGE, f"{file} is there already: name a new file.")
    with or_else("Nothing was written: the records could not be read."):
        export = export_of(_query_at(place), _bytes_at(place), most)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        opened.write(as_text(export))
    runs = len(export.rows.runs)
    more = "" if export.is_whole else f" There are more: --most {most} has cut them."
    reply(
        {"file": str(file), "runs": runs, "isWhole": export.is_whole},
        f"{file}: {counted(runs, 'live run')}.{more}",
        f"`tillroll check --against-live {file}` says which the code here could not finish.",
        as_json=place.as_json,
    )
    return Code.DONE


def check(
    *,
    against_live: Annotated[
        Path,
        typer.Option(metavar="EXPORT", help="The file that `tillroll histories` has written."),
    ],
    as_json: AsJson = False,
) -> Code:
    """Say which live runs the code that is here cannot finish, and where it departs from what they
    did; exit code 1 where there is one.
    """
    from local.places import ROOT
    from tillroll.workflows.registry import REGISTRY
    from tillroll_command.commands.checking import check_live_runs

    return check_live_runs(REGISTRY, ROOT, against_live, as_json=as_json)


def _check(runs: Sequence[str] | None, kind: str | None, since: datetime | None) -> None:
    from tillroll_testing.replaying.history import is_run_id

    if bool(runs) == bool(kind):
        raise typer.BadParameter("say which runs: give their ids, or --kind")
    if since and not kind:
        raise typer.BadParameter("--since goes with --kind")
    wrong = [each for each in runs or [] if not is_run_id(each)]
    if wrong or len(runs or []) > _MOST:
        raise typer.BadParameter(
            f"{wrong[0]!r} is no run's id, run_…" if wrong else f"at most {_MOST} runs at once"
        )


def _wanted(
    query: "Query", runs: Sequence[str], kind: str | None, since: datetime | None, most: int
) -> Sequence[str]:
    from tillroll_durable.platform.clock import to_text
    from tillroll_testing.replaying.history import runs_of

    if kind is None:
        return runs
    begun = "" if since is None else to_text(since.replace(tzinfo=since.tzinfo or UTC))
    # Each database answers with its newest ones.
    found = sorted(runs_of(query, kind, begun, most))
    return found[-most:]


def _query_at(place: Where) -> "Query":
    """Asks each of the place's databases, and answers with the rows of all."""
    from cli.operations.databases import each_of
    from cli.operations.where import query_all

    databases = each_of(place)

    def query(statements: Sequence[str]) -> "Sequence[Sequence[Row]]":
        answers = [query_all(statements, database) for database in databases]
        return [[row for rows in each for row in rows] for each in zip(*answers, strict=True)]

    return query


def _read(
    query: "Query", runs: Sequence[str], read_bytes: "ReadBytes"
) -> "tuple[list[History], Mapping[str, ArchiveLost]]":
    from tillroll_testing.replaying.history import histories

    return histories(query, runs, read_bytes) if runs else ([], {})


def _object_at(place: Where) -> Callable[[str], str | None]:
    """Reads the text of an object, of an output that is too large for its row."""
    from cli.operations.bucket import BucketError

    read = _bytes_at(place)

    def read_text(key: str) -> str | None:
        try:
            content = read(key)
        except BucketError:
            return None
        return None if content is None else content.decode()

    return read_text


def _bytes_at(place: Where) -> "ReadBytes":
    """Reads the bytes of an object; it raises BucketError where the bucket does not answer."""

    def read(key: str) -> bytes | None:
        import tempfile
        from pathlib import Path

        from cli.operations.bucket import Bucket, ObjectFile, ObjectGone
        from cli.operations.where import deployed
        from local import config

        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "content"
            try:
                if place.state is None:
                    with (
                        deployed(place) as named,
                        config.for_the_bucket(named, is_remote=True) as configuration,
                    ):
                        Bucket(configuration, None).fetch([ObjectFile(key, file)])
                else:
                    with config.for_one_command() as configuration:
                        Bucket(configuration, place.state).fetch([ObjectFile(key, file)])
            except ObjectGone:
                return None
            return file.read_bytes()

    return read


def _shown(done: "Replayed") -> dict[str, object]:
    difference = done.difference and {"place": done.difference.place, "says": done.difference.says}
    return {
        "runId": done.run_id,
        "kind": done.kind,
        "same": done.same,
        "difference": difference,
        "notCompared": [*done.unseen],
    }


def _told(
    done: "Sequence[Replayed]", without_body: Sequence[str], lost: "Mapping[str, ArchiveLost]"
) -> list[str]:
    lines: list[str] = []
    for each in done:
        if each.difference:
            lines.append(
                f"{each.run_id} ({each.kind}) differs at {each.difference.place}: "
                f"{each.difference.says}"
            )
        lines += [f"{each.run_id} ({each.kind}), not compared: {what}" for what in each.unseen]
    lines += [
        f"{each} is deployed from here: keep the old body until no live run has it"
        for each in without_body
    ]
    lines += [f"{run_id}, not read: {why}" for run_id, why in lost.items()]
    differing = sum(each.difference is not None for each in done)
    same = sum(each.same for each in done)
    compared = counted(len(done), "run")
    return [
        *lines,
        f"{compared} compared, {same} places of their records repeated, {differing} differ.",
    ]

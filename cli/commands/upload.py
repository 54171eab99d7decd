"""`tillroll upload`: files, folders, and a folder under watch."""

import signal
import sys
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from tillroll_command.counting import counted
from tillroll_command.endings import Code, Stopped, gravest
from tillroll_command.shared_options import taking

from ..session import Session, session

if TYPE_CHECKING:
    from ..upload.sending import Sent


class Payer(StrEnum):
    """Who paid."""

    COMPANY = "company"
    EMPLOYEE = "employee"


PaidBy = Annotated[
    Payer | None,
    typer.Option(help="Who paid: the company, or you as its employee, who are then paid back."),
]


@taking(session)
def upload(
    here: Session,
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILES...",
            help="Files, folders and patterns; - is what comes on stdin.",
            show_default=False,
        ),
    ] = None,
    watch: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Go on taking what comes into this folder, until Ctrl-C.",
            exists=True,
        ),
    ] = None,
    wait: Annotated[
        bool, typer.Option("--wait", help="Until each receipt is read, or waits for a person.")
    ] = False,
    parallel: Annotated[int, typer.Option(min=1, max=16, help="How many are sent at once.")] = 4,
    settle: Annotated[
        float,
        typer.Option(
            min=0.1, help="With --watch: for how many seconds a file must rest to be complete."
        ),
    ] = 2.0,
    remember_in: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="With --watch: where to remember what was sent."),
    ] = None,
    paid_by: PaidBy = None,
) -> int:
    """Send receipts: photos, PDFs and e-invoices. The same bytes twice are the same receipt, and
    that is said.
    """
    if watch is not None:
        if files or wait:
            raise typer.BadParameter("--watch FOLDER stands alone: leave FILES and --wait out")
        return _watch(here, watch, parallel, settle, remember_in, paid_by)
    if not files:
        raise typer.BadParameter("name files to send, or a folder with --watch")
    from ..upload.gathering import STDIN, gather, kept_from
    from ..upload.sending import Outcome

    with TemporaryDirectory() as folder:
        paths = [each for each in files if each != STDIN]
        if STDIN in files:
            paths.append(str(kept_from(sys.stdin.buffer, Path(folder))))
        sent = _send(here, gather(paths), parallel, paid_by, is_last_word=not wait)
    codes = {each.code for each in sent}
    if wait:
        codes |= _wait(here, sent)
    elif not here.as_json:
        counts = {outcome: sum(each.outcome is outcome for each in sent) for outcome in Outcome}
        said = [f"{count} {outcome}" for outcome, count in counts.items() if count]
        here.show.note(f"{counted(len(sent), 'file')}: {', '.join(said)}.")
    return gravest(codes)


def _send(
    here: Session, files: list[Path], parallel: int, paid_by: Payer | None, *, is_last_word: bool
) -> "list[Sent]":
    from ..upload.sending import sending
    from ..views.progress import bar

    done: list[Sent] = []
    with (
        bar("Sending", len(files), is_shown=not here.as_json) as advance,
        sending(here.api, files, parallel, advance, paid_by) as futures,
    ):
        for future in futures:
            done.append(future.result())
            if here.as_json and (is_last_word or done[-1].run_id is None):
                here.show.line(done[-1].as_json())
            elif not here.as_json:
                here.show.say(_line(done[-1], paid_by))
    return done


def _line(sent: "Sent", paid_by: Payer | None = None) -> str:
    from ..upload.sending import Outcome

    if sent.outcome is Outcome.REFUSED:
        says = (sent.says or "").replace("\n", " ")
        return f"{sent.file}: refused. {says}"
    if sent.outcome is Outcome.KNOWN:
        first = (
            ""
            if paid_by in (None, sent.paid_by) or sent.paid_by is None
            else f"; paid by the {sent.paid_by} still"
        )
        return (
            f"{sent.file}: the same bytes are here already, as {sent.run_id} "
            f"({_status(sent.status)}){first}"
        )
    again = ", anew, since its earlier run gave no expense" if sent.previous_run_id else ""
    return f"{sent.file}: sent, {sent.run_id}{again}"


def _status(status: str | None) -> str:
    return (status or "sent before").replace("_", " ")


def _wait(here: Session, sent: "list[Sent]") -> set[Code]:
    """Until all have come to rest; how each has."""
    from tillroll_command.run_views import code_at_rest

    from ..client.following import settled
    from ..views.progress import bar

    of_run = {each.run_id: each for each in reversed(sent) if each.run_id}
    codes: set[Code] = set()
    with bar("Reading", len(of_run), is_shown=not here.as_json) as advance:
        for run in settled(here.api, [run_id for run_id in of_run if run_id]):
            advance()
            codes.add(code_at_rest(run))
            if here.as_json:
                here.show.line(
                    {
                        **of_run[run["id"]].as_json(),
                        "status": run["status"],
                        "message": run["message"],
                    }
                )
            else:
                here.show.say(
                    f"{of_run[run['id']].file}: {_status(run['status'])}. {run['message']}"
                )
    return codes


def _watch(
    here: Session,
    folder: Path,
    parallel: int,
    settle: float,
    remember_in: Path | None,
    paid_by: Payer | None,
) -> int:
    from dataclasses import replace

    from ..upload.memory import Memory, place_of
    from ..upload.watching import Watch

    if not folder.is_dir():
        raise Stopped(Code.NOT_FOUND, f"{folder} is no folder.")
    account = here.api.get("/api/session")["account"]
    # Bound to the account that it began with: a token that becomes another's must not fill other
    # books.
    api = here.api_of(replace(here.server, account=account["id"]))
    memory = Memory(
        remember_in
        or place_of(here.surroundings.environment, folder, here.server.url, account["id"])
    )
    count = 0

    def told(sent: "Sent") -> None:
        nonlocal count
        count += 1
        if here.as_json:
            here.show.line(sent.as_json())
        else:
            here.show.say(_line(sent, paid_by))

    here.show.note(f"Watching {folder} for {account['name']}. Ctrl-C ends it.")
    watch = Watch(
        folder,
        api,
        memory,
        settle=settle,
        at_once=parallel,
        paid_by=paid_by,
        told=told,
        note=here.show.note,
    )

    def end(_number: int, _frame: object) -> None:
        watch.end()  # an exception that is raised while Python cleans up is lost; this is not
        raise KeyboardInterrupt

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        watch.run()
    except KeyboardInterrupt:
        pass  # as it was asked to
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        memory.close()
    here.show.note(
        f"Stopped watching. {counted(count, 'file was', 'files were')} dealt with; the next time "
        "goes on from here."
    )
    return Code.DONE

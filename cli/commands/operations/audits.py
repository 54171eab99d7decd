"""`tillroll audit`: the audit's keys, and the verification of an export."""

from pathlib import Path
from typing import Annotated

import typer

from tillroll_command.replies import AsJson, reply

app = typer.Typer(no_args_is_help=True, help="The audit's keys, and the verification of an export.")


def _public_key(text: str) -> bytes:
    from cli.operations.audit import NoKey, public_key

    try:
        return public_key(text)
    except NoKey as error:
        raise typer.BadParameter(str(error)) from error


@app.command()
def key(*, as_json: AsJson = False) -> None:
    """Make a key that seals the audit; print both halves, once."""
    from cli.operations.audit import key_text, new_key

    secret, public = new_key()
    reply({"secret": secret, "publicKey": public}, key_text(secret, public), as_json=as_json)


@app.command("public-key")
def half(
    file: Annotated[
        Path, typer.Argument(help="Holds the key, for instance .tillroll/audit-signing-key.")
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Print the public half of a key."""
    from cli.operations.audit import public_key_text
    from cli.operations.failures import or_else

    with or_else("This file holds no key."):
        public = public_key_text(file)
    reply({"publicKey": public}, public, as_json=as_json)


@app.command()
def verify(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="Exports, or copies, in the order of seals."),
    ],
    public_key: Annotated[
        list[bytes],
        typer.Option(parser=_public_key, metavar="KEY", help="Base64, or a file; repeat."),
    ],
    from_seal: Annotated[int, typer.Option(help="The seal that the export begins with.")] = 1,
    expect_seal: Annotated[
        int | None, typer.Option(help="The number of the last seal, as it was noted elsewhere.")
    ] = None,
    expect_hash: Annotated[
        str | None, typer.Option(help="The hash of the last seal, as it was noted elsewhere.")
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Verify exports without any database; exit code 1 where one is not whole."""
    from cli.operations.audit import Expected, summary, verify_files
    from cli.operations.failures import or_else

    with or_else("The export was not verified."):
        verified = verify_files(files, public_key, Expected(from_seal, expect_seal, expect_hash))
    head = verified.head
    document = {
        "first": verified.first,
        "last": head and head.number,
        "events": verified.events,
        "hash": head and head.seal.hash(),
    }
    reply(document, summary(verified), as_json=as_json)

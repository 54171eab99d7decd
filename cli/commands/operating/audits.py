"""`tillroll audit`: the audit's keys, and the verification of an export."""

from pathlib import Path
from typing import Annotated

import typer

from cli.commands.operating.options import say

app = typer.Typer(no_args_is_help=True, help="The audit's keys, and the verification of an export.")


def _public_key(text: str) -> bytes:
    from cli.operating.audit import NoKey, public_key

    try:
        return public_key(text)
    except NoKey as error:
        raise typer.BadParameter(str(error)) from error


@app.command()
def key() -> None:
    """Make a key that seals the audit; print both halves, once."""
    from cli.operating.audit import new_key_text

    say(new_key_text())


@app.command("public-key")
def half(
    file: Annotated[Path, typer.Argument(help="Holds the key, for instance .tillroll/audit-signing-key.")],
) -> None:
    """Print the public half of a key."""
    from cli.operating.audit import public_key_text
    from cli.operating.failures import or_else

    with or_else("This file holds no key."):
        say(public_key_text(file))


@app.command()
def verify(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Exports, or copies, in the order of seals.")],
    public_key: Annotated[
        list[bytes], typer.Option(parser=_public_key, metavar="KEY", help="Base64, or a file; repeat.")
    ],
    from_seal: Annotated[int, typer.Option(help="The seal that the export begins with.")] = 1,
    expect_seal: Annotated[
        int | None, typer.Option(help="The number of the last seal, as it was noted elsewhere.")
    ] = None,
    expect_hash: Annotated[
        str | None, typer.Option(help="The hash of the last seal, as it was noted elsewhere.")
    ] = None,
) -> None:
    """Verify exports without any database; exit code 1 where one is not whole."""
    from cli.operating.audit import Expected, verify_files
    from cli.operating.failures import or_else

    with or_else("The export was not verified."):
        say(verify_files(files, public_key, Expected(from_seal, expect_seal, expect_hash)))

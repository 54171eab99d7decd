"""`tillroll secrets`: which keys the secrets in the database are encrypted under."""

import typer

from cli.commands.operations.options import reply, where
from cli.operations.place import Where
from cli.shared_options import taking

app = typer.Typer(no_args_is_help=True, help="Secrets of endpoints and sources, as the database keeps them.")


@app.command()
@taking(where)
def status(place: Where) -> None:
    """How many each version of ENCRYPTION_KEYS has encrypted: a version that has none can be taken away."""
    from cli.operations.failures import or_else
    from cli.operations.where import query
    from tillroll.platform.encryption import versions_of
    from tillroll.workflows.registry import KEPT_SECRETS

    with or_else("The secrets could not be counted."):
        rows = query(versions_of(KEPT_SECRETS), place)
    lines = [f"{row['kept_in']}: {row['secrets']} under version {row['version']}" for row in rows]
    reply({"items": rows}, *lines, *([] if rows else ["No secret is kept."]), as_json=place.as_json)

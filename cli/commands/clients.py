"""`tillroll clients`: whom expenses are billed to, and their projects."""

from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from ..endings import Code, Stopped
from ..session import Session, session
from ..shared_options import taking
from .runs import Cursor, Limit

if TYPE_CHECKING:
    from ..client.api import JsonObject

Values: TypeAlias = dict[str, Any]

app = typer.Typer(
    no_args_is_help=True, help="Clients and their projects, which expenses select and claims bill."
)

_PATH, _PROJECTS = "/api/clients", "/api/projects"
_Client = Annotated[str, typer.Argument(metavar="CLIENT", help="cli_…, or the client's name.")]
_Project = Annotated[
    str, typer.Argument(metavar="PROJECT", help="prj_…; `tillroll clients projects` lists them.")
]


@app.command("list")
@taking(session)
def list_clients(
    here: Session,
    limit: Limit = 20,
    cursor: Cursor = None,
    archived: Annotated[bool, typer.Option("--archived", help="Those that are archived.")] = False,
) -> None:
    """List the clients, newest first."""
    page = here.api.items(
        _PATH, {"cursor": cursor, **({"archived": "true"} if archived else {})}, limit
    )
    rows = [
        (each["id"], each["name"], each["mail"], each["openProjects"], each["source"] or "a person")
        for each in page["items"]
    ]
    here.show.page(page, ("client", "name", "e-mail", "projects", "added by"), rows, ("projects",))


@app.command()
@taking(session)
def show(here: Session, client: _Client) -> None:
    """Show a client."""
    _shown(here, here.api.get(f"{_PATH}/{client_id(here, client)}"))


def values_given(
    *,
    street: Annotated[str | None, typer.Option(metavar="TEXT", help="Street and number.")] = None,
    postal_code: Annotated[str | None, typer.Option(metavar="TEXT", help="Postal code.")] = None,
    city: Annotated[str | None, typer.Option(metavar="TEXT", help="City.")] = None,
    country: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Two letters, such as AT.")
    ] = None,
    vat_id: Annotated[str | None, typer.Option(metavar="TEXT", help="VAT id.")] = None,
    registration_id: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Number in a register of companies.")
    ] = None,
    mail: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Where claims are sent.")
    ] = None,
    language: Annotated[
        str | None,
        typer.Option(metavar="CODE", help="Language of the page a payer sees, such as de."),
    ] = None,
    currency: Annotated[
        str | None, typer.Option(metavar="CODE", help="Usual currency, such as EUR.")
    ] = None,
    terms: Annotated[
        int | None, typer.Option(metavar="DAYS", help="Payment terms: days until a claim is due.")
    ] = None,
    reference: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Their reference on e-invoices.")
    ] = None,
) -> Values:
    """What is known of a client, by the names of the API; an empty text takes a value away."""
    return _given(
        street=street,
        postalCode=postal_code,
        city=city,
        country=country,
        vatId=vat_id,
        registrationId=registration_id,
        mail=mail,
        language=language,
        currency=currency,
        termsDays=terms,
        reference=reference,
    )


@app.command()
@taking(session)
@taking(values_given)
def add(
    given: Values,
    here: Session,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its name.")],
) -> None:
    """Add a client."""
    _shown(here, here.api.send("POST", _PATH, {"name": name, **given}))


@app.command("set")
@taking(session)
@taking(values_given)
def change(
    given: Values,
    here: Session,
    client: _Client,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="Another name.")] = None,
) -> None:
    """Change a client; an empty text takes a value away. What was issued stays as it is."""
    changes = {**_given(name=name), **given}
    if not changes:
        raise typer.BadParameter("name what changes, such as --mail books@acme.example")
    _shown(here, here.api.send("PATCH", f"{_PATH}/{client_id(here, client)}", changes))


@app.command()
@taking(session)
def archive(
    here: Session,
    client: _Client,
    undo: Annotated[
        bool, typer.Option("--undo", help="Offer an archived client again, by its id.")
    ] = False,
) -> None:
    """Offer a client no more. Its expenses and claims keep it."""
    _shown(
        here, here.api.send("PATCH", f"{_PATH}/{client_id(here, client)}", {"archived": not undo})
    )


@app.command()
@taking(session)
def delete(here: Session, client: _Client) -> None:
    """Delete a client that nothing uses."""
    here.api.send("DELETE", f"{_PATH}/{client_id(here, client)}")
    here.show.say(f"{client} is deleted.")


@app.command()
@taking(session)
def merge(
    here: Session,
    client: _Client,
    into: Annotated[
        str, typer.Argument(metavar="INTO", help="The client that stays: cli_…, or its name.")
    ],
) -> None:
    """Merge a client into another, which gets its expenses and projects. It cannot be undone."""
    body = {"into": client_id(here, into)}
    _shown(here, here.api.send("POST", f"{_PATH}/{client_id(here, client)}/merge", body))


@app.command()
@taking(session)
def projects(
    here: Session,
    client: Annotated[
        str | None, typer.Argument(metavar="CLIENT", help="Only of this client.")
    ] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> None:
    """List projects, newest first."""
    of = {} if client is None else {"client": client_id(here, client)}
    page = here.api.items(_PROJECTS, {"cursor": cursor, **of}, limit)
    rows = [
        (each["id"], each["name"], each["client"], "archived" if each["closedAt"] else "")
        for each in page["items"]
    ]
    here.show.page(page, ("project", "name", "client", ""), rows)


@app.command()
@taking(session)
def add_project(
    here: Session,
    client: _Client,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its name.")],
) -> None:
    """Add a project of a client."""
    made = here.api.send("POST", f"{_PATH}/{client_id(here, client)}/projects", {"name": name})
    _said(here, made)


@app.command()
@taking(session)
def set_project(
    here: Session,
    project: _Project,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="Another name.")] = None,
    archive: Annotated[
        bool | None, typer.Option("--archive/--restore", help="Offer it no more, or again.")
    ] = None,
) -> None:
    """Rename a project, archive it, or restore it."""
    given = _given(name=name, archived=archive)
    if not given:
        raise typer.BadParameter("name what changes: --name, --archive or --restore")
    _said(here, here.api.send("PATCH", f"{_PROJECTS}/{project}", given))


def client_id(here: Session, client: str) -> str:
    """The id of a client that somebody named by it, or by its name."""
    if client.startswith("cli_"):
        return client
    found = here.api.get(_PATH, {"name": client})["items"]
    if not found:
        raise Stopped(
            Code.NOT_FOUND, f"There is no client {client}: `tillroll clients list` lists them."
        )
    if len(found) > 1:
        raise Stopped(
            Code.REFUSED, f"Several clients are called {client}: name one by its id, or merge them."
        )
    return str(found[0]["id"])


def _given(**values: "str | int | bool | None") -> Values:
    return {
        name: None if value == "" else value for name, value in values.items() if value is not None
    }


def _shown(here: Session, client: "JsonObject") -> None:
    if here.as_json:
        here.show.document(client)
        return
    rows = [
        (label, client[field])
        for label, field in (
            ("client", "id"),
            ("name", "name"),
            ("street", "street"),
            ("postal code", "postalCode"),
            ("city", "city"),
            ("country", "country"),
            ("VAT id", "vatId"),
            ("e-mail", "mail"),
            ("language", "language"),
            ("currency", "currency"),
            ("payment terms (days)", "termsDays"),
            ("reference", "reference"),
            ("from", "source"),
            ("archived at", "archivedAt"),
            ("merged into", "mergedInto"),
        )
        if client[field] is not None
    ]
    here.show.table(("", "client"), rows)


def _said(here: Session, project: "JsonObject") -> None:
    if here.as_json:
        here.show.document(project)
    else:
        closed = ", archived" if project["closedAt"] else ""
        here.show.say(f"{project['id']}: {project['name']} of {project['client']}{closed}")

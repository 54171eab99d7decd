"""`tillroll company`: what claims, invoices and payment files say of the company."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..session import Session, session
from ..shared_options import taking

if TYPE_CHECKING:
    from ..client.api import JsonObject

app = typer.Typer(
    no_args_is_help=True, help="The company: its name, address, tax id, bank account and logo."
)

_PATH, _LOGO = "/api/company", "/api/company/logo"
_FIELDS = (
    ("name", "name"),
    ("street", "street"),
    ("postal code", "postalCode"),
    ("city", "city"),
    ("country", "country"),
    ("VAT id", "vatId"),
    ("registration", "registrationId"),
    ("e-mail", "mail"),
    ("IBAN", "iban"),
    ("BIC", "bic"),
)


def _option(says: str) -> typer.models.OptionInfo:
    return typer.Option(metavar="TEXT", help=f"{says} Empty takes it away.")


@app.command()
@taking(session)
def show(here: Session) -> None:
    """Show what is entered of the company."""
    _shown(here, here.api.get(_PATH))


@app.command("set")
@taking(session)
def change(
    here: Session,
    name: Annotated[str | None, _option("Its name.")] = None,
    street: Annotated[str | None, _option("Street and number.")] = None,
    postal_code: Annotated[str | None, _option("Postal code.")] = None,
    city: Annotated[str | None, _option("City.")] = None,
    country: Annotated[str | None, _option("Two letters, such as DE.")] = None,
    vat_id: Annotated[str | None, _option("VAT id, such as DE123456789.")] = None,
    registration_id: Annotated[str | None, _option("Number in a register of companies.")] = None,
    mail: Annotated[str | None, _option("E-mail address.")] = None,
    iban: Annotated[str | None, _option("IBAN that payers pay to.")] = None,
    bic: Annotated[str | None, _option("BIC of its bank.")] = None,
) -> None:
    """Change what is entered of the company. What was issued before stays as it is."""
    given = {
        "name": name,
        "street": street,
        "postalCode": postal_code,
        "city": city,
        "country": country,
        "vatId": vat_id,
        "registrationId": registration_id,
        "mail": mail,
        "iban": iban,
        "bic": bic,
    }
    changes = {field: value or None for field, value in given.items() if value is not None}
    if not changes:
        raise typer.BadParameter("name what changes, such as --city Köln")
    _shown(here, here.api.send("PATCH", _PATH, changes))


@app.command()
@taking(session)
def logo(
    here: Session,
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="A PNG or JPEG.")] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Show no logo any more.")] = False,
) -> None:
    """Set the logo that payers see, or remove it."""
    if remove == (file is not None):
        raise typer.BadParameter("name a file, or --remove")
    if file is None:
        here.api.send("DELETE", _LOGO)
        here.show.say("The logo is removed.")
        return
    from ..client.problems import told

    try:
        content = file.read_bytes()
    except OSError as error:
        raise typer.BadParameter(f"{file} cannot be read: {error}") from error
    headers = {"content-type": "application/octet-stream"}
    _shown(here, told(here.api.answer("POST", _LOGO, content=content, headers=headers)))


def _shown(here: Session, company: "JsonObject") -> None:
    if here.as_json:
        here.show.document(company)
        return
    rows = [(label, company[field]) for label, field in _FIELDS if company[field] is not None]
    if (picture := company["logo"]) is not None:
        rows.append(
            ("logo", f"{picture['width']} x {picture['height']} pixels, {picture['mediaType']}")
        )
    here.show.table(("", "company"), rows)
    if company["missing"]:
        here.show.note(f"Invoices and transfers still need: {', '.join(company['missing'])}.")

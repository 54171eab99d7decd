"""What `make dev` says once it is ready."""

from pathlib import Path

from local.dev import beside
from local.stack import Options, Stack


def test_the_books_of_this_machine_are_said_with_their_address_and_how_they_are_connected(
    tmp_path: Path,
) -> None:
    stack = Stack(Options(tmp_path))
    says = beside(stack)[-1]
    assert says.startswith(
        f"Xero, QuickBooks and HubSpot of this machine are in {stack.books_url}: connect them"
    )


def test_a_provider_of_mail_that_is_set_takes_the_place_of_this_machines(tmp_path: Path) -> None:
    own = beside(Stack(Options(tmp_path)))
    others = beside(Stack(Options(tmp_path, variables={"MAIL_API_URL": "https://mail.example"})))
    assert [line.startswith("What it mails is in ") for line in (own[0], others[0])] == [
        True,
        False,
    ]

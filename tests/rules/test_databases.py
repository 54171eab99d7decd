"""Of several databases, only the ways in know: all else asks the platform for its own."""

import ast
from pathlib import Path
from typing import Final

from local.places import ROOT
from tests.rules.sources import files, nodes

_SOURCES: Final = ROOT / "src"
# Decision 218 has a row for each.
WAYS_IN: Final = {
    "entry.py": "requests, messages of the queue, instances of workflows, the cron's messages",
    "tillroll/api/across.py": "a database that an operator has named",
    "tillroll/audit/endpoints.py": "runs that an operator names; rounds of the archive",
    "tillroll/identity/authentication.py": "a token, a session",
    "tillroll/identity/companies/service.py": "another company of one person",
    "tillroll/identity/own_links.py": "an address that somebody may have in several databases",
    "tillroll/identity/passkeys.py": "a passkey, whose challenge waits in the first database",
    "tillroll/identity/sessions.py": "a code",
    "tillroll/inbound/native.py": "an event from outside",
    "tillroll/mail/service.py": "a link that confirms an address; an event of the mail's provider",
    "tillroll/moving/workflow.py": "a move, which writes in two databases",
    "tillroll/received_mail/service.py": "a mail",
    "tillroll/secret_links.py": "a payer's link, a link to an export",
    "tillroll_durable/dispatch.py": "a run of a moved account",
    "tillroll_durable/jobs/minute.py": "the cron",
    "tillroll_durable/platform/bindings/moves.py": "what has moved",
}
_MAKERS: Final = {
    "tillroll_durable/platform/cloudflare/environment.py",
    "tillroll_durable/platform/invocation.py",
    "tillroll_durable/platform/services.py",
}


def _name(path: Path) -> str:
    return path.relative_to(_SOURCES).as_posix()


def _enters(path: Path) -> bool:
    """Whether a module uses `enter`, or `find`, which enters the database of what is moved."""
    for node in nodes(path):
        if not isinstance(node, ast.ImportFrom):
            continue
        names = {each.name for each in node.names}
        if node.module == "tillroll_durable.platform.invocation" and "enter" in names:
            return True
        if node.module == "tillroll_durable.platform.bindings.moves" and "find" in names:
            return True
    return False


def _reads_databases(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "databases"


def test_the_ways_in_are_those_of_the_list() -> None:
    entering = {_name(path) for path in files("src", ".py") if _enters(path)}
    assert entering == WAYS_IN.keys()


# What looks at several databases at once. A move alone writes in two of them, in a batch for each.
_LOOKING_AT_ALL: Final = {
    "tillroll/api/across.py",
    "tillroll/api/health.py",
    "tillroll/identity/companies/service.py",
    "tillroll/moving/workflow.py",
    "tillroll/payouts/strange_payments.py",
    "tillroll_durable/schedules/following.py",
}


def _looks_at_all(path: Path) -> bool:
    return any(
        isinstance(node, ast.ImportFrom) and "over_all" in {each.name for each in node.names}
        for node in nodes(path)
    )


def test_what_looks_at_all_databases_is_in_the_list() -> None:
    looking = {_name(path) for path in files("src", ".py") if _looks_at_all(path)}
    assert looking == _LOOKING_AT_ALL


def test_nothing_else_takes_a_database_of_several() -> None:
    reading = {
        _name(path)
        for path in files("src", ".py")
        if any(_reads_databases(node) for node in nodes(path))
    }
    assert reading <= _MAKERS


def test_no_code_names_the_number_of_a_further_database() -> None:
    naming = {
        _name(path)
        for path in files("src", ".py")
        for node in nodes(path)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if node.value.startswith("DB_") and not node.value.endswith("_")
    }
    assert naming == set()

"""The core knows no kind of workflow: a kind's name stands in its package, in the registry and in the routes that are
its own by name."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from local import config
from local.places import ROOT
from tests.rules.sources import files, nodes, text
from tillroll.platform.bindings.engine import binding_of
from tillroll.workflows.registry import REGISTRY

_SOURCES = ROOT / "src" / "tillroll"
_RECEIPT = re.compile("receipt", re.IGNORECASE)
# What is a kind's own by name, beside its package: the domains that it reads with, and its routes.
_OWN = {
    "erasure": (
        "workflows/erasure/",
        "workflows/registry.py",
        "api/privacy/",
        "privacy/",
        "api/operators/archive.py",  # which leaves alone what is being erased
    ),
    "data-export": ("workflows/data_export/", "workflows/registry.py", "api/privacy/", "privacy/"),
    "bulk-operation": ("workflows/bulk_operation/", "workflows/registry.py", "api/operators/bulk_operations.py"),
    "claim": (
        "claims/",
        "workflows/claim/",
        "workflows/registry.py",
        "api/claims/",
        "api/app.py",
        "api/problems.py",
        "access/permissions.py",
        "expenses/approving/policy.py",  # the moment at which a policy is held, which is no run
        "notifications/topics.py",
    ),
    "export": (
        "access/permissions.py",  # what a person may do, which is no run
        "exports/",
        "workflows/export/",
        "workflows/registry.py",
        "api/exports/",
        "api/files/",
        "audit/verifying/findings.py",  # an exported file of the audit, which is no run
    ),
    "payout": (
        "workflows/payout/",
        "workflows/registry.py",
        "api/payouts/",
        "payments/",  # a word in what is sent to the provider
        "workflows/payout_batch/",  # each of a batch is one
    ),
    "onboarding": (
        "access/permissions.py",  # what a person may do, which is no run
        "workflows/onboarding/",
        "workflows/registry.py",
        "api/accounts/sessions.py",  # somebody joins
    ),
    "payout-batch": ("workflows/payout_batch/", "workflows/registry.py", "api/payouts/"),
    "mail": (
        "workflows/mail/",
        "privacy/handed_out.py",  # a column, which is no run
        "api/privacy/retention.py",  # how long mail is kept
        "mailed_in/",  # which answers mail, and takes receipts in
        "api/received_mail/",
        "workflows/registry.py",
        "api/mail/",
        "api/people/",
        "workflows/claim/",  # which is sent by mail
        "workflows/onboarding/",  # whose welcome is one
        "api/claims/",
        "platform/outgoing.py",  # a name that no public host ends in
    ),
    "receipt": (
        "receipts/",
        "invoices/",
        "workflows/receipt/",
        "workflows/onboarding/",  # which begins a sample of one
        "mailed_in/",
        "workflows/registry.py",
        "api/expenses/",
        "expenses/finding/filters.py",  # the paper that an expense may lack, which is no run
        "api/files/",
        "api/openapi.py",
        "api/runs/read_again.py",
        "api/shapes.py",
        "api/vouchers/",
        "api/accounts/accounts.py",
        "privacy/data.py",  # what can be erased, which is no run
    ),
}


@dataclass(frozen=True)
class _Module:
    """What a module of the sources says: its text constants with their lines, and the whole names that it imports."""

    name: str
    texts: tuple[tuple[str, int], ...]
    imported: tuple[str, ...]


@cache
def _modules() -> tuple[_Module, ...]:
    return tuple(_read(path) for path in files("src/tillroll", ".py"))


def _read(path: Path) -> _Module:
    texts = ((node.value, node.lineno) for node in nodes(path) if isinstance(node, ast.Constant))
    return _Module(
        path.relative_to(_SOURCES).as_posix(),
        tuple((value, line) for value, line in texts if isinstance(value, str)),
        tuple(imported for node in nodes(path) for imported in _imported(node)),
    )


def _others_than(kind: str) -> Iterator[_Module]:
    """The modules in which a kind's name must not stand."""
    own = _OWN.get(kind, (f"workflows/{kind.replace('-', '_')}/", "workflows/registry.py"))
    return (module for module in _modules() if not module.name.startswith(own))


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else []


def test_neither_the_core_nor_the_platform_knows_a_receipt() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for folder in ("durable", "platform")
        for path in files(f"src/tillroll/{folder}", ".py", ".sql", ".md")
        for number, line in enumerate(text(path).splitlines(), start=1)
        if _RECEIPT.search(line)
    ]
    assert found == []


@pytest.mark.parametrize("kind", REGISTRY.newest)
def test_a_kinds_name_stands_only_where_it_is_its_own(kind: str) -> None:
    named = [
        f"{module.name}:{line}"
        for module in _others_than(kind)
        for said, line in module.texts
        if said in {kind, f"workflow:{kind}"}
    ]
    assert named == []


@pytest.mark.parametrize("kind", REGISTRY.newest)
def test_a_kinds_package_is_imported_only_by_what_is_its_own(kind: str) -> None:
    package = f"tillroll.workflows.{kind.replace('-', '_')}."
    importers = [
        module.name
        for module in _others_than(kind)
        if any(imported.startswith(package) for imported in module.imported)
    ]
    assert importers == []


def test_every_kind_has_a_binding_and_a_class_of_one_line() -> None:
    declared = {each["binding"]: each["class_name"] for each in config.read_deployed()["workflows"]}
    assert sorted(declared) == sorted(binding_of(kind) for kind in REGISTRY.newest)
    classes = {node.name: node for node in nodes(ROOT / "src" / "entry.py") if isinstance(node, ast.ClassDef)}
    for name in declared.values():
        [line] = classes[name].body
        assert ast.unparse(line) == "..."


@pytest.mark.parametrize(
    ("kind", "binding"), [("payout", "PAYOUT_WORKFLOW"), ("bank-transfer", "BANK_TRANSFER_WORKFLOW")]
)
def test_a_binding_is_named_after_its_kind(kind: str, binding: str) -> None:
    assert binding_of(kind) == binding

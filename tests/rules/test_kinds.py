"""The core knows no kind of workflow: a kind's name stands in its feature, in the registry and in
the routes that are its own by name.
"""

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
from tillroll.app import MODULES
from tillroll.workflows.registry import REGISTRY
from tillroll_durable.platform.bindings.engine import (
    SHARED_BINDING,
    SHARED_CLASS,
    binding_of,
    class_name_of,
)

_SOURCES = ROOT / "src"
_RECEIPT = re.compile("receipt", re.IGNORECASE)
# Where a kind's name may stand beside the registry and the folder of its module: where the same
# word says something else.
_OWN = {
    "erasure": ("audit/endpoints.py",),  # the audit leaves alone what is being erased
    "claim": (
        "bank/",  # a document that explains money
        "books/",  # what is written into the books, which is no run
        "api/problems.py",
        "access/permissions.py",
        "expenses/approval/policies.py",  # the moment at which a policy is held, which is no run
        "notifications/topics.py",
    ),
    "export": (
        "access/permissions.py",  # what a person may do, which is no run
        "tillroll_durable/sealing/checks.py",  # an exported file of the audit, which is no run
    ),
    "payout": (
        "bank/",  # a document that explains money
    ),
    "statement": (
        "claims/",  # a file of a claim
        "tillroll_documents/",  # a document that is no receipt
        "receipts/transcription.py",  # what stands in place of a receipt
    ),
    "onboarding": (
        "access/permissions.py",  # what a person may do, which is no run
        "identity/session_endpoints.py",  # somebody joins
    ),
    "mail": (
        "received_mail/",  # which answers mail
        "privacy/",  # how long mail is kept, and a column that is handed out
        "identity/",  # whose links and codes are mailed
        "claims/",  # which are sent by mail
        "bank/",  # a way in which a file comes
        "onboarding/",  # whose welcome is one
        "notifications/channels.py",  # a channel of that name
        "notifications/endpoints.py",  # the tag of a route
        "tillroll_durable/platform/web/outgoing.py",  # a name that no public host ends in
    ),
    "receipt": (
        "tillroll_documents/",
        "received_mail/",
        "onboarding/",  # which begins a sample of one
        "expenses/",  # whose paper it is
        "api/answers.py",
        "accounts/endpoints.py",
        "privacy/",  # what can be erased, which is no run
    ),
}


@dataclass(frozen=True)
class _Module:
    """What a module of the sources says: its text constants with their lines."""

    name: str
    texts: tuple[tuple[str, int], ...]


def _packaged() -> Iterator[Path]:
    """The files of the packages, without the wiring beside them."""
    return (path for path in files("src", ".py") if path.parent != _SOURCES)


@cache
def _modules() -> tuple[_Module, ...]:
    return tuple(_read(path) for path in _packaged())


def _read(path: Path) -> _Module:
    texts = ((node.value, node.lineno) for node in nodes(path) if isinstance(node, ast.Constant))
    return _Module(
        path.relative_to(_SOURCES).as_posix().removeprefix("tillroll/"),
        tuple((value, line) for value, line in texts if isinstance(value, str)),
    )


def _folder_of(kind: str) -> str:
    """The folder of the module that lists the kind."""
    constant = kind.upper().replace("-", "_")
    [folder] = {
        module.path.removeprefix("tillroll.").replace(".", "/") + "/"
        for module in MODULES
        for place in module.workflows
        if re.fullmatch(rf"{constant}(_V\d+)?", place.partition(":")[2])
    }
    return folder


def _others_than(kind: str) -> Iterator[_Module]:
    """The modules in which a kind's name must not stand."""
    own = ("app.py", "workflows/registry.py", _folder_of(kind), *_OWN.get(kind, ()))
    return (module for module in _modules() if not module.name.startswith(own))


def test_neither_the_core_nor_the_platform_knows_a_receipt() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in files("src/tillroll_durable", ".py", ".sql", ".md")
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


def test_the_class_of_each_kind_is_bound_and_there() -> None:
    declared = {each["binding"]: each["class_name"] for each in config.read_deployed()["workflows"]}
    own = {binding_of(kind): class_name_of(kind) for kind in REGISTRY.kinds if has_own_class(kind)}
    assert declared == {**own, SHARED_BINDING: SHARED_CLASS}
    classes = {
        node.name for node in nodes(ROOT / "src" / "entry.py") if isinstance(node, ast.ClassDef)
    }
    assert {*declared.values()} <= classes


def has_own_class(kind: str) -> bool:
    """As the workflow says, which is imported for it; app.py says the same without."""
    assert REGISTRY.newest[kind].has_own_class == REGISTRY.has_own_class(kind)
    return REGISTRY.has_own_class(kind)


@pytest.mark.parametrize(
    ("kind", "binding"),
    [("payout", "PAYOUT_WORKFLOW"), ("bank-transfer", "BANK_TRANSFER_WORKFLOW")],
)
def test_a_binding_is_named_after_its_kind(kind: str, binding: str) -> None:
    assert binding_of(kind) == binding
    words = binding.removesuffix("_WORKFLOW").split("_")
    assert class_name_of(kind) == "".join(map(str.capitalize, words)) + "Workflow"

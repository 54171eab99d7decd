"""What is left of a file of Python when a module that it imports is not there."""

from textwrap import dedent

import pytest

from cli.making.projects.pruning.cutting import cut
from cli.making.projects.pruning.gone_imports import GoneImports
from cli.making.projects.pruning.one_file import prune

GONE = GoneImports({"app.mail"}, {"app.door": frozenset({"Mailed"})})
IMPORT = "from app.mail import letters, send, Letter\n"


def left_of(source: str) -> str:
    pruned = prune(IMPORT + dedent(source), GONE).source
    return pruned.replace(IMPORT, "").strip()


@pytest.mark.parametrize(
    ("source", "left"),
    [
        ("ROUTES = (runs, letters)", "ROUTES = (runs, )"),
        ("ROUTES = [*runs.ALL, *letters.ALL]", "ROUTES = [*runs.ALL, ]"),
        ('PARTS = {"runs": sweep(), "mail": send()}', 'PARTS = {"runs": sweep(), }'),
        ("Reply = Json | Letter", "Reply = Json"),
        ('ROW = row | {"mail": send()}', "ROW = row"),
        ('ROW = row | {"mail": send(), "runs": 1}', 'ROW = row | {"runs": 1}'),
        ("ROW = row | {}", "ROW = row | {}"),
        ("REGISTRY = Registry(KINDS, told=letters)", "REGISTRY = Registry(KINDS)"),
        ("APP = create_app(REGISTRY, letters)", ""),
        ('ROWS = (("runs", runs), ("mail", letters))', 'ROWS = (("runs", runs), )'),
        ('KEPT = Kept("secrets", send)', ""),
        ("from app.door import Open, Mailed", "from app.door import Open"),
        ("from app.runs import letters as told\nTOLD = told", "from app.runs import letters as told\nTOLD = told"),
        ('__all__ = ["letters", "runs"]', '__all__ = ["runs"]'),
        ("LIST = send()\nOTHER = LIST + 1\nKEPT = 2", "KEPT = 2"),
    ],
)
def test_the_smallest_whole_thing_goes(source: str, left: str) -> None:
    assert left_of(source) == left


@pytest.mark.parametrize(
    ("source", "left"),
    [
        (
            """
            def handle(reply):
                if isinstance(reply, Letter):
                    return 1
                else:
                    return 2
            """,
            "def handle(reply):\n    return 2",
        ),
        (
            """
            def handle(body):
                try:
                    begin(body)
                except Letter:
                    raise
            """,
            "def handle(body):\n    begin(body)",
        ),
        ("def told(letter: Letter) -> str:\n    return letter.text", ""),
        (
            "def told(key: str, letter: Letter | None = None) -> str:\n    return key",
            "def told(key: str, ) -> str:\n    return key",
        ),
        (
            """
            def handle(body):
                answer = send(body)
                if body:
                    answer = begin(body)
                return answer
            """,
            "def handle(body):\n    if body:\n        answer = begin(body)\n    return answer",
        ),
        (
            """
            def handle(body):
                lock = Lock()
                if body:
                    with lock:
                        send(body)
                return body
            """,
            "def handle(body):\n    return body",
        ),
    ],
)
def test_a_function_keeps_what_stands_by_itself(source: str, left: str) -> None:
    assert left_of(source) == dedent(left).strip()


def test_a_condition_that_names_it_in_part_keeps_its_other_part() -> None:
    assert left_of("if send or ready:\n    go()") == "if ready:\n    go()"


def test_a_file_of_which_nothing_is_left_goes_and_takes_its_users_along() -> None:
    files = {
        "src/app/telling.py": '"""Tells."""\nfrom app.mail import send\n\n\ndef tell():\n    send()\n',
        "src/app/minute.py": "from app.telling import tell\n\nPARTS = [work, tell]\n",
        "src/app/entry.py": "from .telling import tell\n\n\ndef go():\n    work()\n    tell()\n",
    }
    result = cut(files, {"src/app/mail/__init__.py", "src/app/mail/sending.py"})
    assert result.emptied == {"src/app/telling.py"}
    assert result.changed["src/app/minute.py"].split() == ["PARTS", "=", "[work,", "]"]
    assert "tell" not in result.changed["src/app/entry.py"]


def test_a_workflows_class_goes_with_its_package() -> None:
    files = {
        "src/entry.py": "class PayoutBatchWorkflow(Run): ...\n\n\nclass OwnWorkflow(Run): ...\n",
        "src/tillroll/app.py": 'MODULES = (Module("payouts", workflows=("batches.workflow:PAYOUT_BATCH",)),)\n',
    }
    result = cut(files, {"src/tillroll/payouts/batches/workflow.py"})
    assert result.changed["src/entry.py"].strip() == "class OwnWorkflow(Run): ..."

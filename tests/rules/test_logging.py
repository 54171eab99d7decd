"""What is deployed logs by tillroll_durable.platform.log alone, which tells no content."""

import ast
from pathlib import Path

from local.places import ROOT
from tests.rules.sources import files, nodes

MAY_LOG = {
    "tillroll_documents/pdf_reader/reader.py",  # it silences a library
    "tillroll_durable/platform/cloudflare/runtime.py",
    "tillroll_durable/platform/log.py",
}


def test_nothing_deployed_logs_past_it() -> None:
    sources = {path.relative_to(ROOT / "src").as_posix(): path for path in files("src", ".py")}
    assert sources.keys() >= MAY_LOG
    for name in sources.keys() - MAY_LOG:
        _check(sources[name])


def _check(path: Path) -> None:
    for node in nodes(path):
        names = (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import | ast.ImportFrom)
            else []
        )
        module = (node.module or "") if isinstance(node, ast.ImportFrom) else ""
        assert not {"logging", "traceback", "warnings"} & {*names, module}, (
            f"{path}: use tillroll_durable.platform.log"
        )
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert called != "print", f"{path}: use tillroll_durable.platform.log"
            assert not called.startswith(("js.console", "sys.stdout", "sys.stderr")), (
                f"{path}: use it"
            )

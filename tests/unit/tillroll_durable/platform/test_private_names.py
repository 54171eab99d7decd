"""What we use of others without their promise is as it was: docs/decisions/0164-private-names.md.
Their sources are read as they are installed.
"""

import ast
import zipfile
from functools import cache

from local.places import NODE_MODULES, PYTHON_MODULES


@cache
def _of_pyodide(path: str) -> ast.Module:
    """A file of the Python that runs in the Worker."""
    with zipfile.ZipFile(NODE_MODULES / "pyodide" / "python_stdlib.zip") as library:
        return ast.parse(library.read(path))


@cache
def _of_sdk(file: str) -> ast.Module:
    return ast.parse((PYTHON_MODULES / "workers" / file).read_text(encoding="utf-8"))


def _function(tree: ast.AST, name: str) -> ast.AST:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name:
            return node
    raise AssertionError(f"there is no function {name} any more")


def _class(tree: ast.AST, name: str) -> ast.AST:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name == name:
            return node
    raise AssertionError(f"there is no class {name} any more")


def _called(tree: ast.AST) -> list[str]:
    """The methods that are called, in the order of the source."""
    return [
        node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ]


def test_the_sdk_keeps_the_bindings_beneath_its_wrapper() -> None:
    init = ast.unparse(_function(_class(_of_sdk("rpc.py"), "_EnvWrapper"), "__init__"))
    assert "self._env = env" in init


def test_the_sdk_asks_for_the_runtimes_flags_by_the_same_name() -> None:
    imported = [
        alias.name
        for node in ast.walk(_of_sdk("entrypoints.py"))
        if isinstance(node, ast.Import)
        for alias in node.names
    ]
    assert "_cloudflare_compat_flags" in imported


def test_a_steps_function_gets_its_context_by_this_name() -> None:
    """It is public; the name is what `CloudflareEngine.do` relies on."""
    wrapper = _class(_of_sdk("entrypoints.py"), "_WorkflowStepWrapper")
    assert "p.name == 'ctx'" in ast.unparse(_function(wrapper, "_build_dependency_list"))
    do = ast.unparse(_function(wrapper, "_do_implicit"))
    assert do.startswith("def _do_implicit(self, name=None, *, concurrent=False, config=None):")


def test_pyodides_loop_prepares_and_runs_a_callback_as_we_do() -> None:
    loop = _class(_of_pyodide("pyodide/webloop.py"), "WebLoop")
    calls = [
        name for name in _called(_function(loop, "run_handle")) if not name.startswith("_system")
    ]
    assert calls[:2] == ["_install_running_loop", "_install_asyncgen_hooks"]
    assert "_run" in calls
    # What we put in the place of its `call_soon` is what the loop and its futures call.
    assert _called(_function(loop, "call_soon_threadsafe")) == ["call_soon"]
    _function(_class(_of_pyodide("asyncio/events.py"), "Handle"), "_run")


def test_pythons_loop_can_leave_a_task() -> None:
    leave = _function(_of_pyodide("asyncio/tasks.py"), "_leave_task")
    assert isinstance(leave, ast.FunctionDef)
    assert [each.arg for each in leave.args.args] == ["loop", "task"]

"""What is read of workerd's configuration is what workerd.capnp says that it has."""

from pathlib import Path
from typing import Any, cast

import capnp  # pyright: ignore[reportMissingTypeStubs]  # pycapnp ships none
import pytest

from local.places import NODE_MODULES
from tillroll_local.runtime.worker_config import (
    Module,
    PythonWorker,
    UnreadableConfig,
    python_worker,
)

FLAGS = ["python_workers", "python_workflows"]
MODULES = [
    Module("entry.py", "pythonModule", b"import other\n"),
    Module("other.py", "pythonModule", "answer = 'ä'\n".encode()),
    Module("empty.py", "pythonModule", b""),
    Module("a/data.bin", "data", b"\0\1\2"),
    Module("nothing.bin", "data", b""),
    Module("script.js", "esModule", b"export default 1;\n"),
    Module("large.py", "pythonModule", b"# a line\n" * 5000),
]


def schema() -> Any:
    imports = [str(Path(cast("Any", capnp).__file__).parent.parent)]
    return cast("Any", capnp).load(str(NODE_MODULES / "workerd" / "workerd.capnp"), imports=imports)


def configuration(*workers: list[Module], value: str = "first") -> bytes:
    """With a proxy beside the Workers, as wrangler's have. It is long enough for several
    segments.
    """
    config = schema().Config.new_message()
    config.v8Flags = ["--expose-gc"]
    services = config.init("services", 1 + len(workers))
    services[0].name = "internet"
    services[0].init("network").allow = ["public"]
    for service, modules in zip(list(services)[1:], workers, strict=True):
        service.name = "core:user:tillroll"
        worker = service.init("worker")
        worker.compatibilityDate = "2026-11-01"
        worker.compatibilityFlags = FLAGS
        for entry, module in zip(worker.init("modules", len(modules)), modules, strict=True):
            entry.name = module.name
            setattr(
                entry,
                module.kind,
                module.content if module.kind == "data" else module.content.decode(),
            )
        binding = worker.init("bindings", 1)[0]
        binding.name, binding.text = "VARIABLE", value
    return bytes(config.to_bytes())


def test_the_modules_and_flags_of_the_python_worker_are_read() -> None:
    javascript = [Module("index.js", "esModule", b"export default {};\n")]
    expected = PythonWorker(MODULES, "2026-11-01", FLAGS, ["--expose-gc"])
    assert python_worker(configuration(javascript, MODULES)) == expected


def test_a_binding_is_no_part_of_it() -> None:
    first, second = (configuration(MODULES, value=value) for value in ("first", "another"))
    assert first != second
    assert python_worker(first) == python_worker(second)


def test_without_a_python_worker_or_with_two_there_is_none() -> None:
    assert python_worker(configuration([Module("index.js", "esModule", b"")])) is None
    assert python_worker(configuration(MODULES, MODULES)) is None
    assert python_worker(b"of wrangler's proxy") is None


@pytest.mark.parametrize(
    "message", [b"python_workers", configuration(MODULES)[:-2000], b"\0" * 64 + b"python_workers"]
)
def test_what_is_no_configuration_is_refused(message: bytes) -> None:
    with pytest.raises(UnreadableConfig):
        python_worker(message)

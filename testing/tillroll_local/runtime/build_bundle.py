"""Build the Pyodide bundle that workerd reads from disk, out of the npm package `pyodide`.

    python -m tillroll_local.runtime.build_bundle NODE_MODULES/pyodide OUT_DIR

workerd normally downloads this file. With the compatibility flags `experimental` and
`python_workers_development` it reads OUT_DIR/pyodide_dev.capnp.bin instead, when it is started with
`--pyodide-bundle-disk-cache-dir=OUT_DIR`. The replacements follow workerd's own build of the bundle
(src/pyodide in cloudflare/workerd); they fit exactly one Pyodide release, which package.json pins.
"""

import re
import sys
from pathlib import Path
from typing import Any, cast

import capnp  # pyright: ignore[reportMissingTypeStubs]  # pycapnp ships none

from tillroll_local.runtime.snapshots import BUNDLE_NAME

# Inside workerd, code generation, clocks, entropy and memory go through its own wrappers.
_REPLACEMENTS = (
    ("new WebAssembly.Module(", "newWasmModule("),
    ("await WebAssembly.instantiate(", "await wasmInstantiate("),
    ("Date.now", "monotonicDateNow"),
    ("reportUndefinedSymbols()", "void 0"),
    ("crypto.getRandomValues(", "getRandomValues(Module,"),
    ("getMemory(metadata.memorySize", "Module.getMemoryPatched(Module,libName,metadata.memorySize"),
    (
        "function loadLibData(){",
        (
            "function loadLibData(){const found=patchedLoadLibData(Module,libName,flags.rpath);"
            "return flags.loadAsync?Promise.resolve(found):found;"
        ),
    ),
    (
        "export default _createPyodideModule;",
        "export default _createPyodideModule;export {_createPyodideModule};",
    ),
)
_IMPORTS = (
    "import {addEventListener,getRandomValues,location,monotonicDateNow,newWasmModule,"
    "patchedApplyFunc,"
    'patchedLoadLibData,wasmInstantiate} from "pyodide-internal:builtin_wrappers";\n'
)


def adapt_glue(glue: str) -> str:
    """Return pyodide.asm.mjs as workerd wants it.

    Raises:
        ValueError: the file no longer holds one of the replaced pieces: this Pyodide is not the
            pinned one.
    """
    for old, new in _REPLACEMENTS:
        if old not in glue:
            raise ValueError(
                f"pyodide.asm.mjs no longer contains {old!r}: only the pinned Pyodide fits"
            )
        glue = glue.replace(old, new)
    glue = re.sub(r"(?<![\w.])eval\(", '((_)=>{throw new Error("eval is not available")})(', glue)
    return _IMPORTS + glue


def build(source: Path, out: Path) -> Path:
    """Write the bundle of the Pyodide package at `source` into the folder `out`; return its
    path.
    """
    modules = (
        (
            "pyodide.asm",
            "src",
            adapt_glue((source / "pyodide.asm.mjs").read_text(encoding="utf-8")).encode(),
        ),
        ("pyodide.asm.wasm", "wasm", (source / "pyodide.asm.wasm").read_bytes()),
        ("python_stdlib.zip", "data", (source / "python_stdlib.zip").read_bytes()),
    )
    schema = cast("Any", capnp).load(str(Path(__file__).with_name("bundle.capnp")))
    bundle = schema.Bundle.new_message()
    for module, (name, kind, content) in zip(
        bundle.init("modules", len(modules)), modules, strict=True
    ):
        module.name = f"pyodideRuntime-internal:{name}"
        module.type = "internal"
        setattr(module, kind, content)
    out.mkdir(parents=True, exist_ok=True)
    partial = out / f"{BUNDLE_NAME}.partial"
    with partial.open("wb") as file:
        bundle.write(file)
    return partial.rename(out / BUNDLE_NAME)


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]))

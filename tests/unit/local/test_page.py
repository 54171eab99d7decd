"""The page is built into its folder, elsewhere than where stacks watch it."""

import shutil
import subprocess
from pathlib import Path

from local.places import NODE, ROOT


def test_what_an_earlier_build_left_is_removed(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "public", tmp_path / "public")
    (tmp_path / "local").mkdir()
    for name in ("build_page.mjs", "page_source.mjs"):
        shutil.copy(ROOT / "local" / name, tmp_path / "local")
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    built = tmp_path / ".build" / "public" / "built"
    built.mkdir(parents=True)
    left = built / "left.js"
    left.write_text("of an earlier build", encoding="utf-8")
    subprocess.run([NODE, tmp_path / "local" / "build_page.mjs"], check=True)
    assert not left.exists()
    [script] = built.glob("app-*.js")
    assert f'src="/built/{script.name}"' in (
        tmp_path / ".build" / "public" / "index.html"
    ).read_text(encoding="utf-8")

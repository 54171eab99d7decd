"""What `wrangler deploy` would upload: the design's bindings, the built page, and a Worker of half the size of Paid."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from local.config import read_deployed
from local.page import BUILT, SERVED
from local.places import ROOT
from local.wrangler import run_wrangler
from tillroll.platform.bindings.engine import binding_of
from tillroll.workflows.registry import REGISTRY

pytestmark = pytest.mark.essential

LARGEST_KIB = 5000
BINDINGS = {
    "AI": "AI",
    "ASSETS": "Assets",
    "BUCKET": "R2 Bucket",
    "DB": "D1 Database",
    "EVENTS": "Queue",
    "TICKS": "Queue",
    "IMAGES": "Images",
    "SESSIONS": "KV Namespace",
    "SIGN_IN_ATTEMPTS": "Rate Limit",
    "REQUESTS_BY_ADDRESS": "Rate Limit",
    "REQUESTS_BY_ACTOR": "Rate Limit",
    "REQUESTS_BY_ACCOUNT": "Rate Limit",
    **{binding_of(kind): "Workflow" for kind in REGISTRY.newest},
}
_SIZE = re.compile(r"Total Upload: [\d.]+ KiB / gzip: ([\d.]+) KiB")
# For instance: env.DB (tillroll)    D1 Database
_BINDING = re.compile(r"^env\.(\w+)(?: \(.*\))? {2,}(\S.*?)\s*$", re.MULTILINE)
_VARIABLE = "Environment Variable"


@dataclass(frozen=True)
class DryRun:
    """What wrangler said, and the folder with what it would have uploaded."""

    output: str
    folder: Path


@pytest.fixture(scope="module")
def dry_run(tmp_path_factory: pytest.TempPathFactory) -> DryRun:
    """One `wrangler deploy --dry-run` of wrangler.jsonc, which needs no account and no network."""
    state = tmp_path_factory.mktemp("deploy")
    folder = state / "upload"
    done = run_wrangler(state, ROOT / "wrangler.jsonc", ["deploy", "--dry-run", "--outdir", str(folder)])
    assert done.returncode == 0, done.stdout
    return DryRun(done.stdout, folder)


def test_all_bindings_are_declared(dry_run: DryRun) -> None:
    found = {name: kind for name, kind in _BINDING.findall(dry_run.output) if kind != _VARIABLE}
    assert found == BINDINGS


def test_the_page_is_built_where_it_is_served_from(dry_run: DryRun) -> None:
    assert "[custom build] Running: node local/build_page.mjs" in dry_run.output
    assert (ROOT / read_deployed()["assets"]["directory"]).resolve() == SERVED
    page = (SERVED / "index.html").read_text(encoding="utf-8")
    [script] = BUILT.glob("app-*.js")
    assert f'src="/built/{script.name}"' in page


def test_the_upload_takes_half_of_what_the_paid_plan_allows(dry_run: DryRun) -> None:
    size = _SIZE.search(dry_run.output)
    assert size, dry_run.output
    assert float(size[1]) < LARGEST_KIB


def test_only_the_worker_and_its_packages_are_uploaded(dry_run: DryRun) -> None:
    assert {path.name for path in dry_run.folder.iterdir()} == {
        "README.md",
        "entry.py",
        "each_minute.py",
        "http_api.py",
        "python_modules",
        "tillroll",
    }
    assert not list(dry_run.folder.rglob("*.pyc"))

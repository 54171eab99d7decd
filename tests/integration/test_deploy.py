"""What `tillroll deploy` uploads, by the genuine wrangler to a fake of Cloudflare's API."""

from collections.abc import Generator
from pathlib import Path

import pytest

from cli.operations.deploying.record import Answers, Record
from cli.pages.limits_page import PACKED_MB, UPLOAD_MIB
from local.config import read_deployed
from local.page import BUILT, SERVED
from local.places import MIGRATIONS, ROOT
from tests.deploying.fake.account import (
    ACCOUNT_ID,
    Account,
    Bucket,
    Database,
    Queue,
    Version,
)
from tests.deploying.fake.server import FakeCloudflare
from tests.deploying.playing import Machine

pytestmark = pytest.mark.essential

NAME = "upload-play"
_MIB = 2**20
LARGEST_MIB = 24
BINDINGS = {
    "AI": "ai",
    "ASSETS": "assets",
    "BUCKET": "r2_bucket",
    "DB": "d1",
    "EVENTS": "queue",
    "DELIVERIES": "queue",
    "SLOW_DELIVERIES": "queue",
    "TICKS": "queue",
    "IMAGES": "images",
    "SIGN_IN_ATTEMPTS": "ratelimit",
    "REQUESTS_BY_ADDRESS": "ratelimit",
    "REQUESTS_BY_ACTOR": "ratelimit",
    "REQUESTS_BY_ACCOUNT": "ratelimit",
    "RECEIPT_WORKFLOW": "workflow",
    "WORKFLOWS": "workflow",
}
_NO_BINDINGS = {"plain_text", "secret_text"}


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Generator[Machine]:
    """A machine that has deployed: the places, which take a command of wrangler each, were
    there.
    """
    account = Account(
        databases=[Database("d" * 32, NAME, None)],
        buckets=[Bucket(f"{NAME}-receipts", "default")],
        queues=[Queue("e" * 32, f"{NAME}-events", None), Queue("f" * 32, f"{NAME}-ticks", None)],
    )
    ids = {"database": "d" * 32, "bucket": f"{NAME}-receipts"}
    ids |= {f"{NAME}-events": f"{NAME}-events", f"{NAME}-ticks": f"{NAME}-ticks"}
    records = tmp_path_factory.mktemp("records")
    with FakeCloudflare(account) as cloudflare, pytest.MonkeyPatch.context() as patch:
        patch.setenv("TILLROLL_DEPLOYMENTS", str(records))
        machine = Machine(cloudflare, records)
        Record(
            NAME,
            Answers(ACCOUNT_ID),
            begun=["worker"],
            ids=ids,
            address=f"https://{NAME}.examples.workers.dev",
            is_attached=True,
            people={"are_made": "yes"},
            checked_run="none: asked elsewhere",
        ).save()
        machine.release_whole(NAME)
        assert cloudflare.unknown == []
        yield machine


@pytest.fixture(scope="module")
def version(machine: Machine) -> Version:
    [version] = machine.cloudflare.account.workers[NAME].versions
    return version


def test_all_bindings_are_declared(version: Version) -> None:
    bindings = {each["name"]: each["type"] for each in version.metadata["bindings"]}
    assert {name: kind for name, kind in bindings.items() if kind not in _NO_BINDINGS} == BINDINGS


def test_the_page_is_built_where_it_is_served_from(machine: Machine) -> None:
    assert (ROOT / read_deployed()["assets"]["directory"]).resolve() == SERVED
    page = (SERVED / "index.html").read_text(encoding="utf-8")
    [script] = BUILT.glob("app-*.js")
    assert f'src="/built/{script.name}"' in page
    assert len(machine.cloudflare.account.assets) > 1


def test_the_upload_takes_a_third_of_what_cloudflare_allows(version: Version) -> None:
    size = sum(version.modules.values()) / _MIB
    assert size < LARGEST_MIB
    assert abs(size - UPLOAD_MIB) < 0.3, f"{size:.1f} MiB: correct UPLOAD_MIB, and run make docs"


def test_the_packed_upload_is_as_large_as_the_page_says(version: Version) -> None:
    size = version.packed_bytes / 1e6
    assert abs(size - PACKED_MB) < 0.2, f"{size:.1f} MB: correct PACKED_MB, and run make docs"


def test_only_the_worker_and_its_packages_are_uploaded(version: Version) -> None:
    assert {Path(name).parts[0] for name in version.modules} == {
        "bare_pictures.py",
        "entry.py",
        "each_minute.py",
        "http_api.py",
        "late.py",
        "python_modules",
        "tillroll",
        "tillroll_documents",
        "tillroll_durable",
    }
    assert not [name for name in version.modules if name.endswith((".pyc", ".pyi"))]


def test_every_migration_is_applied_with_its_row(machine: Machine) -> None:
    names = {path.name for path in MIGRATIONS.glob("*.sql")}
    assert set(machine.record(NAME).migrated) == names
    assert machine.hosts.rows(NAME, "SELECT name FROM d1_migrations ORDER BY name") == [
        (each,) for each in sorted(names)
    ]

"""`tillroll rates import`: what is stored, and what is said where nothing is."""

import io
import zipfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import pytest

from cli.operations import where
from cli.operations.rates import WHOLE_HISTORY, import_rates
from local.places import MIGRATIONS
from tests.support.rates import history, zipped
from tests.support.sql import sql
from tillroll.conversion.rates import InvalidRates
from tillroll_command import main as command
from tillroll_command.endings import Code
from tillroll_durable.platform.bindings.database import Statement, statement
from tillroll_testing.host.sqlite import SqliteDatabase

TODAY = datetime(2026, 11, 20, tzinfo=UTC).date()
HISTORY = "Date,USD,JPY,\n2026-11-20,1.0823,163.06,\n2026-11-19,1.0805,N/A,\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "ann's; DROP TABLE accounts; --.csv"
    file.write_text(HISTORY, encoding="utf-8")
    return file


async def test_the_files_rates_are_stored_and_those_there_before_stay(file: Path) -> None:
    database = SqliteDatabase()
    database.migrate(MIGRATIONS)
    await database.all(
        statement("INSERT INTO exchange_rates VALUES ('2026-11-20', 'USD', '1.0', 'earlier')")
    )
    found = import_rates(str(file), None, TODAY)
    assert found is not None
    await database.all(Statement(sql(found.sql)))
    rows = await database.all(statement("SELECT * FROM exchange_rates ORDER BY date, currency"))
    database.close()
    assert [(row["date"], row["currency"], row["rate"], row["source"]) for row in rows] == [
        ("2026-11-19", "USD", "1.0805", file.name),
        ("2026-11-20", "JPY", "163.06", file.name),
        ("2026-11-20", "USD", "1.0", "earlier"),
    ]


def into(executed: list[str]) -> Callable[[str, Path, str], None]:
    """In place of the deployed database: keeps what it would run."""

    def keep(sql: str, _: Path, _database: str) -> None:
        executed.append(sql)

    return keep


def test_statements_stay_small_enough_for_d1(tmp_path: Path) -> None:
    codes = [f"{first}{second}X" for first in "ABCDEFGH" for second in "ABCDEFGH"]
    days = [f"2026-{month:02}-{day:02}" for month in range(1, 11) for day in range(1, 29)]
    lines = [
        ",".join(["Date", *codes]),
        *(",".join([day, *["1234.5678"] * len(codes)]) for day in days),
    ]
    file = tmp_path / "large.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    found = import_rates(str(file), None, TODAY)
    assert found is not None
    assert found.count == len(codes) * len(days)
    assert max(map(len, found.sql.split(";\n"))) < 100_000


def test_older_days_can_be_left_out(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    executed: list[str] = []
    monkeypatch.setattr(where, "execute_remotely", into(executed))
    assert command.main(["rates", "import", str(file), "--since", "2026-11-20", "--remote"]) == 0
    assert "2026-11-20" in executed[0]
    assert "2026-11-19" not in executed[0]
    assert "Stored 2 rates of 2026-11-20 to 2026-11-20" in capsys.readouterr().out
    assert command.main(["rates", "import", str(file), "--since", "2026-11-21", "--remote"]) == 0
    assert "has no rate of 2026-11-21 or later" in capsys.readouterr().out
    assert len(executed) == 1


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04\xff\xfe", b"<html>Moved</html>", b"Date,USD\n2999-01-02,1.08\n", None]
)
def test_what_is_no_file_of_rates_stores_nothing(
    content: bytes | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    executed: list[str] = []
    monkeypatch.setattr(where, "execute_remotely", into(executed))
    file = tmp_path / "rates.xml"
    if content is not None:
        file.write_bytes(content)
    ended = command.main(["rates", "import", str(file), "--remote"])
    assert ended == (Code.NOT_FOUND if content is None else Code.FAILED)
    assert capsys.readouterr().err.startswith("No rate was stored.\n")
    assert executed == []


def two_files() -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("a.csv", HISTORY)
        file.writestr("b.csv", HISTORY)
    return archive.getvalue()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (two_files(), "holds 2 files"),
        (zipped(HISTORY)[:-20], "cannot be unpacked"),
        (zipped("x" * (17 * 2**20)), "more than 16777216 bytes"),
        (b"x" * (17 * 2**20), "more than 16777216 bytes"),
    ],
)
def test_what_is_no_archive_of_one_file_or_too_large_is_refused(
    content: bytes, says: str, tmp_path: Path
) -> None:
    file = tmp_path / "rates.zip"
    file.write_bytes(content)
    with pytest.raises(InvalidRates, match=says):
        import_rates(str(file), None, TODAY)


async def test_the_whole_history_is_stored_once_however_often_it_is_imported(
    tmp_path: Path,
) -> None:
    file = tmp_path / "eurofxref-hist.zip"
    file.write_bytes(zipped(history(TODAY)))
    found = import_rates(str(file), None, TODAY)
    assert found is not None
    assert (found.first, found.last) == (date(1999, 1, 4), TODAY)
    database = SqliteDatabase()
    database.migrate(MIGRATIONS)
    for _ in range(2):
        for each in found.sql.split(";\n")[:-1]:
            await database.all(Statement(sql(each)))
    [row] = await database.all(statement("SELECT count(*) AS rates FROM exchange_rates"))
    database.close()
    assert row["rates"] == found.count > 200_000


@contextmanager
def served(
    monkeypatch: pytest.MonkeyPatch, content: bytes, status: int = 200
) -> Generator[list[str]]:
    """What the web answers, and what was asked of it."""
    asked: list[str] = []

    @contextmanager
    def stream(method: str, address: str, **_: object) -> Generator[httpx.Response]:
        asked.append(f"{method} {address}")
        yield httpx.Response(status, content=content, request=httpx.Request(method, address))

    with monkeypatch.context() as patch:
        patch.setattr(httpx, "stream", stream)
        yield asked


def test_without_a_file_the_banks_whole_history_is_fetched(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    executed: list[str] = []
    monkeypatch.setattr(where, "execute_remotely", into(executed))
    with served(monkeypatch, zipped(HISTORY)) as asked:
        assert command.main(["rates", "import", "--remote"]) == 0
    assert asked == [f"GET {WHOLE_HISTORY}"]
    assert "www.ecb.europa.eu/stats/eurofxref/eurofxref-hist.zip" in executed[0]
    assert "Stored 3 rates of 2026-11-19 to 2026-11-20" in capsys.readouterr().out


def test_what_cannot_be_fetched_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with served(monkeypatch, b"", 404):
        assert command.main(["rates", "import", "--remote"]) == 1
    assert "404" in capsys.readouterr().err

"""Expenses without a receipt are sent as the API takes them."""

import json

import httpx
import pytest

from cli.endings import Code
from tests.unit.cli.client.fake_server import FakeServer, problem

TAKEN = httpx.Response(
    202,
    json={"runId": "run_1", "receiptId": "rec_1", "status": "processing", "previousRunId": None},
)


@pytest.mark.parametrize(
    ("arguments", "path", "body"),
    [
        (
            [
                "voucher",
                "City parking",
                "4.50",
                "EUR",
                "--date",
                "2026-02-14",
                "--reason",
                "No paper",
                "--key",
                "two",
            ],
            "/api/vouchers",
            {
                "merchant": "City parking",
                "total": "4.50",
                "currency": "EUR",
                "date": "2026-02-14",
                "reason": "No paper",
                "key": "two",
            },
        ),
        (
            [
                "mileage",
                "Bonn",
                "Mainz",
                "--date",
                "2026-02-14",
                "--km",
                "150",
                "--country",
                "DE",
                "--purpose",
                "Fair",
            ],
            "/api/mileage",
            {
                "from": "Bonn",
                "to": "Mainz",
                "date": "2026-02-14",
                "km": "150",
                "country": "DE",
                "purpose": "Fair",
                "vehicle": "car",
            },
        ),
        (
            [
                "per-diem",
                "2026-02-14T07:00",
                "2026-02-16T18:00",
                "--country",
                "DE",
                "--purpose",
                "Fair",
                "--meals",
                "2026-02-15=breakfast,lunch",
            ],
            "/api/per-diem",
            {
                "left": "2026-02-14T07:00",
                "returned": "2026-02-16T18:00",
                "country": "DE",
                "purpose": "Fair",
                "overnight": True,
                "meals": [{"date": "2026-02-15", "meals": ["breakfast", "lunch"]}],
            },
        ),
    ],
)
def test_it_is_sent_as_the_api_takes_it(
    server: FakeServer,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    path: str,
    body: object,
) -> None:
    server.on(f"POST {path}", TAKEN)
    assert server.run(*arguments) == Code.DONE
    assert json.loads(server.asked[-1].content) == body
    assert "run_1" in capsys.readouterr().out


def test_what_the_server_refuses_is_refused(server: FakeServer) -> None:
    server.on(
        "POST /api/mileage",
        problem("invalid-values", 422, errors=[{"field": "date", "message": "No rate."}]),
    )
    journey = [
        "Bonn",
        "Mainz",
        "--date",
        "2023-02-14",
        "--km",
        "150",
        "--country",
        "DE",
        "--purpose",
        "Fair",
    ]
    assert server.run("mileage", *journey) == Code.REFUSED


def test_meals_without_a_day_are_no_command(server: FakeServer) -> None:
    times = ["2026-02-14T07:00", "2026-02-16T18:00"]
    with pytest.raises(SystemExit) as ended:
        server.run("per-diem", *times, "--country", "DE", "--purpose", "Fair", "--meals", "lunch")
    assert ended.value.code == Code.USAGE
    assert server.asked == []

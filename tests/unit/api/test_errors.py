"""Every error is a problem document, and the description of the API is complete."""

import httpx
import pytest

from tests.support.host_api import api_client, description
from tests.support.host_platform import assemble, migrated_database
from tillroll_durable.platform.json import load_object
from tillroll_durable.platform.refusals import Kind


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/nothing", 404, "not-found"),
        ("GET", "/api/runs/run_x", 404, "not-found"),
        ("GET", "/api/expenses/exp_x", 404, "not-found"),
        ("GET", f"/api/exports/{'x' * 301}/file", 404, "not-found"),
        ("PUT", "/api/runs", 405, "method-not-allowed"),
        ("GET", "/api/runs?limit=0", 422, "invalid-request"),
        ("GET", "/api/runs?status=sleeping", 422, "invalid-request"),
        ("GET", "/api/runs?cursor=%ff", 400, "invalid-cursor"),
        ("POST", "/api/session", 422, "invalid-request"),
    ],
)
async def test_errors_are_problem_documents(method: str, path: str, status: int, code: str) -> None:
    database = await migrated_database()
    async with api_client(assemble(database, {}).platform) as client:
        answer = await client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == f"urn:tillroll:problem:{code}"
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"].endswith(".")


@pytest.mark.parametrize(
    ("path", "allow"),
    [
        ("/api/acts/preview", "POST"),
        ("/api/acts/act_1", "GET, HEAD"),
        ("/api/exports/count", "POST"),
        ("/api/payer/link_1/paid", "POST"),
        ("/api/payer/link_1/statement.pdf", "GET"),
    ],
)
async def test_a_word_of_a_path_is_no_id(path: str, allow: str) -> None:
    """Its methods are its own: those of what an id stands for there were named too."""
    await _allows(path, allow)


@pytest.mark.parametrize(
    ("path", "allow"),
    [
        ("/api/receipts", "POST"),
        ("/api/receipts/rec_1/image", "GET"),
        ("/api/inbound/src_1", "POST"),
    ],
)
async def test_what_passes_natively_names_its_methods_too(path: str, allow: str) -> None:
    await _allows(path, allow)


async def _allows(path: str, allow: str) -> None:
    async with api_client(assemble(await migrated_database(), {}).platform) as client:
        answer = await client.request("OPTIONS", path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allow)


async def test_a_fault_of_ours_tells_nothing_and_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    database = await migrated_database()
    platform = assemble(database, {}).platform
    database.close()
    async with api_client(platform) as client:
        answer = await client.get("/api/runs")
    assert answer.status_code == httpx.codes.INTERNAL_SERVER_ERROR
    assert answer.json()["type"] == "urn:tillroll:problem:internal"
    assert "closed" not in answer.text.lower()
    answered, failed = (load_object(record.message) for record in caplog.records)
    assert (failed["event"], failed["route"], failed["level"]) == (
        "request.failed",
        "/api/runs",
        "error",
    )
    assert (answered["event"], answered["status"]) == ("request.answered", 500)


def test_problem_kinds_have_codes_of_their_own() -> None:
    with pytest.raises(ValueError, match="not-found"):
        Kind("not-found", 410, "It is not there any more")


def test_the_description_tells_what_a_problem_looks_like_and_of_304() -> None:
    """The fuzzing holds every answer to this."""
    document = description()
    paths, components = document["paths"], document["components"]
    assert components["schemas"]["Problem"]["required"] == ["type", "title", "status", "detail"]
    told = paths["/api/receipts"]["post"]["responses"]["403"]["content"][
        "application/problem+json"
    ]["schema"]
    assert (
        told
        == components["responses"]["Problem403"]["content"]["application/problem+json"]["schema"]
    )
    for path in ("/api/runs/{run_id}", "/api/runs/{run_id}/timeline"):
        assert "ETag" in paths[path]["get"]["responses"]["304"]["headers"]

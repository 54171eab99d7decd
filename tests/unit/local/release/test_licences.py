"""Which licences a package may have, and that each locked one has such a licence."""

from pathlib import Path

import pytest

from local.release import audit
from local.release.licences import Allowance, findings, is_permissive
from local.release.packages import NPM, PYPI, Package, locked_packages, notices


def _package(licence: str, name: str = "pad", *, is_shipped: bool = False) -> Package:
    return Package(NPM, name, "1.0.0", licence, (), is_shipped)


@pytest.mark.parametrize(
    ("expression", "is_allowed"),
    [
        ("MIT", True),
        ("(MIT OR CC0-1.0)", True),
        ("GPL-3.0-only OR MIT", True),
        ("MIT AND PSF-2.0", True),
        ("MIT AND GPL-3.0-only", False),
        ("GPL-3.0-only OR MIT AND MPL-2.0", False),
        ("(GPL-3.0-only OR MIT) AND MPL-2.0", False),
        ("SEE LICENSE IN LICENSE", False),
        ("", False),
    ],
)
def test_an_expression_leaves_a_permissive_choice_or_none(
    expression: str, *, is_allowed: bool
) -> None:
    assert is_permissive(expression) == is_allowed


def test_a_tool_needs_an_exception_of_that_licence() -> None:
    exceptions = {"pad": Allowance("GPL-3.0-only", "pads"), "gone": Allowance("MPL-2.0", "went")}
    assert findings([_package("GPL-3.0-only")], exceptions) == ([], ["gone"])
    [changed], _ = findings([_package("AGPL-3.0-only")], exceptions)
    assert changed.why == "its exception is for GPL-3.0-only"
    [unnamed], _ = findings([_package("GPL-3.0-only", "other")], exceptions)
    assert unnamed.why == "no exception names it"
    [unknown], _ = findings([_package("", "other")], exceptions)
    assert unknown.package.licence == ""


def test_a_star_stands_for_any_end() -> None:
    exceptions = {"@img/lib-*": Allowance("LGPL-3.0-or-later", "pictures")}
    assert findings([_package("LGPL-3.0-or-later", "@img/lib-x64")], exceptions) == ([], [])


def test_what_is_shipped_has_no_exception() -> None:
    exceptions = {"pad": Allowance("GPL-3.0-only", "pads")}
    [shipped], _ = findings([_package("GPL-3.0-only", is_shipped=True)], exceptions)
    assert shipped.why == "it is shipped, and its licence is not permissive"


def test_every_locked_package_may_be_used(capsys: pytest.CaptureFixture[str]) -> None:
    status = audit.main([])
    said = capsys.readouterr().out
    assert status == 0, said
    assert "not allowed" in said


def test_what_is_shipped_is_the_worker_and_the_page() -> None:
    packages = locked_packages()
    shipped = {(each.registry, each.name) for each in packages if each.is_shipped}
    assert {(PYPI, "pydantic"), (PYPI, "pypdf"), (NPM, "preact"), (NPM, "pdfjs-dist")} <= shipped
    assert not shipped & {(PYPI, "pytest"), (NPM, "wrangler")}
    for notice in notices(packages):
        assert len(notice.text) > 500, f"{notice.package.name} has no licence that can go along"


def test_what_cannot_be_asked_is_not_clean(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(audit, "VENV", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert audit.main(["--network"]) == 1
    assert capsys.readouterr().out.count("It could not be asked") == 3

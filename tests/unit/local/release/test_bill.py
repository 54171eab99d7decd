"""The bill of materials names each package once, with its licence and digest."""

import json

from local.release.bill import bill_of_materials, purl
from local.release.packages import NPM, PYPI, Package, locked_packages

_TIME = 1_764_547_200
_COMMIT = "0" * 40


def test_a_package_has_its_address() -> None:
    scoped = Package(NPM, "@preact/signals", "2.11.4", "MIT", (), is_shipped=True)
    assert purl(scoped) == "pkg:npm/%40preact/signals@2.11.4"
    local = Package(PYPI, "pad", "1.0+local", "MIT", (), is_shipped=True)
    assert purl(local) == "pkg:pypi/pad@1.0%2Blocal"


def test_all_that_is_locked_stands_in_it_once() -> None:
    packages = locked_packages()
    text = bill_of_materials(packages, version="0.1.0", commit=_COMMIT, time=_TIME)
    assert text == bill_of_materials(packages, version="0.1.0", commit=_COMMIT, time=_TIME)
    bill = json.loads(text)
    references = [each["bom-ref"] for each in bill["components"]]
    assert len(references) == len(set(references)) > 250
    assert bill["metadata"]["timestamp"] == "2025-12-01T00:00:00Z"
    [root] = bill["dependencies"]
    required = {each["bom-ref"] for each in bill["components"] if each["scope"] == "required"}
    assert set(root["dependsOn"]) == required
    assert all(each["licenses"][0]["expression"] for each in bill["components"])


def test_another_commit_has_another_number() -> None:
    first = json.loads(bill_of_materials([], version="0.1.0", commit=_COMMIT, time=_TIME))
    second = json.loads(bill_of_materials([], version="0.1.0", commit="1" * 40, time=_TIME))
    assert first["serialNumber"] != second["serialNumber"]

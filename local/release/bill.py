"""The bill of materials: every locked package in CycloneDX's JSON, version 1.6. Pure."""

import json
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote

from local.release.packages import NPM, Package

_SPACE: Final = uuid.UUID("5f0d9a52-6c0f-5f0e-9b7c-0a1f0c6f2e51")
_ALGORITHMS: Final = {"sha256": "SHA-256", "sha512": "SHA-512"}
_REFERENCE: Final = "tillroll"


def bill_of_materials(packages: Iterable[Package], *, version: str, commit: str, time: int) -> str:
    """What a release is made of and made with. The same packages and commit give the same text.

    What is shipped is `required`; a tool is `excluded`, which CycloneDX calls what is not there at
    run time. Which package needs which is not told.
    """
    listed = list(packages)
    document = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(_SPACE, f'{version} {commit}')}",
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "lifecycles": [{"phase": "build"}],
            "component": {
                "type": "application",
                "bom-ref": _REFERENCE,
                "name": "tillroll",
                "version": version,
                "licenses": [{"expression": "MIT"}],
                "properties": [{"name": "tillroll:commit", "value": commit}],
            },
        },
        "components": [_component(each) for each in listed],
        "dependencies": [
            {"ref": _REFERENCE, "dependsOn": [purl(each) for each in listed if each.is_shipped]}
        ],
        "compositions": [{"aggregate": "incomplete", "dependencies": [_REFERENCE]}],
    }
    return json.dumps(document, indent=1) + "\n"


def purl(package: Package) -> str:
    """The package's address by the rules of Package URL."""
    name = quote(package.name, safe="/")
    return f"pkg:{package.registry}/{name}@{quote(package.version, safe='')}"


def _component(package: Package) -> dict[str, Any]:
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": purl(package),
        "name": package.name,
        "version": package.version,
        "scope": "required" if package.is_shipped else "excluded",
        "licenses": [{"expression": package.licence}],
        "purl": purl(package),
    }
    if package.registry == NPM:
        # npm has one file a version; PyPI has many, of which a lock takes each.
        component["hashes"] = [_hash(each) for each in package.hashes]
    else:
        component["properties"] = [
            {"name": "tillroll:locked", "value": each} for each in package.hashes
        ]
    return component


def _hash(locked: str) -> dict[str, str]:
    algorithm, _, digest = locked.partition(":")
    return {"alg": _ALGORITHMS[algorithm], "content": digest}

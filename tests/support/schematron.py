"""The official rules of EN 16931 for CII: the Schematron of the European Commission as XSLT, which
SaxonC runs (https://github.com/ConnectingEurope/eInvoicing-EN16931, version 1.3.16, EUPL 1.2)."""

import importlib
from functools import cache
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

RULES: Final = Path(__file__).parent / "en16931" / "EN16931-CII-validation.xslt"
_SVRL: Final = "{http://purl.oclc.org/dsdl/svrl}"


@cache
def _processor() -> Any:
    # It has no types.
    saxon: Any = importlib.import_module("saxonche")
    return saxon.PySaxonProcessor(license=False)


@cache
def _rules() -> Any:
    return _processor().new_xslt30_processor().compile_stylesheet(stylesheet_file=str(RULES))


def broken_rules(content: bytes) -> list[str]:
    """What the rules say of a document that breaks them: id and message of each."""
    document = _processor().parse_xml(xml_text=content.decode())
    # Our own document, by the rules that lie beside this file.
    report = ElementTree.fromstring(  # noqa: S314
        _rules().transform_to_string(xdm_node=document)
    )
    assert report.find(f".//{_SVRL}fired-rule") is not None, "no rule looked at the document"
    return [
        f"{each.get('id')}: {''.join(each.itertext()).strip()}"
        for each in report.iter(f"{_SVRL}failed-assert")
    ]

"""The two files that describe the API to programs and to people. They lie where the page's files do, so that they are
served beside it without the Worker: making them takes it seconds, and a quarter of its memory."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from cli.reference.complete import Document
from cli.reference.page.page import render_page
from local.places import ROOT

DOCUMENT: Final = ROOT / "public" / "api" / "openapi.json"
PAGE: Final = ROOT / "public" / "api" / "docs.html"


def files_of(document: Document) -> Mapping[Path, str]:
    """Both of them, as `make docs` writes them. A line each member: a change of the API is a difference to be read."""
    return {DOCUMENT: f"{json.dumps(document, indent=1, ensure_ascii=False)}\n", PAGE: f"{render_page(document)}\n"}

"""The files that describe the API to programs and to people, and the types that the page's requests
are checked by.

They lie where the page's files do, and are served beside it without the Worker, which would need
seconds and a quarter of its memory to make them. `make setup` makes them from the sources; git
ignores them. `python -m cli.reference.files` writes them.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from cli.reference.complete import Document
from cli.reference.page.page import render_page
from cli.reference.types import api_types
from local.places import API_DOCUMENT, API_PAGE, API_TYPES


def files_of(document: Document) -> Mapping[Path, str]:
    """Return the text of each file. A line each member, so that two documents can be compared."""
    return {
        API_DOCUMENT: f"{json.dumps(document, indent=1, ensure_ascii=False)}\n",
        API_PAGE: f"{render_page(document)}\n",
        API_TYPES: api_types(document),
    }


def write_files(document: Document) -> None:
    """Write each file. One that is the same already stays untouched, for those who watch the
    folder.
    """
    for path, text in files_of(document).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    from cli.reference.document import document_of
    from tillroll.api.app import create_app
    from tillroll.workflows.registry import REGISTRY

    write_files(document_of(create_app(REGISTRY)))

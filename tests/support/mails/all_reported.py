"""All mails after standards and public reports."""

from collections.abc import Sequence
from typing import Final

from tests.support.mails.reported import Reported
from tests.support.mails.reported_files import beside_texts, files
from tests.support.mails.reported_nested import alternatives, nested
from tests.support.mails.reported_texts import letters, pages, travels

REPORTED: Final[Sequence[Reported]] = (
    *nested(),
    *alternatives(),
    *pages(),
    *letters(),
    *travels(),
    *beside_texts(),
    *files(),
)

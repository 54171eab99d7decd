"""Reports in PDF, as they are written on the host."""

from collections.abc import Mapping

from local.vendor import FONTS
from tillroll.expenses.exported import ExportedExpense
from tillroll.exports.writers.formats import About
from tillroll.exports.writers.report import ReportWriter
from tillroll.exports.writers.report_layout import Attachment
from tillroll_documents.pdf_writer.document import Weight
from tillroll_documents.pdf_writer.fonts import file_of


def fonts_of(script: str) -> Mapping[Weight, bytes]:
    """A part of the fonts, as it is served."""
    return {weight: (FONTS / file_of(script, weight)).read_bytes() for weight in Weight}


def report_of(
    about: About, *given: tuple[ExportedExpense, Attachment | None]
) -> tuple[bytes, ReportWriter]:
    """A whole report, and what wrote it."""
    writer = ReportWriter(about)
    for script in writer.lacking():
        writer.use_fonts(script, fonts_of(script))
    content = bytearray(writer.begin())
    for expense, attachment in given:
        for script in writer.lacking(expense, attachment):
            writer.use_fonts(script, fonts_of(script))
        content += writer.add_with(expense, attachment)
    content += writer.end()
    return bytes(content), writer

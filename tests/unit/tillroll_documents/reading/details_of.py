"""Reads a few printed lines as part of a whole receipt."""

from tillroll_documents.reading.extraction import Extraction, Transcript
from tillroll_documents.reading.receipt import read


def extraction_of(*lines: str, currency: str = "MYR") -> Extraction:
    """What is read of these lines, below a shop's name and a date."""
    text = "\n".join(
        ("KEDAI CONTOH SDN BHD", "JALAN CONTOH 1, SELANGOR", "Date: 21/03/2018 10:15", *lines)
    )
    return read(Transcript.from_text(text), default_currency=currency).extraction

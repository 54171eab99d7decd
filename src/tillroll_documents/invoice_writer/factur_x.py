"""What makes a PDF of an invoice a Factur-X, which is ZUGFeRD 2: the file's name, and the schema of
its metadata (Factur-X 1.0.07, section 6). Pure.
"""

from typing import Final

from tillroll_documents.pdf_writer.archival import Schema

FILE_NAME: Final = "factur-x.xml"
MEDIA_TYPE: Final = "text/xml"
RELATIONSHIP: Final = "Alternative"
"""The XML says all that the pages say."""
SCHEMA: Final = Schema(
    name="Factur-X PDFA Extension Schema",
    uri="urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#",
    prefix="fx",
    fields=(
        ("DocumentFileName", FILE_NAME, "The name of the embedded XML document"),
        ("DocumentType", "INVOICE", "The type of the hybrid document in capital letters"),
        ("Version", "1.0", "The actual version of the standard applying to the embedded XML"),
        ("ConformanceLevel", "EN 16931", "The conformance level of the embedded XML document"),
    ),
)

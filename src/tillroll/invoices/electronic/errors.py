"""Why an XML file is not taken for an e-invoice."""


class InvalidInvoice(ValueError):
    """The file cannot be read as an e-invoice; the message says what is wrong, and where."""


class UnknownDocument(InvalidInvoice):
    """The file is well-formed, but no document type that is read here; the message names its root element."""

"""Why a part of a mail is not taken for a receipt, or a mail is not read at all: a code, and a sentence for people."""

from enum import StrEnum
from typing import Final


class Reason(StrEnum):
    """`IS_REFUSED` says which of them a sender is told of; the others are left out as what belongs to any mail."""

    SMALL_PICTURE = "small-picture"
    SIGNATURE = "signature"
    NO_DOCUMENT = "no-document"
    NO_TOTAL = "no-total"
    BESIDE_DOCUMENT = "beside-document"
    EMPTY = "empty"
    TNEF = "tnef"
    ENCRYPTED = "encrypted"
    OPAQUE_SIGNED = "opaque-signed"
    UNREADABLE_ARCHIVE = "unreadable-archive"
    LOCKED_ARCHIVE = "locked-archive"
    NESTED_ARCHIVE = "nested-archive"
    LARGE_ARCHIVE = "large-archive"
    TOO_MANY = "too-many"
    TOO_DEEP = "too-deep"
    CLOUD_FILE = "cloud-file"
    OTHER_TYPE = "other-type"


SAYS: Final = {
    Reason.SMALL_PICTURE: "a small picture, such as a logo",
    Reason.SIGNATURE: "a signature of the mail",
    Reason.NO_DOCUMENT: "no document: a card, a date or a part that only mail programs read",
    Reason.NO_TOTAL: "the text of the mail names no total, so it is no receipt",
    Reason.BESIDE_DOCUMENT: "the text of the mail, which brings a document",
    Reason.EMPTY: "it has no bytes",
    Reason.TNEF: "Outlook has wrapped the files into a format of its own (winmail.dat); send the mail as HTML or text",
    Reason.ENCRYPTED: "it is encrypted; send it without encryption",
    Reason.OPAQUE_SIGNED: "its signature encloses what it signs; send it signed as clear text, or not signed",
    Reason.UNREADABLE_ARCHIVE: "the archive is broken, or of a format that is not opened; send a ZIP or the files",
    Reason.LOCKED_ARCHIVE: "the archive is locked by a password; send the files as they are",
    Reason.NESTED_ARCHIVE: "an archive inside of an archive is not opened; send its files",
    Reason.LARGE_ARCHIVE: "the archive holds more than is unpacked; send the files in several mails",
    Reason.TOO_MANY: "a mail may bring 30 files; send the others in another one",
    Reason.TOO_DEEP: "it lies in more forwarded mails than are opened; forward it once",
    Reason.CLOUD_FILE: "it is a link to a file elsewhere, which is not fetched; attach the file",
    Reason.OTHER_TYPE: "it is no JPEG, PNG, WebP, HEIC or PDF, and no e-invoice in XML (UBL or CII)",
}
IS_REFUSED: Final = frozenset(Reason) - {
    Reason.SMALL_PICTURE,
    Reason.SIGNATURE,
    Reason.NO_DOCUMENT,
    Reason.NO_TOTAL,
    Reason.BESIDE_DOCUMENT,
}

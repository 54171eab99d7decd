"""The words of invoices in the languages of Europe, as patterns for folded or plain text. Extend
the tables.
"""

import re
from typing import Final

from tillroll_documents.reading.languages import LANGUAGES, Wording
from tillroll_documents.reading.text.folding import (
    fold,
)


def any_of(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


AND: Final = "und|and|et|e|y|en|og|och|i"
"""The word between two parts of a name; as alternatives of a pattern."""

INVOICE: Final = (
    r"[a-zäöüß-]*rechnung", "r e c h n u n g", r"(?:tax |sales |commercial |vat )?invoice",
    "i n v o i c e", "facture",
    "f a c t u r e", r"fattura", r"factura", r"fatura(?:[ -]?recibo)?", r"[a-z]*factuur",
    r"[a-zåäö]*faktura(?: vat)?",
    r"commercial invoice",
    r"faktúra", r"räkning", r"regning",
    r"fakt[uú]ra ?[-\u2013] ?da[nň]ov[yý] doklad", r"da[nň]ov[yý] doklad ?[-\u2013] ?fakt[uú]ra",
)  # fmt: skip
"""Titles are also set with spaces between their letters."""
CREDIT_NOTE: Final = (
    r"gutschrift", r"rechnungskorrektur", r"korrekturrechnung", r"storno(?:rechnung)?",
    r"credit (?:note|memo)",
    r"(?:facture d.)?avoir", r"note de cr[ée]dit", r"nota di (?:ac)?credito", r"nota de cr[ée]dito",
    r"factura rectificativa", r"(?:factura de )?abono", r"credit ?(?:nota|factuur)",
    r"kredit(?:nota|faktura|rechnung)", r"credit invoice",
    r"faktura koryguj[aą]ca", r"korekta(?: (?:do )?faktury)?", r"dobropis",
)  # fmt: skip


def _titles(wording: Wording) -> tuple[str, ...]:
    """Patterns of these papers' titles in all languages, with accents and without."""
    phrases = {phrase for language in LANGUAGES for phrase in language.papers[wording]}
    spellings = phrases | {fold(phrase) for phrase in phrases}
    longest_first = sorted(spellings, key=lambda spelling: (-len(spelling), spelling))
    return tuple(re.escape(spelling).replace(r"\ ", "[ '-]") for spelling in longest_first)


STATEMENT: Final = _titles(Wording.STATEMENT)
OTHER: Final = (*_titles(Wording.OTHER_PAPER), "bestellung", "purchase order")
SELF_BILLED: Final = any_of(
    r"selbst ausgestellt", r"gutschriftverfahren", r"self-?bill", r"autofactur", r"\(389\)"
)

GIVEN_BACK: Final = any_of(
    r"\b(?:we|wir) (?:credit|erstatten|schreiben)\b", r"will be refunded", r"gutgeschrieben",
    r"(?:zur[üu]ck)?erstattet",
    r"rembours[ée]", r"rimborsat", r"reembolsa", r"[åa]terbetala", r"krediterar", r"refunderes",
    r"tilbagebetal",
    r"zwr[óo]c(?:ona|imy)", r"teruggestort", r"terugbetaald", r"verrekenen dit bedrag",
    r"\bdo zwrotu\b", r"\bzu erstatten", r"\brefund (?:due|total|amount)", r"te ontvangen",
    r"att erh[åa]lla",
    r"tillgodo", r"\btil ?gode\b", r"\bcredit (?:total|applied)", r"totaal credit",
    r"gutschriftsbetrag",
    r"erstattungsbetrag", r"da rimborsare", r"a devolver", r"[àa] votre cr[ée]dit",
    r"da accreditare",
    r"at modtage", r"terug te betalen",
    r"credit (?:note|memo)\b", r"not[ae] d[ei] cr[ée]dit", r"nota di credito",
    r"\b(?:k|c)redit ?nota",
    r"kreditfaktura",
    r"rechnungskorrektur", r"stornorechnung", r"koryguj[ąa]c", r"\bcreditamos\b", r"\babonamos\b",
    r"accreditiamo",
    r"\bcrediteren wij", r"\bwij crediteren", r"\bkrediterer\b", r"nous cr[ée]ditons",
    r"korygowan[aeąy]", r"\b(?:credits|corrected) invoice",
    r"facture (?:annul[ée]e|corrig[ée]e|rectifi[ée]e)",
    r"fattura (?:rettificata|stornata)", r"fa(?:c)?tura reti?ficada", r"gecrediteerde factuur",
    r"stornierte rechnung",
    r"krediterad faktura", r"krediteret faktura",
)  # fmt: skip
"""What is said of money that goes back to the buyer, and of the invoice that is taken back."""

# What may follow a title in its cell: nothing, a code in parentheses, a number, a day.
_AFTER_TITLE: Final = (
    r"(?:\s*\([^)]*\))*\s*(?:$|[:#/|]|(?:nr|no|n|nummer|number|num[ée]ro)\b|n\.?\s?[°º]|№|vom\b"
    r"|du\b|del\b|van\b|dated\b|ref\b"
    r"|[A-Z]{0,6}[-/ ]?\d|(?:[ ][^\W\d_]+){1,3}\s*(?:\([^)]*\))?$|(?:[ ][^\W\d_]+){1,2}[ "
    r"](?:nr|no)\b\.?\s*\S*\d)"
)
_BEFORE_TITLE: Final = r"(?:ihre|unsere|your|our|votre|vostra|su|uw|\d{1,2}\.)"


def title(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(
        rf"\W{{0,3}}(?:{_BEFORE_TITLE} ?)?(?P<title>{'|'.join(words)}){_AFTER_TITLE}", re.IGNORECASE
    )


_MARK: Final = r"(?:numm?er|number|nr\b\.?|no\b\.?|num\b\.?|n\.?\s?[°º]\.?|#|№|id\b)"
NUMBER: Final = any_of(
    r"\b(?:[a-zäöüß]*rechnungs?|gutschrifts?|beleg|rechnungskorrektur|storno|dokument(?:en)?)[ "
    rf".-]{{0,2}}{_MARK}",
    r"^\W{0,2}(?:invoice|rechnung|facture|fattura|factura|factuur|faktura)\s*:(?=\s*\S*\d)",
    r"\bre\.?[ -]?nr\b\.?",
    r"\brg\.?[ -]?nr\b\.?",
    r"\brechn?\.?[ -]{0,2}nr\b\.?",
    rf"\b(?:invoice|inv|bill|credit(?: note| memo)?|document)\.?[ ]?{_MARK}",
    r"\b(?:invoice|document) (?:number|reference|ref\b\.?)",
    rf"\b(?:facture|avoir|pi[èe]ce)\s*(?:{_MARK}|num[ée]ro)",
    r"(?:\bn\.?\s?[°º]\.?|\bnum[ée]ro|\bno\.?)\s*(?:de\s+)?(?:la\s+|d.)?(?:facture|avoir|pi[èe]ce)",
    rf"\b(?:fattura|nota di credito|documento)\s*(?:{_MARK}|num(?:ero)?\.?|n\.)",
    r"\b(?:numero|num\.|nr\.?|n\s?[°º.])\s*(?:di\s+|della\s+)?(?:fattura|documento)",
    rf"\b(?:factura|fatura|abono)\s*(?:{_MARK}|n[úu]m(?:ero)?\.?)",
    (
        r"(?:\bn\s?[°º.]+|\bn[úu]mero|\bn[úu]m\.?)\s*(?:de\s+|da\s+)?(?:la\s+)?(?:factura|fatura"
        r"|documento)"
    ),
    rf"\b(?:[a-z]*factuur|faktuur|creditnota)[ -]?{_MARK}",
    rf"\bfaktura[ -]?(?:{_MARK}|č\.?|numer)",
    r"\b[a-zåäö]*fakturan(?:umme)?r\b\.?",
    r"\bkredit(?:ering)?s?notan(?:umme)?r\b\.?",
    r"\bkorekta nr\b\.?",
    r"\bnr korekty",
    rf"\bfactura rectificativa\s*{_MARK}",
    r"\bn(?:r|um)?\.? ?doc\b\.?",
    r"\bkorrektur-?nr\b\.?",
    r"\bnumer faktury",
    r"\bč[íi]slo faktury",
    r"\bnr (?:faktury|dokumentu)",
    r"\bnumer dokumentu",
    r"\bfaktura(?: vat)? nr\b\.?",
    r"\bn[úu]m(?:ero)?\.? (?:de |da )?(?:nota|recibo)",
)
IN_PASSING: Final = any_of(
    r"\b(?:invoice|rechnung|facture|fattura|factura|factuur|faktura)\s+(?=\S*\d)"
)
REFERENCE: Final = any_of(
    (
        r"\b(?:zur?|f[üu]r|aus|urspr[üu]ngliche?|original|vorherige|bezug|betrifft|storniert"
        r"|korrigiert|gegen)\W*$"
    ),
    r"\b(?:zu|f[üu]r|gegen)\W*(?:der|die|unserer?)\W*$",
    r"\b(?:for|to|against|original|preceding|previous|of)\W*(?:the|our)?\W*$",
    r"\b(?:sur|pour|relati[fv]e?|concernant|origine|de la|à la)\W*$",
    r"\b(?:su|per|relativa|alla|della|riferimento)\W*$",
    r"\b(?:replaces|ersetzt|remplace|sustituye a|sostituisce|vervangt|erstatter|ers[äa]tter"
    r"|zast[ęe]puje|substitui)\W*(?:die|the|la|a|l)?\W*$",
)
NAMES_NUMBER: Final = any_of(
    r"numm?er", r"number", r"num[ée]ro", r"n[úu]mero", r"\bnr\b", r"\bno\b", r"n\.?\s?[°º]"
)
_DOCUMENT: Final = (
    r"(?:(?:tax |sales |vat )?invoice|rechnung|gutschrift|rechnungskorrektur|stornorechnung"
    r"|credit note|(?:facture d.)?avoir|facture|fattura|factura|fatura|factuur|faktura(?: vat)?"
    r"|creditnota|kreditnota|nota di (?:ac)?credito)"
)
_SECOND: Final = r"(?:\s?[/|]\s?[^\W\d_][^\d:/|]{0,24})?"
"""The label again, in another language."""
_ALONE: Final = (
    rf"\W{{0,2}}(?:(?:numm?er|number|num[ée]ro|n[úu]mero)|(?:nr|n|no)\.? ?doc\.?|doc(?:ument)?\.? "
    rf"?{_MARK}"
    rf"|korrektur-?nr\.?|{_DOCUMENT})\.?{_SECOND}\s{{0,3}}"
)
SECOND_LABEL: Final = re.compile(rf"\s*{_SECOND}[\s:.#]*")
ALONE: Final = re.compile(rf"{_ALONE}(?::\s{{0,3}}(?=\S*\d)|:?$)", re.IGNORECASE)
"""A label that says no more than "number", or names the document; alone in its cell, or before a
colon and a number.
"""
TITLED: Final = re.compile(rf"\W{{0,3}}{_DOCUMENT}\s{{1,3}}(?=\S*\d)", re.IGNORECASE)
PLAIN_NUMBER: Final = any_of(
    r"(?<![a-zäöü-])(?:nr|no|nummer|number|num[ée]ro|n[úu]mero)\b\.?\s*:?",
    r"(?<!\w)(?:n\.?\s?[°º]|№|#)\.?\s*:?",
)

ISSUED: Final = any_of(
    r"rechnungsdatum", r"rechnungs-datum", r"\b(?:rechn?|rg|re)\.?[ -]{0,2}datum", r"\bdated\b",
    r"belegdatum",
    r"ausstellungsdatum", r"gutschriftsdatum", r"datum der rechnung", r"rechnungstag",
    r"^\W{0,3}[a-zäöüß-]*rechnung(?:\s*(?:nr|no|nummer)\b\.?)?[ :]*[\w./-]*\s*\bvom",
    r"\binvoice date",
    r"\bdate of (?:issue|invoice)", r"\bissue date", r"\bdate issued", r"\bissued(?: on)?",
    r"\bdocument date",
    r"\btax point", r"\bbill(?:ing)? date", r"date (?:de |de la )?facture", r"date de facturation",
    r"date d.[ée]mission", r"[ée]mise? le", r"date du document", r"data (?:della )?fattura",
    r"data (?:di )?emissione",
    r"data documento", r"fecha (?:de )?(?:la )?(?:factura|emisi[óo]n)", r"factuur ?datum",
    r"fakturadatum",
    r"fakturadato", r"datum factuur", r"data d[eo] documento", r"data faktury", r"data wystawienia",
    r"data d[ae] (?:fatura|emiss[ãa]o)", r"datum vystaven[íi]",
    r"\bdate paid", r"\bpayment date",
    r"credit (?:note )?date", r"date de l.avoir",
    r"^\W{0,3}facture(?:\s*n\.?\s?[°º])?[ :]*[\w./-]*\s*\bdu\b",
    r"^\W{0,3}fattura(?:\s*n\.?)?[ :]*[\w./-]*\s*\bdel\b",
    r"data (?:de |di )?emiss[ãa]o", r"wystawiono", r"\butst[äa]lld", r"\budstedt",
    r"fecha de expedici[óo]n",
    r"\bemitid[ao] (?:em|el)",
    r"utf[äa]rdad", r"uitgegeven op", r"fatura tarihi", r"d[üu]zenleme tarihi",
)  # fmt: skip
OTHER_INVOICE: Final = any_of(
    r"outstanding", r"balance on", r"\boffene[rn]?\b", r"ausstehend", r"reste d[ûu]", r"\bsaldo\b",
    r"openstaand",
    r"zaleg[łl]",
    r"utest[åa]ende", r"restance", r"pendiente",
    r"\b(?:zur?|zum|gegen|on|to|sur|de la|alla|van|corrects?|annule|storniert|korrigiert"
    r"|credits)\s+(?:rechnung|invoice|facture|fattura|factuur|faktura|factura)\b[^\d]{0,12}\d",
    r"\breplaces\b", r"\bersetzt\b", r"\bremplace", r"\bsustituye", r"\bsostituisce", r"\bvervangt",
    r"\berstatter",
    r"\bers[äa]tter",
    r"zast[ęe]puje", r"\bsubstitui",
)  # fmt: skip
"""Names another invoice, whose number and day stand there too."""
PLAIN_DATE: Final = any_of(
    r"(?:^|[^\w\s-]|\d)\s*(?:datum|date|data|fecha|dato|dat\.)(?: d[eio])?\s*:?\s*$",
    r"^\W*(?:den|le|am|vom|du|del)\s*:?\s*$",
)
BEFORE_DAY: Final = re.compile(r"\bden\s*$", re.IGNORECASE)
PLACE_DATE: Final = re.compile(
    r"(?:^|\s{2})[^\W\d_][\w. /()-]{1,40},\s*(?:den |le |the |am )?$", re.IGNORECASE
)
DUE_DATE: Final = any_of(
    r"f[äa]llig", r"zahlbar", r"zahlungsziel", r"zahlungstermin", r"zu zahlen bis", r"begleichen",
    r"[üu]berweisen",
    r"netto bis", r"zahlung bis",
    r"(?:zahlbar|f[äa]llig|[üu]berweisen|begleichen|zahlen|zahlung|netto)\b.{0,60}\bbis(?: zum"
    r"| sp[äa]testens)?",
    r"\bdue", r"pay(?:able|ment)? (?:by|until|before)", r"[ée]ch[ée]ance", r"[àa] r[ée]gler",
    r"payable (?:le|avant)",
    r"scadenza", r"vencimiento", r"vencimento", r"vervaldatum", r"te betalen voor", r"f[öo]rfall",
    r"termin p[łl]atno",
    r"splatnost", r"einzug", r"abgebucht", r"debited on",
    r"oss tillhanda", r"p[łl]atn[eay] ", r"fecha l[íi]mite", r"date limite", r"rettidige",
    r"\bsenast",
    r"betalingsfrist", r"forfald", r"son [öo]deme", r"\bvade\b",
    r"au plus tard", r"entro il", r"bet(?:aling|alen) (?:inden|voor)", r"data limite", r"uiterlijk",
)  # fmt: skip
OTHER_DATE: Final = any_of(
    r"bestell", r"auftrag", r"liefer", r"leistung", r"\border", r"deliver", r"ship", r"service",
    r"period", r"zeitraum",
    r"commande", r"livraison", r"prestation", r"p[ée]riode", r"ordine", r"consegna", r"\bddt\b",
    r"pedido", r"entrega",
    r"albar", r"vertrag", r"contra(?:ct|t)", r"angebot", r"quot", r"devis", r"druck", r"print",
    r"geb(?:urt|oren)",
    r"birth", r"g[üu]ltig", r"valid", r"version", r"skonto", r"escompte", r"discount", r"\bvon\b",
    r"\bbis\b",
    r"\bfrom\b", r"\buntil\b", r"[üu]bergabe", r"r[üu]ckgabe", r"anreise", r"abreise",
    r"check-?(?:in|out)", r"termin",
    r"mandat", r"stand\b", r"\bseit\b", r"verordnung", r"zahlungseingang", r"erhalten", r"paid",
    r"received",
    r"pay[ée] le",
    r"levering", r"leverans", r"leverdatum", r"livr[ée]e? le", r"encomenda", r"\bcarga", r"sprzeda",
    r"zam[óo]wien",
    r"wykonania",
    r"per[íi]odo", r"okres", r"best[äa]llning", r"bestilling", r"opera[cç]i[óo]n",
    r"pagamento anticip", r"rabat",
)  # fmt: skip
DISCOUNT: Final = any_of(r"skonto", r"escompte", r"discount", r"sconto", r"korting")

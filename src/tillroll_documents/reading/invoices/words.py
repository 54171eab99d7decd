"""The words of invoices in the languages of Europe, as patterns for folded or plain text. Extend
the tables.
"""

import re
from typing import Final

from tillroll_documents.reading.languages import LANGUAGES, Wording
from tillroll_documents.reading.text.vocabulary import fold


def _any(*patterns: str) -> re.Pattern[str]:
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
SELF_BILLED: Final = _any(
    r"selbst ausgestellt", r"gutschriftverfahren", r"self-?bill", r"autofactur", r"\(389\)"
)

GIVEN_BACK: Final = _any(
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
NUMBER: Final = _any(
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
IN_PASSING: Final = _any(
    r"\b(?:invoice|rechnung|facture|fattura|factura|factuur|faktura)\s+(?=\S*\d)"
)
REFERENCE: Final = _any(
    (
        r"\b(?:zur?|f[üu]r|aus|urspr[üu]ngliche?|original|vorherige|bezug|betrifft|storniert"
        r"|korrigiert|gegen)\W*$"
    ),
    r"\b(?:zu|f[üu]r|gegen)\W*(?:der|die|unserer?)\W*$",
    r"\b(?:for|to|against|original|preceding|previous|of)\W*(?:the|our)?\W*$",
    r"\b(?:sur|pour|relati[fv]e?|concernant|origine|de la|à la)\W*$",
    r"\b(?:su|per|relativa|alla|della|riferimento)\W*$",
    r"\b(?:replaces|ersetzt|remplace|sustituye "
    r"a|sostituisce|vervangt|erstatter|ers[äa]tter|zast[ęe]puje|substitui)\W*"
    r"(?:die|the|la|a|l)?\W*$",
)
NAMES_NUMBER: Final = _any(
    r"numm?er", r"number", r"num[ée]ro", r"n[úu]mero", r"\bnr\b", r"\bno\b", r"n\.?\s?[°º]"
)
_DOCUMENT: Final = (
    r"(?:(?:tax |sales |vat )?invoice|rechnung|gutschrift|rechnungskorrektur|stornorechnung|credit "
    r"note"
    r"|(?:facture d.)?avoir|facture|fattura|factura|fatura|factuur|faktura(?: "
    r"vat)?|creditnota|kreditnota"
    r"|nota di (?:ac)?credito)"
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
PLAIN_NUMBER: Final = _any(
    r"(?<![a-zäöü-])(?:nr|no|nummer|number|num[ée]ro|n[úu]mero)\b\.?\s*:?",
    r"(?<!\w)(?:n\.?\s?[°º]|№|#)\.?\s*:?",
)

ISSUED: Final = _any(
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
OTHER_INVOICE: Final = _any(
    r"outstanding", r"balance on", r"\boffene[rn]?\b", r"ausstehend", r"reste d[ûu]", r"\bsaldo\b",
    r"openstaand",
    r"zaleg[łl]",
    r"utest[åa]ende", r"restance", r"pendiente",
    r"\b(?:zur?|zum|gegen|on|to|sur|de "
    r"la|alla|van|corrects?|annule|storniert|korrigiert|credits)\s+"
    r"(?:rechnung|invoice|facture|fattura|factuur|faktura|factura)\b[^\d]{0,12}\d",
    r"\breplaces\b", r"\bersetzt\b", r"\bremplace", r"\bsustituye", r"\bsostituisce", r"\bvervangt",
    r"\berstatter",
    r"\bers[äa]tter",
    r"zast[ęe]puje", r"\bsubstitui",
)  # fmt: skip
"""Of another invoice, whose number and day stand there too."""
PLAIN_DATE: Final = _any(
    r"(?:^|[^\w\s-]|\d)\s*(?:datum|date|data|fecha|dato|dat\.)(?: d[eio])?\s*:?\s*$",
    r"^\W*(?:den|le|am|vom|du|del)\s*:?\s*$",
)
BEFORE_DAY: Final = re.compile(r"\bden\s*$", re.IGNORECASE)
PLACE_DATE: Final = re.compile(
    r"(?:^|\s{2})[^\W\d_][\w. /()-]{1,40},\s*(?:den |le |the |am )?$", re.IGNORECASE
)
DUE_DATE: Final = _any(
    r"f[äa]llig", r"zahlbar", r"zahlungsziel", r"zahlungstermin", r"zu zahlen bis", r"begleichen",
    r"[üu]berweisen",
    r"netto bis", r"zahlung bis",
    r"(?:zahlbar|f[äa]llig|[üu]berweisen|begleichen|zahlen|zahlung|netto)\b.{0,60}\bbis(?: zum| "
    r"sp[äa]testens)?",
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
OTHER_DATE: Final = _any(
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
DISCOUNT: Final = _any(r"skonto", r"escompte", r"discount", r"sconto", r"korting")

BUYER: Final = (
    r"k[äa]ufer(?:in)?", r"kunde", r"rechnungsempf[äa]nger", r"rechnungsadresse",
    r"rechnungsanschrift", r"rechnung an",
    r"empf[äa]nger", r"leistungsempf[äa]nger", r"auftraggeber", r"bill(?:ed|ing)?(?: |-)to",
    r"billing address",
    r"invoiced? to", r"sold to", r"customer", r"client", r"buyer", r"purchaser",
    r"factur[ée]e? [àa]",
    r"adress[ée]e? [àa]", r"destinataire", r"acheteur", r"adresse de facturation", r"le client",
    r"cliente",
    r"destinatario", r"acquirente", r"cessionario", r"comprador", r"facturar a", r"klant",
    r"afnemer", r"factuuradres",
    r"aan", r"company", r"guest(?: name)?", r"gast", r"credit to", r"invoice for",
    r"spett(?:\.le|abile)",
    r"[àa] l.attention de", r"doit", r"bestemd voor", r"zamawiaj[ąa]cy", r"odbiorca(?: faktury)?",
    r"faktureres til", r"m[øo]dtager",
    r"zahlbar durch", r"payable par", r"payable by", r"pagabile da", r"k[öo]pare", r"nabywca",
    r"odb[ěe]ratel", r"to",
    r"an", r"firma", r"herrn?(?:\s*/\s*frau)?",
    r"frau(?:\s*/\s*herrn?)?", r"exmos?\.?(?:\(s\))? ?srs?\.?(?:\(s\))?",
    r"kupuj[ąa]cy", r"zamawiaj[ąa]cy", r"zleceniodawca", r"adquirente", r"committente",
    r"opdrachtgever", r"koper",
    r"k[øo]ber",
    r"kj[øo]per", r"al[ıi]c[ıi]", r"say[ıi]n", r"best[äa]llare", r"mottagare", r"besteller",
    r"faktur(?:a|erings)adresse?", r"datos del? cliente", r"dat[io] (?:del |do )?cliente",
    r"dados do cliente",
    r"(?:donn|coordonn)[ée]es (?:du )?client", r"kundendaten", r"customer details",
    r"klantgegevens", r"kunduppgifter",
    r"kundeoplysninger", r"dane (?:klienta|nabywcy)",
)  # fmt: skip
SELLER: Final = (
    r"verk[äa]ufer(?:in)?", r"lieferant", r"rechnungssteller", r"rechnung von",
    r"leistungserbringer", r"aussteller",
    r"absender", r"anbieter", r"auftragnehmer", r"seller", r"supplier", r"vendor", r"sold by",
    r"from", r"issued by",
    r"bill(?:ed)? from", r"vendeur", r"(?:le )?fournisseur", r"[ée]metteur", r"prestataire",
    r"fornitore", r"cedente",
    r"mittente", r"emisor", r"proveedor", r"vendedor", r"leverancier", r"verkoper", r"s[äa]ljare",
    r"sprzedawca",
    r"dodavatel", r"(?:konto ?/ ?)?zahlbar an", r"(?:compte ?/ ?)?payable [àa]",
    r"(?:conto ?/ ?)?pagabile a",
    r"(?:account ?/ ?)?payable to", r"sprzedaj[ąa]cy", r"wystawca", r"s[æa]lger", r"venditore",
    r"prestador",
    r"emitente", r"service provider",
    r"selger", r"sat[ıi]c[ıi]",
    r"afsender", r"avs[äa]ndare", r"opdrachtnemer", r"leverand[øo]r", r"leverant[öo]r",
)  # fmt: skip
OTHER_PARTY: Final = (
    r"abweichender? [\w-]+", r"warenempf[äa]nger", r"lieferadresse", r"lieferanschrift",
    r"lieferung an",
    r"ship(?:ped)?(?: |-)to", r"deliver(?:y|ed)?(?: |-)(?:to|address)", r"adresse de livraison",
    r"livr[ée] [àa]",
    r"destinazione", r"direcci[óo]n de entrega", r"afleveradres", r"zahlungsempf[äa]nger", r"payee",
    r"zahlungsart",
    r"bemerkungen?", r"positionsdaten",
)  # fmt: skip


def party(words: tuple[str, ...]) -> re.Pattern[str]:
    """A cell that is such a label, alone or before a colon and the name."""
    label = "|".join(words)
    second_party = r"\s{0,9}[/&(]\s{0,9}\w[\w /-]{0,60}\)?"
    return re.compile(
        rf"\W{{0,2}}(?:{label})(?:{second_party})?\s{{0,9}}(?:$|:\s*(?P<name>.*)$)", re.IGNORECASE
    )


ACCOUNT_HOLDER: Final = re.compile(
    r"(?<!\w)(?:konto ?inhaber|kontoname|zahlungsempf[äa]nger|beg[üu]nstigter|account "
    r"(?:name|holder)"
    r"|beneficiary(?: name)?|payee"
    r"|titulaire(?: du compte)?|b[ée]n[ée]ficiaire|intestat\w+|beneficiario|titular|rekeninghouder"
    r"|t\.?n\.?v\.?)"
    r"(?:\s?[/|][^:\d]{0,24}(?=:)|\s(?:a|de (?:la )?cuenta|da conta|del conto|des kontos)(?=\s?:))?"
    r"\s*:?\s*(?P<name>.*)$",
    re.IGNORECASE,
)
AGENCY: Final = _any(
    r"im namen und (?:f[üu]r|auf) rechnung", r"au nom et pour (?:le )?compte",
    r"in nome e per conto", r"on behalf of",
    r"in the name and on (?:the )?account of", r"w imieniu i na (?:rzecz|rachunek)",
    r"en nombre y por cuenta",
    r"in naam en voor rekening", r"em nome e por conta", r"i navn og for regning",
    r"i namn och f[öo]r",
    r"p[åa] vegne af",
)  # fmt: skip
"""Who wrote the invoice does not sell."""
VIA: Final = re.compile(
    r"\s(?:via|[üu]ber|through|tramite|przez|par l.interm[ée]diaire de|door)\s+$", re.IGNORECASE
)
"""Before who handed the order on."""
SOLD_BY: Final = re.compile(
    r"\W{0,2}(?:(?P<sentence>[\w ]{1,40} (?:are|is) )?sold by"
    r"|verkauft? (?:von|durch)|ven(?:du|te) par|vend(?:uto|ita) da|verkocht door"
    r"|vendido por|s[äåæa]l(?:t|js|d|ges) a[vf]|selges av|solgt af|sprzedawc[ąa] "
    r"jest)\s{1,3}:?\s{0,3}"
    r"(?P<name>\S.*?)(?:\s(?:via|[üu]ber|auf|on|through|sur|tramite|su|op|p[åa]|przez|za "
    r"po[śs]rednictwem)\s.*)?$",
    re.IGNORECASE,
)
BANK_LABEL: Final = re.compile(
    r"\W{0,2}(?:(?:unsere |ihre |our |notre )?bank(?:verbindung|name| details| "
    r"account)?|(?:payment|bank) details"
    r"|kreditinstitut|geldinstitut|banca(?: d.appoggio)?|banque|domiciliation|rib|banco|bankgiro"
    r"|coordonn[ée]es bancaires)\s{0,3}:",
    re.IGNORECASE,
)
ACCOUNT: Final = re.compile(
    r"\W{0,2}(?:iban|bic|swift|blz|[bp]g|(?:bank|plus)giro|clearing|konto(?:-?nr|nummer)|sort "
    r"code|account n"
    r"|n\.?\s?[°º] de compte|rib)\b",
    re.IGNORECASE,
)
NAME_LABEL: Final = re.compile(
    r"(?:name|firma|nom|raison sociale|nombre|company|ragione sociale)\s*:\s*(?P<name>.*)$",
    re.IGNORECASE,
)
IMPRINT: Final = _any(
    r"gesch[äa]ftsf[üu]hr", r"\bhr[ab]\b", r"handelsregister", r"amtsgericht", r"registergericht",
    r"ust\.?-?id",
    r"steuer-?n", r"\biban\b", r"\bbic\b", r"\bsiret\b", r"\bsiren\b", r"\brcs\b", r"capital",
    r"registered (?:in|office)", r"company (?:no|reg)", r"p\.? ?iva", r"partita iva", r"\bkvk\b",
    r"\bvat\b",
    r"\buid\b", r"\bcvr\b", r"\bmwst\.?-?n", r"\babn\b", r"\bgst(?:in\b| no)", r"\btva\b",
    r"\bcif\b", r"\bnif\b",
    r"bankverbindung", r"vorstand", r"inhaber", r"aufsichtsrat",
)  # fmt: skip

TAX_NUMBER: Final = (
    r"\bu\.? ?st\.?[ -]{0,2}id|\bumsatzsteuer-?id|\bsteuer-?(?:n|id)|\bst\.?-?nr|\bmwst|\bvat\b"
    r"|\btva\b|\biva\b"
    r"|\bbtw\b|\bmoms\b|\bmva\b|\bdph\b|\bdi[čc]\b|\bnip\b|\bcif\b|\bnif\b|\buid\b|\btax "
    r"(?:id|no|number|reg)"
    r"|\bein\b|\bgst(?:in)?\b|\babn\b|\btin\b|\btrn\b|\bvkn\b|\btckn\b|\bvergi no"
)
OF_BUYER: Final = _any(
    r"nabywc",
    r"klient",
    r"kupuj",
    r"customer",
    r"\bkund",
    r"\bclient",
    r"\bbuyer",
    r"\byour\b",
    r"\bihr",
    r"\bvotre",
    r"\bvostr",
    r"\bklant",
    r"\buw\b",
    r"adquirente",
    r"destinat",
    r"\b(?:ert|er|jeres|deres)\b",
    r"\bsu (?:nif|cif)",
)
"""Before a number that the buyer has."""
REGISTER: Final = (
    r"\bhr ?[ab]\b|\bh ?r ?[ab]\b|\bhandelsregisternummer|\bsire[tn]\b|\brcs\b|\bcompany "
    r"(?:no|reg|number)"
    r"|\bregistered (?:no|number|in)\b|\bkvk\b|\bcvr\b|\bkrs\b|\bregon\b|\bi[čc]o\b|\borg\.? "
    r"?n|\bcrn\b|\brea\b"
)
NOT_SUMS: Final = _any(
    r"zuschl", r"abschl[äa]g(?!s?-?(?:rechnung|zahlung))", r"rabatt", r"skonto", r"discount",
    r"allowance",
    r"\bcharges?\b", r"remise", r"sconto",
    r"descuento", r"korting", r"versand", r"shipping", r"fracht", r"\bport\b", r"kilomet",
    r"st[üu]ck",
)  # fmt: skip
ROUNDING: Final = _any(
    r"rundung", r"rounding", r"arrondi", r"avrundning", r"afrunding", r"afronding", r"[öo]resutj",
    r"[øo]reafr",
    r"arrotond", r"redonde", r"arredond", r"zaokr",
)  # fmt: skip
_TAX_WORD: Final = r"(?:u\.?st|mwst|mehrwert|umsatz|steuer|vat|gst|tva|iva|btw|moms|tax)"
GROSS_MARKED: Final = _any(
    r"\bttc\b", r"t\.t\.c", r"brutto", r"\bgross",
    rf"\b(?:mit|com|con|med|avec|met|with|z) {_TAX_WORD}",
    rf"(?:\bin[kc]l|includ|inclus|compres[oa]).{{0,30}}{_TAX_WORD}",
    rf"{_TAX_WORD}.{{0,30}}(?:inclus|incluid|compres|inbegriffen)",
)  # fmt: skip
CARRIED: Final = _any(
    r"[üu]bertrag", r"carried", r"brought forward", r"previous balance", r"\balt(?:er )?saldo",
    r"balance forward",
    r"[àa] reporter", r"riporto", r"subtotal p[áa]gina", r"overf[øo]rt", r"przenies", r"transporte",
    r"suma y sigue",
    r"(?:^|\s{2})report(?:\s{2}|\W*$)", r"r[üu]ckstand", r"opening balance",
)  # fmt: skip
PREPAID: Final = _any(
    r"anzahlung", r"abschlagszahlung", r"bereits (?:ge|be)zahlt", r"bereits geleistet",
    r"vorauszahlung",
    r"(?:ge|be)zahlt\b", r"prepaid", r"\bpaid\b", r"deposit", r"acompte",
    r"d[ée]j[àa] (?:pay|r[ée]gl|vers)",
    r"acconto", r"anticipo", r"paga[dt]o", r"aanbetaling", r"betaald", r"payments? received",
    r"teilzahlung",
    r"f[öo]rskott", r"\ba conto\b", r"a cuenta", r"zaliczk", r"\bindbetalt", r"przedp[łl]at",
    r"adiantamento",
    r"\bsinal\b",
    r"voorschot", r"previously invoiced", r"(?:bereits|schon|bisher) (?:be|ge)rechnet",
    r"abschlagsrechnung",
    r"(?:tidligere|tidigare) fakturer", r"d[ée]j[àa] factur", r"gi[àa] fatturat",
    r"(?:ya|j[áa]) fa(?:c)?tur",
    r"facturad[oa] anter",
    r"faturad[oa] anter", r"(?:reeds|eerder) gefactur", r"wcze[śs]niej (?:za)?faktur", r"einbehalt",
    r"retention",
    r"retained",
    r"retenue", r"ritenuta", r"retenci[óo]n", r"reten[çc][ãa]o", r"tilbageholdt", r"inneh[åa]ll",
    r"inhouding",
    r"kaucj",
    r"withh(?:eld|olding)", r"\birpf\b", r"\birs\b", r"rechnung \S*\d\S* vom",
)  # fmt: skip
EARLIER_INVOICES: Final = _any(
    r"abschlagsrechnung", r"anzahlungsrechnung", r"vorausrechnung", r"teilrechnung",
    r"previously invoiced", r"already invoiced", r"deposit invoice", r"facture d.acompte",
    r"d[ée]j[àa] factur", r"fattura di acconto", r"gi[àa] fatturat", r"factura de anticipo",
    r"(?:ya|j[áa]) fa(?:c)?turad", r"voorschotfactuur", r"aanbetalingsfactuur",
    r"faktura zaliczkowa", r"z[áa]lohov", r"aconto ?faktura", r"forskottsfaktura",
    r"\b(?:reeds|eerder|al) gefactureerd", r"(?:bereits|schon|bisher) (?:be|ge)rechnet",
    r"(?:bereits|schon) in rechnung gestellt", r"(?:already|previously|earlier) billed",
    r"(?:tidligere|allerede|tidigare|redan) fakturer", r"wcze[śs]niej (?:za)?faktur",
    r"ju[żz] zafakturowan", r"(?:ji[žz]|d[řr][íi]ve) (?:vy)?fakturov",
    r"(?:[öo]nceden|daha [öo]nce) fatural", r"precedentemente fatturat", r"fa(?:c)?turad[oa] anter",
)  # fmt: skip
"""Instalments that had invoices of their own, which a final invoice takes off."""
DUE: Final = _any(
    r"net [àa] d[ée]duire", r"[àa] votre cr[ée]dit", r"da accreditare",
    r"zahlbetrag", r"zu zahlen", r"zu [üu]berweisen", r"restbetrag",
    r"offene[rn]? (?:betrag|posten)",
    r"f[äa]llige[rn]? betrag", r"amount due", r"balance due", r"total due", r"zu zahlender betrag",
    r"credits? remaining", r"amount payable", r"total payable", r"\bto pay\b", r"net [àa] payer",
    r"reste [àa] payer",
    r"[àa] payer", r"solde d[ûu]", r"da pagare", r"a pagare", r"a pagar", r"te betalen",
    r"openstaand", r"att betala",
    r"do zap[łl]aty", r"k [úu]hrad[ěe]", r"at betale", r"\bdue\b",
    r"til betaling", r"te ontvangen", r"do zwrotu", r"att erh[åa]lla", r"tillgodo", r"til ?gode",
    r"da rimborsare",
    r"a devolver", r"[öo]denecek",
    r"zu erstatten", r"erstattung", r"\brefund", r"rembours", r"a reembolsar", r"at modtage",
    r"terug te betalen",
    r"pozosta[łl]o",
    r"\boutstanding", r"saldo te", r"resto a", r"[åa] betale", r"[öo]denecek",
)  # fmt: skip
NET: Final = _any(
    r"netto", r"\bnet\b", r"ohne (?:ust|mwst|umsatz|mehrw|u\.)", r"\bexkl", r"\bexcl",
    r"hors ta?xe", r"hors t\.?v\.?a",
    r"\bht\b", r"\bh\.t\.", r"imponibile", r"base imponible", r"warenwert", r"positionssumme",
    r"zwischen(?:summe|total)", r"sub[- ]?total", r"sous-total", r"subtotaal", r"before tax",
    r"taxable",
    r"without (?:vat|tax)", r"totale merc[ei]", r"totale beni",
    rf"\b(?:sem|sin|uden|utan|bez|senza|sans|zonder|without) {_TAX_WORD}", r"mercadoria",
    r"incid[êe]ncia", r"maatstaf", r"\bl[íi]quido", r"\btotal(?:e)? (?:neto|netto)",
    r"\bgrunnlag", r"\bmatrah", r"\bara toplam", r"mal hizmet toplam", r"\bhari[çc] toplam",
)  # fmt: skip
TAX: Final = _any(
    r"\bu\.?st\b", r"\bust\.?", r"mwst", r"mehrwertsteuer", r"umsatzsteuer", r"steuerbetrag",
    r"steuer\b", r"\bvat\b",
    r"\btva\b", r"\bt\.v\.a", r"\biva\b", r"\bi\.v\.a", r"\bbtw\b", r"\bmoms\b", r"\bgst\b",
    r"\btax(?:es)?\b",
    r"\btaxe(?! de s[ée]jour)", r"imposta", r"\bdph\b", r"podatek", r"impuesto", r"imposto",
    r"\bmva\b", r"\bkdv\b",
)  # fmt: skip
GROSS: Final = _any(
    r"gesamtbetrag", r"gesamtsumme", r"rechnungsbetrag", r"rechnungssumme", r"endbetrag",
    r"endsumme",
    r"rechnungs-?total", r"grand total", r"invoice (?:total|amount)",
    r"total (?:amount|invoice|facture|fattura|factura|general)", r"totale (?:fattura|documento)",
    r"montant total",
    r"total [àa] ", r"importe total", r"factuurbedrag", r"totaalbedrag", r"gutschriftsbetrag",
    r"credit total",
    r"fakturabel[øo][pb]", r"og[óo][łl]em", r"nale[żz]no[śs][ćc]", r"\bi alt\b",
    r"\btotalt\b",
    r"valor total", r"total geral",
    r"att betala\b.*/ total", r"total (?:com|con|med|avec|met|z) ",
    r"\bgenel toplam", r"vergiler d[aâ]hil",
)  # fmt: skip
INCLUDED: Final = _any(
    r"\binkl", r"\bincl", r"includ", r"inclus", r"compres[oa]", r"enthalten", r"\bdarin\b",
    r"\bdont\b", r"\bdi cui\b",
    r"d[oa]s quais", r"de los cuales", r"hvoraf", r"d[äa]rav", r"\bdavon\b", r"waarvan", r"heraf",
    r"\bvarav",
    r"of which", r"w tym", r"inbegriffen",
)  # fmt: skip
NAMES_TOTAL: Final = _any(
    r"gesamt", r"summe", r"tota", r"brutto", r"\bgross", r"betrag(?!\s*(?:ust|mwst))", r"\bttc\b",
    r"importe",
    r"\bsuma\b", r"razem", r"bel[øo][pb]", r"\bi alt\b",
)  # fmt: skip
ANY_TOTAL: Final = _any(
    r"^\W*(?:invoice )?amount(?:\s+\S{1,4})?\W*$",
    r"gesamt", r"summe", r"\btotal", r"betrag", r"totale", r"totaal", r"montant", r"importe",
    r"razem", r"celkem",
    r"\bsuma\b", r"\bsumma\b", r"\btoplam\b", r"bel[øo]b", r"belopp", r"kwota", r"\b[łl][ąa]czn",
)  # fmt: skip
NO_TAX: Final = _any(
    r"steuerfrei", r"umsatzsteuerbefreit", r"steuerbefrei", r"§ ?19", r"kleinunternehmer",
    r"reverse charge",
    r"innergemeinschaft", r"\bexempt", r"tva non applicable", r"autoliquidation", r"exon[ée]r",
    r"esente",
    r"non imponibile", r"inversione contabile", r"exenta", r"btw verlegd", r"not subject to",
    r"zero.rated",
    r"not registered for", r"no vat\b", r"keine (?:ust|mwst|umsatzsteuer|mehrwertsteuer)",
    r"§ ?13 ?b",
    r"steuerschuldnerschaft", r"senza applicazione dell.iva", r"regime forfett",
    r"omvendt betalingspligt",
    r"omv[äa]nd", r"odwrotne obci",
    r"zwolnion", r"fritagen", r"vrijgesteld", r"inversi[óo]n del sujeto", r"isento",
    r"autoliquida[çc]",
)  # fmt: skip

HEADINGS: Final = (
    ("described", _any(
        r"bezeichnung", r"beschreibung", r"artikel", r"leistung", r"position\b", r"produkt",
        r"description", r"\bitem",
        r"\bdetails?\b", r"particulars", r"\bwork\b", r"designa[çc][ãa]o", r"\bproduto",
        r"\bartigo", r"^\W*servi[çc]o",
        r"servicio", r"detalle", r"art[íi]culo", r"\bdienst", r"beschrijving", r"werkzaamheden",
        r"\bydelse",
        r"\bvare\b",
        r"tj[äa]nst", r"dettagli", r"prestation", r"\btowar", r"us[łl]ug",
        r"\bproduct", r"\bservice", r"d[ée]signation", r"libell[ée]", r"descrizione", r"articolo",
        r"prestazione",
        r"descripci[óo]n", r"concepto", r"descri[çc][ãa]o", r"omschrijving", r"\bopis\b", r"nazwa",
        r"ben[äa]mning",
        r"beskrivning", r"beskrivelse", r"\bvara\b", r"popis", r"\btext\b",
    )),
    ("quantity", _any(
        r"menge", r"anzahl\b", r"hoeveelheid", r"\baant\b", r"kvantitet", r"\buds\b", r"unidades",
        r"\bstk\b",
        r"\banz\b", r"\bqty\b", r"quantity", r"qt[ée]\b", r"quantit[ée]", r"q\.?t[àa]\b",
        r"quantit[àa]", r"cantidad", r"\bcant\b", r"quantidade", r"\bqtd", r"aantal",
        r"ilo[śs][ćc]", r"\bantal",
        r"\bantall", r"mno[žz]stv", r"\bstd\b", r"\bhours\b", r"\bunits\b",
    )),
    ("price", _any(
        r"einzelpreis", r"\be-?preis", r"stuksprijs", r"\btarief", r"\btarifa", r"\btarif\b",
        r"\bpreis",
        r"st[üu]ckpreis", r"\bprice", r"\brate\b", r"\bp\.? ?u\b",
        r"prix", r"prezzo", r"precio", r"pre[çc]o", r"\bprijs", r"\bcena", r"[àa][- ]?pris",
        r"\bpris",
    )),
    ("amount", _any(
        r"gesamt", r"betrag", r"summe", r"\bg-?preis", r"sub-?total", r"l[íi]quido", r"kwota",
        r"\bi alt\b",
        r"totalt\b", r"\bgp\b", r"\bentgelt",
        r"\btotal", r"amount", r"montant", r"importo",
        r"importe", r"\bvalor", r"bedrag", r"totaal", r"warto[śs][ćc]", r"belopp", r"\bsumma",
        r"bel[øo]b", r"celkem",
        r"\bnetto\b", r"\bnet\b",
    )),
)  # fmt: skip
"""What heads the columns of a table of goods."""

AMOUNT: Final = re.compile(
    r"(?<![\w.,/])(?P<minus>[-\u2212\u2013+(]\s?)?(?P<money>(?:Euro|[A-Z]{3}|Fr\.|kr\.?|zł|Kč"
    r"|[€$£])\s?(?P<inner>-)?)?"
    r"(?P<whole>\d{1,3}(?:[.,' "
    r"\u00a0\u2019]\d{3}){1,6}|\d+)(?P<sign>[.,])(?P<cents>\d{2})(?![\d%])(?!\s?%)(?![.,/]\d)"
    r"(?P<behind>\s?-(?![\w€$£])|\))?"
)
"""An amount with two decimals; `minus`, `inner` or `behind` says that it is below zero."""

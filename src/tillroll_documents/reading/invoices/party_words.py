"""The words of invoices that stand with seller and buyer, as patterns."""

import re
from typing import Final

from tillroll_documents.reading.invoices.words import (
    any_of,
)

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
AGENCY: Final = any_of(
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
    r"\W{0,2}(?:(?P<sentence>[\w ]{1,40} (?:are|is) )?sold by|verkauft? (?:von|durch)|ven(?:du"
    r"|te) par|vend(?:uto|ita) da|verkocht door|vendido por|s[äåæa]l(?:t|js|d|ges) a[vf]|selges av"
    r"|solgt af|sprzedawc[ąa] jest)\s{1,3}:?\s{0,3}(?P<name>\S.*?)(?:\s(?:via|[üu]ber|auf|on"
    r"|through|sur|tramite|su|op|p[åa]|przez|za po[śs]rednictwem)\s.*)?$",
    re.IGNORECASE,
)
BANK_LABEL: Final = re.compile(
    r"\W{0,2}(?:(?:unsere |ihre |our |notre )?bank(?:verbindung|name| details| account)?"
    r"|(?:payment|bank) details|kreditinstitut|geldinstitut|banca(?: d.appoggio)?|banque"
    r"|domiciliation|rib|banco|bankgiro|coordonn[ée]es bancaires)\s{0,3}:",
    re.IGNORECASE,
)
ACCOUNT: Final = re.compile(
    r"\W{0,2}(?:iban|bic|swift|blz|[bp]g|(?:bank|plus)giro|clearing|konto(?:-?nr|nummer)|sort code"
    r"|account n|n\.?\s?[°º] de compte|rib)\b",
    re.IGNORECASE,
)
NAME_LABEL: Final = re.compile(
    r"(?:name|firma|nom|raison sociale|nombre|company|ragione sociale)\s*:\s*(?P<name>.*)$",
    re.IGNORECASE,
)
IMPRINT: Final = any_of(
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
OF_BUYER: Final = any_of(
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

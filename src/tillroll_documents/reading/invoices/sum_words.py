"""The words of invoices that stand with sums, taxes and the headings of tables, as patterns."""

import re
from typing import Final

from tillroll_documents.reading.invoices.words import (
    any_of,
)

NOT_SUMS: Final = any_of(
    r"zuschl", r"abschl[äa]g(?!s?-?(?:rechnung|zahlung))", r"rabatt", r"skonto", r"discount",
    r"allowance",
    r"\bcharges?\b", r"remise", r"sconto",
    r"descuento", r"korting", r"versand", r"shipping", r"fracht", r"\bport\b", r"kilomet",
    r"st[üu]ck",
)  # fmt: skip
_ROUNDING: Final = (
    r"rundung", r"rounding", r"arrondi", r"avrundning", r"afrunding", r"afronding", r"[öo]resutj",
    r"[øo]reafr",
    r"arrotond", r"redonde", r"arredond", r"zaokr",
)  # fmt: skip
ROUNDING: Final = any_of(*_ROUNDING)
_TAX_WORD: Final = r"(?:u\.?st|mwst|mehrwert|umsatz|steuer|vat|gst|tva|iva|btw|moms|tax)"
GROSS_MARKED: Final = any_of(
    r"\bttc\b", r"t\.t\.c", r"brutto", r"\bgross",
    rf"\b(?:mit|com|con|med|avec|met|with|z) {_TAX_WORD}",
    rf"(?:\bin[kc]l|includ|inclus|compres[oa]).{{0,30}}{_TAX_WORD}", rf"\binc\.? {_TAX_WORD}\b",
    rf"{_TAX_WORD}.{{0,30}}(?:inclus|incluid|compres|inbegriffen)",
)  # fmt: skip
_ADJUSTED: Final = (
    r"rabatt?\b", r"nachla[sß]s?", r"discount", r"rebate", r"allowance", r"remise", r"rabais",
    r"ristourne", r"sconto", r"abbuono", r"descuento", r"bonificaci", r"desconto", r"abatimento",
    r"korting", r"zu[sz]chl[aä]g", r"aufschlag", r"surcharge", r"\bfees?\b", r"handling",
    r"suppl[ée]ment", r"majoration", r"maggiorazione", r"supplemento", r"recargo", r"sobretaxa",
    r"acr[ée]scimo", r"toeslag", r"till[äa]gg", r"till[æe]g\b", r"till?egg\b", r"geb[üu]hr",
    r"gebyr\b", r"avgift", r"op[łl]ata", r"dop[łl]ata", r"poplatek", r"p[řr][íi]platek",
    r"pr[íi]platok", r"k[oö]lts[ée]g", r"naknada", r"\bround(?:ed|ing)?[ -]?off\b",
    r"card charge", r"[oø]rediff", r"[øo]reavrunding",
)  # fmt: skip
ADJUSTED: Final = any_of(*_ADJUSTED)
"""What changes the total of an invoice below its gross amount, beside the words of receipts."""
_CONDITION: Final = (
    r"skonto", r"escompte", r"kassakorting", r"betalingskorting", r"kasserabat", r"kassarabatt",
    r"pronto pago", r"pronta cassa", r"(?:if|when) paid", r"(?:bei|nach) zahlung", r"innerhalb",
    r"binnen", r"\bwithin\b", r"\bentro\b", r"\binom\b", r"\binnen\b", r"si pay[ée]",
    r"\d\s?(?:tage?n?|days|jours|giorni|d[ií]as|dagen|dagar|dage|dager|dni|dn[íiůu]|nap)\b",
    r"\d\s?(?:zile|dana|p[äa]iv[äa]\w*)\b",
)  # fmt: skip
CONDITION: Final = any_of(*_CONDITION)
"""A discount for who pays soon, which changes what is due if they do."""
_INSTALMENT: Final = (
    r"\brate\b", r"ratenzahlung", r"teilbetrag", r"instal?ment", r"[ée]ch[ée]ance", r"mensualit",
    r"presta[çc][ãa]o", r"\brata\b", r"\bcuota\b", r"\bplazo\b", r"termijn", r"spl[áa]tk",
    r"avbetalning", r"\bafdrag", r"avdrag", r"gift ?card", r"voucher", r"gutschein", r"vale\b",
    r"store credit", r"guthaben", r"tegoed", r"\bavoir\b", r"buono", r"presentkort", r"gavekort",
    r"cadeaubon", r"bon cadeau", r"z[áa]loh", r"avans", r"εναντι", r"προκαταβολ",
)  # fmt: skip
INSTALMENT: Final = any_of(*_INSTALMENT)
"""What is paid in parts, or with what was bought before."""
CARRIED: Final = any_of(
    r"[üu]bertrag", r"carried", r"brought forward", r"previous balance", r"\balt(?:er )?saldo",
    r"balance forward",
    r"[àa] reporter", r"riporto", r"subtotal p[áa]gina", r"overf[øo]rt", r"przenies", r"transporte",
    r"suma y sigue",
    r"(?:^|\s{2})report(?:\s{2}|\W*$)", r"r[üu]ckstand", r"opening balance",
)  # fmt: skip
PREPAID: Final = any_of(
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
EARLIER_INVOICES: Final = any_of(
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
DUE: Final = any_of(
    r"net [àa] d[ée]duire", r"[àa] votre cr[ée]dit", r"da accreditare",
    r"zahlbetrag", r"zu (?:be)?zahlen", r"zu begleichen", r"zu [üu]berweisen", r"restbetrag",
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
NET: Final = any_of(
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
TAX: Final = any_of(
    r"\bu\.?st\b", r"\bust\.?", r"mwst", r"mehrwertsteuer", r"umsatzsteuer", r"steuerbetrag",
    r"steuer\b", r"\bvat\b",
    r"\btva\b", r"\bt\.v\.a", r"\biva\b", r"\bi\.v\.a", r"\bbtw\b", r"\bmoms\b", r"\bgst\b",
    r"\btax(?:es)?\b",
    r"\btaxe(?! de s[ée]jour)", r"imposta", r"\bdph\b", r"podatek", r"impuesto", r"imposto",
    r"\bmva\b", r"\bkdv\b",
)  # fmt: skip
GROSS: Final = any_of(
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
INCLUDED: Final = any_of(
    r"\binkl", r"\bincl", rf"\binc\.? {_TAX_WORD}\b", r"includ", r"inclus", r"compres[oa]",
    r"enthalten", r"\bdarin\b",
    r"\bdont\b", r"\bdi cui\b",
    r"d[oa]s quais", r"de los cuales", r"hvoraf", r"d[äa]rav", r"\bdavon\b", r"waarvan", r"heraf",
    r"\bvarav",
    r"of which", r"w tym", r"inbegriffen",
)  # fmt: skip
NAMES_TOTAL: Final = any_of(
    r"gesamt", r"summe", r"tota", r"brutto", r"\bgross", r"betrag(?!\s*(?:ust|mwst))", r"\bttc\b",
    r"importe",
    r"\bsuma\b", r"razem", r"bel[øo][pb]", r"\bi alt\b",
)  # fmt: skip
ANY_TOTAL: Final = any_of(
    r"^\W*(?:invoice )?amount(?:\s+\S{1,4})?\W*$",
    r"gesamt", r"summe", r"\btotal", r"betrag", r"totale", r"totaal", r"montant", r"importe",
    r"razem", r"celkem",
    r"\bsuma\b", r"\bsumma\b", r"\btoplam\b", r"bel[øo]b", r"belopp", r"kwota", r"\b[łl][ąa]czn",
)  # fmt: skip
NO_TAX: Final = any_of(
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
    ("described", any_of(
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
    ("quantity", any_of(
        r"menge", r"anzahl\b", r"hoeveelheid", r"\baant\b", r"kvantitet", r"\buds\b", r"unidades",
        r"\bstk\b",
        r"\banz\b", r"\bqty\b", r"quantity", r"qt[ée]\b", r"quantit[ée]", r"q\.?t[àa]\b",
        r"quantit[àa]", r"cantidad", r"\bcant\b", r"quantidade", r"\bqtd", r"aantal",
        r"ilo[śs][ćc]", r"\bantal",
        r"\bantall", r"mno[žz]stv", r"\bstd\b", r"\bhours\b", r"\bunits\b",
    )),
    ("price", any_of(
        r"einzelpreis", r"\be-?preis", r"stuksprijs", r"\btarief", r"\btarifa", r"\btarif\b",
        r"\bpreis",
        r"st[üu]ckpreis", r"\bprice", r"\brate\b", r"\bp\.? ?u\b",
        r"prix", r"prezzo", r"precio", r"pre[çc]o", r"\bprijs", r"\bcena", r"[àa][- ]?pris",
        r"\bpris",
    )),
    ("amount", any_of(
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

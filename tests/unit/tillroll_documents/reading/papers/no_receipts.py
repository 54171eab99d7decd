"""Papers that look like receipts and say that they are none, and receipts that only sound like them.

The sentences follow what tills' and terminals' rules prescribe or their makers print:

- Sweden, SKVFS 2014:9: "ej kvitto", "övning", "pro forma". Norway, kassasystemforskrifta § 2-8: "foreløpig kvittering",
  "treningskvittering", "utleveringskvittering", "ikke kvittering for kjøp".
- Germany, DSFinV-K, kinds of receipts AVBestellung, AVTraining, AVBelegabbruch, AVBelegstorno.
- France, BOI-TVA-DECLA-30-10-30: provisional papers and the training mode. Portugal, Despacho 8632/2014: "não serve de
  fatura". Italy: "documento non fiscale", "preconto". Poland, regulation on cash registers: "niefiskalny".
- Turkey, VUK 433: "mali değeri yoktur", "bilgi fişi". Czech trade papers: "není daňový doklad".
- Card terminals by ZVT and nexo: payments that were declined, aborted or reversed.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tests.unit.tillroll_documents.reading.locales import LOCALES
from tests.unit.tillroll_documents.reading.printing import Printed, print_receipt

TITLES: Mapping[str, Sequence[str]] = {
    "en-US": (
        "GUEST CHECK - NOT A RECEIPT",
        "*** TRAINING MODE ***",
        "ESTIMATE",
        "QUOTE #2231",
        "PRO FORMA INVOICE",
        "PACKING SLIP",
        "TRANSACTION VOIDED",
        "PRE-BILL",
    ),
    "en-GB": (
        "THIS IS NOT A VAT RECEIPT",
        "PROVISIONAL BILL",
        "QUOTATION",
        "DELIVERY NOTE",
        "Order confirmation 88213",
        "TRAINING RECEIPT",
        "PROFORMA",
        "Statement of account",
    ),
    "en-MY": (
        "BUKAN RESIT",
        "SEBUT HARGA",
        "PESANAN SAHAJA - BELUM DIBAYAR",
        "THIS IS NOT AN OFFICIAL RECEIPT",
    ),
    "de-DE": (
        "Zwischenrechnung",
        "ZWISCHENBELEG - KEIN ZAHLUNGSBELEG",
        "TRAININGSBON",
        "*** Schulungsbeleg ***",
        "Angebot Nr. 2026-114",
        "Kostenvoranschlag",
        "AUFTRAGSBESTÄTIGUNG",
        "Lieferschein 4711",
        "Proforma-Rechnung",
        "BELEGABBRUCH",
        "Kein Kassenbeleg",
        "Mahnung",
    ),
    "fr-FR": (
        "NOTE PROVISOIRE",
        "TICKET PROVISOIRE - NE PAS PAYER",
        "CE DOCUMENT N'EST PAS UNE FACTURE",
        "MODE ÉCOLE",
        "DEVIS N° 2026-18",
        "BON DE COMMANDE",
        "BON DE LIVRAISON",
        "FACTURE PRO FORMA",
        "SANS VALEUR FISCALE",
    ),
    "es-ES": (
        "ESTE DOCUMENTO NO ES UNA FACTURA",
        "PRESUPUESTO",
        "NOTA PROVISIONAL",
        "ALBARÁN Nº 445",
        "TICKET NO VÁLIDO COMO FACTURA - PROVISIONAL",
        "FACTURA PROFORMA",
        "MODO ENTRENAMIENTO",
        "PENDIENTE DE PAGO",
    ),
    "pt-PT": (
        "Este documento não serve de fatura",
        "CONSULTA DE MESA",
        "ORÇAMENTO",
        "GUIA DE REMESSA",
        "Fatura pró-forma",
        "DOCUMENTO EMITIDO PARA FINS DE FORMAÇÃO",
    ),
    "it-IT": (
        "PRECONTO",
        "DOCUMENTO NON FISCALE",
        "NON VALIDO COME RICEVUTA FISCALE",
        "PREVENTIVO",
        "FATTURA PROFORMA",
        "DOCUMENTO DI TRASPORTO",
        "COMANDA",
        "SCONTRINO DI PROVA",
    ),
    "nl-NL": (
        "PRO FORMA BON",
        "TUSSENREKENING",
        "Dit is geen betaalbewijs",
        "OFFERTE",
        "PAKBON",
        "ORDERBEVESTIGING",
        "TRAININGSBON",
    ),
    "pl-PL": (
        "WYDRUK NIEFISKALNY",
        "NIEFISKALNY",
        "RACHUNEK WSTĘPNY",
        "OFERTA NR 12/2026",
        "FAKTURA PRO FORMA",
        "POTWIERDZENIE ZAMÓWIENIA",
        "DOKUMENT NIE JEST PARAGONEM FISKALNYM",
    ),
    "cs-CZ": (
        "NENÍ DAŇOVÝ DOKLAD",
        "PŘEDBĚŽNÝ ÚČET",
        "CENOVÁ NABÍDKA",
        "DODACÍ LIST",
        "ZÁLOHOVÁ FAKTURA - NENÍ DAŇOVÝM DOKLADEM",
        "ŠKOLNÍ REŽIM",
    ),
    "sv-SE": (
        "EJ KVITTO",
        "ÖVNING",
        "PRO FORMA-KVITTO",
        "Preliminär nota",
        "OFFERT",
        "ORDERBEKRÄFTELSE",
        "FÖLJESEDEL",
    ),
    "da-DK": (
        "IKKE EN KVITTERING",
        "FORELØBIG REGNING",
        "TILBUD NR. 55",
        "ORDREBEKRÆFTELSE",
        "FØLGESEDDEL",
        "TRÆNING",
    ),
    "nb-NO": (
        "IKKE KVITTERING FOR KJØP",
        "FORELØPIG KVITTERING",
        "TRENINGSKVITTERING",
        "UTLEVERINGSKVITTERING",
        "TILBUD",
        "ORDREBEKREFTELSE",
        "PAKKSEDDEL",
    ),
    "tr-TR": (
        "MALİ DEĞERİ YOKTUR",
        "BİLGİ FİŞİDİR",
        "ADİSYON",
        "TEKLİF",
        "PROFORMA FATURA",
        "SİPARİŞ FİŞİ",
    ),
}
"""By locale: what stands at the top, in place of the heading."""

OTHER_WORDS: Mapping[str, Sequence[str]] = {
    "en-US": (
        "THIS IS NOT YOUR RECEIPT",
        "SUSPENDED TRANSACTION",
        "REPRINT - VOIDED SALE",
        "TRANSACTION WAS NOT COMPLETED",
    ),
    "en-GB": ("Transaction reversed", "Sale parked", "CHECK COPY - NOT A VALID BILL"),
    "de-DE": (
        "Beleg ungültig",
        "Kassenbon STORNO",
        "Kein Beleg im Sinne der Verordnung",
        "Info-Beleg",
    ),
    "fr-FR": ("PAIEMENT NON ABOUTI", "DUPLICATA ANNULÉ", "TICKET D'INFORMATION", "ABANDON DÉBIT"),
    "it-IT": (
        "NON VALE COME SCONTRINO",
        "TRANSAZIONE NON ESEGUITA",
        "DOCUMENTO GESTIONALE",
        "ANNULLO SCONTRINO",
    ),
    "es-ES": (
        "TICKET SIN VALIDEZ",
        "ticket no válido como justificante de pago",
        "OPERACIÓN INTERRUMPIDA",
    ),
    "nl-NL": ("VOORLOPIGE NOTA", "BETALING ONDERBROKEN"),
    "pl-PL": ("RACHUNEK INFORMACYJNY", "PŁATNOŚĆ ODRZUCONA PRZEZ BANK"),
    "sv-SE": ("Köpet avbröts", "Betalningen misslyckades"),
    "tr-TR": ("İŞLEM İPTAL", "ÖDEME ONAYLANMADI"),
}
"""By locale: sentences that were written after the rule, to try other words."""

ENDINGS: Mapping[str, Sequence[str]] = {
    "en-US": (
        "*** VOID ***",
        "TRANSACTION CANCELLED",
        "DECLINED",
        "NOT PAID",
        "SALE CANCELED",
    ),
    "en-GB": ("This is not a receipt", "NOT AUTHORISED", "Payment declined", "UNPAID"),
    "en-MY": ("TRANSACTION DECLINED", "THIS IS NOT A RECEIPT"),
    "de-DE": (
        "Zahlung nicht erfolgt",
        "VORGANG ABGEBROCHEN",
        "Karte abgelehnt",
        "*** STORNIERT ***",
        "Dies ist keine Rechnung",
        "Nicht bezahlt",
    ),
    "fr-FR": ("TRANSACTION ANNULÉE", "PAIEMENT REFUSÉ", "NON PAYÉ", "Vente annulée"),
    "es-ES": ("OPERACIÓN DENEGADA", "VENTA ANULADA", "NO PAGADO"),
    "pt-PT": ("TRANSAÇÃO RECUSADA", "VENDA ANULADA", "NÃO PAGO", "DOCUMENTO ANULADO"),
    "it-IT": (
        "TRANSAZIONE NEGATA",
        "VENDITA ANNULLATA",
        "NON PAGATO",
    ),
    "nl-NL": (
        "TRANSACTIE GEWEIGERD",
        "BETALING GEANNULEERD",
        "NIET BETAALD",
    ),
    "pl-PL": (
        "TRANSAKCJA ODRZUCONA",
        "PARAGON ANULOWANY",
    ),
    "cs-CZ": (
        "TRANSAKCE ZAMÍTNUTA",
        "STORNOVÁNO",
        "NEZAPLACENO",
    ),
    "sv-SE": ("KÖP MEDGES EJ", "KÖPET AVBRUTET", "EJ BETALD", "MAKULERAD"),
    "da-DK": ("TRANSAKTION AFVIST", "KØBET ER ANNULLERET", "IKKE BETALT"),
    "nb-NO": ("TRANSAKSJON AVVIST", "KJØPET ER AVBRUTT", "IKKE BETALT"),
    "tr-TR": (
        "İŞLEM REDDEDİLDİ",
        "SATIŞ İPTAL EDİLDİ",
    ),
}
"""By locale: what stands at the end."""

PAY_LATER: Mapping[str, Sequence[str]] = {
    "en-US": ("Please pay at counter",),
    "en-GB": ("Please pay at the till",),
    "en-MY": ("Sila bayar di kaunter",),
    "de-DE": (
        "Bitte nicht bezahlen",
        "Zahlung bei Abholung",
    ),
    "fr-FR": ("À payer au comptoir",),
    "es-ES": ("Pague en caja, por favor",),
    "it-IT": ("Si prega di pagare alla cassa",),
    "nl-NL": ("Betalen bij afhalen",),
    "pl-PL": (
        "NIE ZAPŁACONO",
        "Płatność przy odbiorze",
    ),
    "cs-CZ": ("Platba při převzetí",),
    "tr-TR": ("ÖDENMEDİ",),
}
"""By locale: what stands at the end of a bill that nobody has paid."""

ALIKE: Mapping[str, Sequence[str]] = {
    "en-US": (
        "Order #117",
        "No refund without receipt",
        "Keep your receipt, returns not accepted after 30 days",
        "Check #4411  Table 7",
        "No refunds on void tickets",
        "Quote of the day: be kind",
    ),
    "en-GB": (
        "Order number 88213",
        "Delivery note no. 4711",
        "Training shoes are not exchanged",
        "Not valid with offers",
    ),
    "en-MY": ("No. Pesanan: 118", "Goods sold are not returnable"),
    "de-DE": (
        "Bestellung 117",
        "Kein Umtausch ohne Kassenbon",
        "Lieferschein-Nr. 4711",
        "Angebote der Woche unter www.brandl.example",
        "Vielen Dank",
    ),
    "fr-FR": (
        "Commande n° 118",
        "Ni repris ni échangé sans ticket",
        "Bon de livraison n° 4711",
        "Devis gratuit sur demande",
    ),
    "es-ES": (
        "Pedido nº 118",
        "Nº de factura 2231",
        "No se admiten cambios sin ticket",
        "Albarán: 4711",
        "Pida presupuesto sin compromiso",
    ),
    "pt-PT": ("Pedido n.º 118", "Peça orçamento sem compromisso"),
    "it-IT": ("Ordine n. 118", "Preventivi gratuiti"),
    "nl-NL": ("Bestelling 118", "Vraag naar onze offertes"),
    "pl-PL": ("Zamówienie nr 118", "Oferta dnia na www.stokrotka.example"),
    "cs-CZ": ("Objednávka č. 118", "Sledujte naše nabídky"),
    "sv-SE": ("Order 118", "Se veckans erbjudanden"),
    "da-DK": ("Ordre nr. 118", "Se ugens tilbud på www.solbaer.example"),
    "nb-NO": ("Ordre nr. 118", "Se ukens tilbud på www.multe.example"),
    "tr-TR": ("Sipariş no 118", "Teklif için bizi arayın"),
}
"""By locale: lines of genuine receipts with some of the same words."""


@dataclass(frozen=True)
class Paper:
    """A transcript, the locale and the sentence that makes it what it is, and the receipt around it."""

    text: str
    locale: str
    sentence: str
    printed: Printed


def no_receipts(seed: int) -> Iterator[Paper]:
    """Each title and each ending once, on a receipt of its locale."""
    chance = random.Random(seed)
    for locale, titles in TITLES.items():
        for title in titles:
            yield _with_title(_unpaid(_receipt(chance, locale)), title)
        for ending in ENDINGS[locale]:
            yield _with_ending(_receipt(chance, locale), ending)
        for ending in OTHER_WORDS.get(locale, ()):
            yield _with_ending(_receipt(chance, locale), ending)
        for ending in PAY_LATER.get(locale, ()):
            yield _with_ending(_unpaid(_receipt(chance, locale)), ending)


def receipts_alike(seed: int) -> Iterator[Paper]:
    """Genuine receipts, each with one line of ALIKE under its address, or at its end."""
    chance = random.Random(seed)
    for locale, lines in ALIKE.items():
        for number, line in enumerate(lines):
            printed = _receipt(chance, locale)
            if number % 2:
                yield _with_ending(printed, line)
            else:
                yield _with_line(printed, line)


def _receipt(chance: random.Random, name: str) -> Printed:
    return print_receipt(chance, tuple(locale for locale in LOCALES if locale.name == name))


def _unpaid(printed: Printed) -> Printed:
    """The same without the lines of payment."""
    labels = (printed.locale.cash, printed.locale.change, printed.locale.card)
    lines = [line for line in printed.text.split("\n") if not line.startswith(labels)]
    return replace(printed, text="\n".join(lines))


def _with_title(printed: Printed, title: str) -> Paper:
    text = printed.text.replace(printed.locale.heading, title, 1)
    return Paper(text, printed.locale.name, title, printed)


def _with_line(printed: Printed, line: str) -> Paper:
    heading = printed.locale.heading
    text = printed.text.replace(heading, f"{heading}\n{line}", 1)
    return Paper(text, printed.locale.name, line, printed)


def _with_ending(printed: Printed, ending: str) -> Paper:
    return Paper(f"{printed.text}\n{ending}", printed.locale.name, ending, printed)

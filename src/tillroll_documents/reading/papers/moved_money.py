"""What papers are called by which money only moves, or which come before or after a bill: patterns
for folded text, of all languages at once. Extend the lists; no code needs to change.
"""

import re
from typing import Final


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


_TRANSFERS: Final = (
    r"uberweisung|virement|transferencia|traspaso|bonifico|overschrijving|przelew",
    r"overforing|overforsel|tilisiirto|atutalas|prevod|preuve de paiement|havale|\bpix\b",
    r"wire transfer|money transfer|bank transfer|credit transfer|remittance|transfer bancar",
    r"перевод|переказ|превод|εμβασμα|μεταφορα|振込|송금|转账|轉帳|โอนเงิน|chuyen khoan",
)
TRANSFERS: Final = _any(*_TRANSFERS)
TRANSFER_STEMS: Final = (
    "uberweisung", "virement", "transfer", "traspaso", "bonifico", "overschrijving", "przelew",
    "overforing", "overforsel", "tilisiirto", "atutalas", "prevod", "preuve", "havale", "pix",
    "remittance", "перевод", "переказ", "превод", "εμβασμα",
    "μεταφορα", "振込", "송금", "转账", "轉帳", "โอนเงิน",
    "chuyen",
)  # fmt: skip
"""Texts of which a pattern has one: a page without them is not searched further."""
_PROOFS: Final = (
    r"bestatigung|auftrag|ausgefuhrt|avis\b|execut|justificante|resguardo|comprovante|comprobante",
    r"bewijs|potwierdzenie|confirm|receipt|\bsen[dt]\b|ordine|eseguit|contabile|ricevuta|dekont",
    r"kvitt|bekraft|bekreft|potvrz|potvrd|visszaigazol|tosite|dovada|чек|квитанция|αποδεικ",
    r"明細|확인|凭证|สำเร็จ|thanh cong",
)
PROOFS: Final = _any(*_PROOFS)
"""With a transfer on one line: "transfer" alone may be how an invoice is to be paid."""
_CASH: Final = (
    r"(?:bar(?:geld)?)?einzahlung(?: auf .*)?|versement (?:d )?especes|depot especes",
    r"ingreso (?:en )?efectivo|deposito (?:en|em) (?:efectivo|dinheiro)|versamento contanti",
    r"storting(?: contant(?:en)?)?|wplata (?:gotowk\w+|wlasna)|insattning|kontantinsattning",
    r"vklad (?:hotovosti|v hotovosti)|para yatirma|cash deposit|depunere numerar|keszpenzbefizetes",
    r"polog gotovine|uplata gotovine|внесение наличных|καταθεση μετρητων",
    r"para cekme|cash withdrawal|retrait (?:d )?especes|retiro (?:de|en) efectivo|wyplata gotowki",
    r"prelievo(?: contante| contanti)?|vyber hotovosti|keszpenzfelvetel|otto automaatista",
    r"geldopname|kontantuttak|kontanthaevning|isplata gotovine|retragere numerar",
)
_TILL: Final = (
    r"(?:geld)?absch(?:o|oe)pfung|wechselgeld ?(?:einlage|bestand)|geldeinlage",
    r"safe ?drop|cash ?drop|(?:opening |cash )?float|paid ?out|paid ?in|no sale|cash lift",
    r"pohjakassa|vaxelkassa|vekselkasse|vekslepenger|kassabestand|fondo (?:di )?cassa",
    r"fond de caisse|prelevement(?: de)? caisse|fondo (?:de )?caja|retirada (?:de )?caja",
    r"wisselgeld|afroming|kassatelling|sangria|suprimento|pogotowie kasowe|wplata do kasy",
    r"vklad do pokladny|vyber z pokladny|kezdo penz|alap ?pénz|polog u blagajnu|kasa avansi",
)
PICK_UP: Final = re.compile(r"pick ?up")
"""Of money out of a drawer, where nothing was paid; what is taken away is called so too."""
_WAGES: Final = (
    r"pay ?slip|wage slip|salary slip|pay ?stub|earnings statement",
    r"(?:lohn|gehalts|entgelt)abrechnung.*|bulletin de (?:paie|salaire)|fiche de paie",
    r"(?:recibo de )?nomina|recibo de (?:vencimento|salario|sueldo)s?|holerite|contracheque",
    r"busta paga|cedolino(?: paga)?|loonstrook.*|salarisstrook.*|salarisspecificatie.*|lonseddel.*",
    r"lonnsslipp.*|lonespecifikation.*|lonebesked.*|palkkalaskelma.*|pasek (?:plac|wynagrodzen)\w*",
    r"vyplatni paska.*|vyplatna paska.*|berjegyzek.*|maas bordrosu|ucret bordrosu|platna lista.*",
    r"fluturas de salariu|расчетный листок|給与明細書?|급여명세서?|工资单",
)
_LOANS: Final = (
    r"loan (?:re)?payment|emi (?:receipt|payment)|kreditrate|darlehensrate",
    r"remboursement (?:de )?pret",
    r"echeance (?:de )?pret|pago de prestamo|cuota (?:de )?prestamo",
    r"rata (?:del )?(?:prestito|mutuo)",
    r"aflossing lening|splata (?:kredytu|pozyczki)|amortering|tilbagebetaling af lan",
    r"lainan lyhennys|splatka (?:uveru|pujcky|pozicky)|hiteltorlesztes",
    r"kredi taksit\w*|rata (?:la )?credit",
)
_BEFORE_THE_BILL: Final = (
    r"informationsrechnung|rechnung zur information|infor?mation (?:invoice|bill|folio|copy)",
    r"note d ?.?information|facture (?:d ?.?)?information|factura informativa|cuenta informativa",
    r"conto informativo|fattura informativa|informatieve (?:factuur|rekening)|fatura informativa",
    r"rachunek informacyjny|informacni ucet|informativni racun|informationsnota",
    r"conferencia de (?:mesa|conta)(?: \d+)?|(?:tisch|bord) ?\d* ?(?:offen|apen|oppen)",
    r"(?:table|mesa|tavolo|tafel|stolik|stul) ?\d* ?(?:open|abierta|aperto|otwarty|abert[ao])",
    r"open (?:tab|table|check|bill)|tab open",
)
_REMINDERS: Final = (
    r"final (?:notice|demand|reminder|warning)(?: .*)?|overdue (?:account|notice|invoice)(?: .*)?",
    r"past due notice|(?:urgent )?payment (?:is )?overdue|notice of (?:default|overdue.*)",
    r"(?:laatste )?(?:sommatie|aanmaning)|mise en demeure.*|derniere relance|requerimiento de pago",
    r"ultimo aviso(?: de pago)?|sollecito(?: di pagamento)?|diffida(?: ad adempiere)?",
    r"ostateczne wezwanie.*|(?:przedsadowe )?wezwanie do zaplaty|inkasso(?:varsel|krav|brev)?",
    r"betalingskrav|kravbrev|maksukehotus|maksumuistutus|vyzva k (?:uhrade|zaplaceni|zaplateniu)",
    r"fizetesi felszolitas|interpelacao(?: para pagamento)?|aviso de cobranca|odeme ihtari",
    r"letzte zahlungsaufforderung|somatie(?: de plata)?|претензия|οχληση",
)
TITLES: Final = _any(
    *(f"(?:{pattern})" for pattern in (*_CASH, *_TILL, *_WAGES, *_LOANS)),
    *(f"(?:{pattern})" for pattern in (*_BEFORE_THE_BILL, *_REMINDERS)),
)
"""Lines that say only this."""
_COINS: Final = (
    r"\b(?:kauf|buy|bought|achat|compra|acquisto|aankoop|zakup|kop|kjop|nakup|alim)\b.{0,12}(?:%s)",
    r"(?:%s).{0,12}\b(?:kauf|purchase|achat|compra|acquisto|aankoop|zakup)\b",
)
_SUMS: Final = (
    r"\b(?:lohn|gehalts)abrechnung\b",
    r"\b(?:send|sent) amount\b|\brecipient (?:gets|receives)\b|\bmontant envoye\b",
    r"\bimporte enviado\b|\bimporto inviato\b|\bsendebetrag\b|\bverzonden bedrag\b",
    r"\bgift ?card (?:activation|load|reload|sale|issue)",
    r"\bgeschenkkarte\w* (?:aktiv|auflad|verkauf)|\bcarte cadeau (?:activ|charg)",
    r"\btarjeta regalo (?:activ|carg)|\bcarta regalo (?:attiv|ricar)",
    r"\bkarta podarunkowa (?:aktyw|dola)|\b(?:cadeaukaart|presentkort|gavekort) (?:akt|op|lad)",
    r"\bsalaire brut\b|\bbruto loon\b|\bnet pay\b.{0,20}\d",
)
_CURRENCIES: Final = r"\b(?:bitcoin|btc|ethereum|usdt|litecoin)\b|\b[ck]r[iy]pto\w*"
ANYWHERE: Final = _any(*(pattern % _CURRENCIES for pattern in _COINS), *_SUMS)
ANYWHERE_STEMS: Final = (
    "gift card", "giftcard", "geschenkkarte", "carte cadeau", "tarjeta regalo", "carta regalo",
    "karta podarunkowa", "cadeaukaart", "presentkort", "gavekort",
    "bitcoin", "btc", "ethereum", "usdt", "litecoin", "crypto", "krypto", "kripto",
    "abrechnung", "send amount", "sent amount", "recipient ", "envoye", "enviado", "inviato",
    "sendebetrag", "verzonden", "salaire brut", "bruto loon", "net pay",
)  # fmt: skip
_ROOM: Final = (
    r"\broom charge\b|\bcharged? to (?:the )?room\b|\bpost(?:ed)? to room\b|\bguest ledger\b",
    r"\bauf (?:das )?zimmer\b|\bzimmer(?:buchung|rechnung|belastung)\b",
    r"\bcompte chambre\b|\bnote (?:de la )?chambre\b|\bsur chambre\b|\bdebit chambre\b",
    r"\bcargo (?:a (?:la )?)?habitacion\b|\baddebito (?:in )?camera\b|\bconto camera\b",
    r"\b(?:op|ten laste van) kamer\b|\bkamerrekening\b|\bna (?:rachunek )?pokoj\w*\b|\brumsnota\b",
    r"\bdebito (?:no |ao )?quarto\b|\bconta (?:do )?quarto\b|\bhuoneen laskuun\b|\bna pokoj\b",
    r"\bodaya (?:yaz|aktar)\w*|\bna sobu\b|\bszobaszamla\w*|ルームチャージ|部屋付け|객실 ?청구",
    r"^(?:zimmer|room|chambre|habitacion|camera|kamer|pokoj|huone|szoba|soba) \d+ +\d+[.,]\d\d",
    r"\bmember (?:charge|account)\b|\bhouse account\b|\bcompany account\b|\bcity ledger\b",
    r"\bfirmenkonto\b|\bcompte (?:societe|entreprise|membre)\b",
    r"\bcuenta (?:de )?(?:empresa|socio)\b|\bconto (?:azienda|socio)\b",
    r"\bkonto firmowe\b|\bkarte hinterlegt\b|\bcard held\b|\bkart i pant\b",
)
UNPAID: Final = _any(*_ROOM)
UNPAID_STEMS: Final = (
    "room", "zimmer", "chambre", "habitacion", "camera", "kamer", "quarto", "pokoj", "rumsnota",
    "huone", "szoba", "soba", "odaya", "ルーム", "部屋", "객실", "member", "account",
    "ledger", "firmenkonto", "compte", "cuenta", "conto ", "konto firm", "hinterlegt",
    "card held", "i pant",
)  # fmt: skip
"""What is signed for comes again on a bill. It counts where no payment is printed."""
_DEPOSITS: Final = (
    r"\bkaution\b|\bmietkaution\b|\bsecurity deposit\b|\brefundable deposit\b|\bdamage deposit\b",
    r"\bkey deposit\b|\bdepot de garantie\b|\bcaution\b(?! )|\bcaution (?:\d|eur|remb)|\bfianza\b",
    r"\bcauzione\b|\bdeposito cauzionale\b|\bwaarborg(?:som)?\b|\bborgsom\b|\bkaucja\b|\bkaucio\b",
    r"\bkauce\b|\bvratna kauce\b|\bkavcija\b|\bdepositum\b|\bdeposition\b|\btakuumaksu\b",
    r"\bpantti\b|\bcaucao\b|\bdepozito\b|\bgarancija\b|\bgarantie\b(?= +\d)",
    r"\bdrosibas nauda\b|\buzstatas\b",
    r"保証金|敷金|預り保証|보증금|押金|залог|εγγυηση|\btien coc\b|เงินมัดจำ|เงินประกัน|פיקדון",
)
DEPOSITS: Final = _any(*_DEPOSITS)
DEPOSIT_STEMS: Final = (
    "kaution", "deposit", "garantie", "caution", "fianza", "cauzion", "waarborg", "borgsom",
    "kauc", "kavcij", "takuumaksu", "pantti", "caucao", "depozito", "garancija", "drosibas",
    "uzstatas", "保証", "敷金", "보증", "押金", "залог", "εγγυ", "tien coc",
    "มัดจำ", "ประกัน", "פיקדון",
)  # fmt: skip
_POINTS: Final = (
    r"punkt|puntos|pontos|\bpunti\b|\bpoints?\b|\brewards?\b|\bmiles\b|\bpunten\b|\bpisteet",
    r"\bpoeng|\bpoang|\bbody\b|\bpontok\b|\bpuan\b|\bbodov|ポイント|포인트|积分|балл",
)
POINTS: Final = _any(*_POINTS)
"""What is paid with in place of money."""

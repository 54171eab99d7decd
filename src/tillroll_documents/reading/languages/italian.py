"""Words of Italian: terms of DPR 633/1972, articles 21 and 21-bis (invoices), and DM of 7 December
2016 on the documento commerciale; others as tills print them.
"""

TABLE = """\
total: totale rimborsato, importo rimborsato,
    totale, totale complessivo, importo totale, tot, totale euro, totale generale
subtotal: subtotale, sub totale, sub tot, parziale
payable: da pagare, totale da pagare, importo dovuto, importo pagato, netto a pagare, totale dovuto
amount: importo
tax: iva, i v a, imposta, di cui iva
levy: tasse e supplementi, tasse e diritti, tasse e oneri, tasse e imposte, tasse aeroportuali,
    diritti aeroportuali, tassa di soggiorno, imposta di soggiorno, tassa soggiorno,
    imposta soggiorno
including: inclusa, incluso, compresa, compreso
excluding: imponibile, escl, esclusa, al netto
contained: di cui
rounding: arrotondamento
discount: sconto, sconti, abbuono
voucher: buoni pasto,
    buono, buono sconto, buono pasto, carta regalo, coupon
saving: risparmio, hai risparmiato
service: servizio, coperto
tip: mancia
suggestion: suggerita, consigliata, suggerimento
paid: pagato, ricevuto, pagamento, acconto, versato
cash: contanti, contante
card: carta, bancomat, carta di credito, pagamento elettronico, elettronico
change: resto
quantity: quantita, qta, pezzi, n pezzi, num articoli, articoli
points: punti
summary: aliquota, riepilogo iva, dettaglio iva
date: emesso il, data emissione,
    data
due_date: scadenza, data scadenza, da pagare entro, scadenza pagamento
other_date: partenza, arrivo,
    scadenza, scade il, valido fino, stampato
receipt_number: scontrino n, documento n, doc n, n scontrino, fattura n, ricevuta n
heading: scontrino, scontrino fiscale, ricevuta, ricevuta fiscale, fattura, documento commerciale,
    di vendita o prestazione, copia, conto
stamp: copia, duplicato, pagato
greeting: grazie, arrivederci, benvenuti, benvenuto, grazie e arrivederci
address: via, viale, piazza, corso, vicolo, strada, cap, piazzale, largo
contact: telefono, cell
registration: p iva, partita iva, piva, cod fisc, codice fiscale, c f
staff: cassiere, cassa, operatore, cameriere, tavolo, cassiera
customer: cliente, spett le, spettabile
trade: ristorante, trattoria, pizzeria, panificio, farmacia, supermercato, libreria, macelleria,
    negozio, gelateria,
    pasticceria, osteria, tabacchi, ferramenta, albergo, mercato, distributore, enoteca, salumeria
product_header: descrizione, prezzo, prodotto
owned_by: gestito da, proprietario
cuisine: cinese, giapponese, greco, indiano, messicano, italiano
firm: fratelli, flli, figli, ditta
no_receipt: solo a titolo informativo, preventivo valido,
    non fiscale, preconto, pre conto, non valido come ricevuta, non valido come scontrino,
    non valida come ricevuta, non valido come fattura,
    non costituisce fattura, non costituisce ricevuta, non è una fattura, non è una ricevuta,
    senza valore fiscale, privo di valore fiscale, conto provvisorio, ricevuta provvisoria,
    scontrino provvisorio, scontrino di prova, prova di stampa, modalità addestramento,
    modalità training, modo addestramento, transazione negata, transazione rifiutata,
    carta rifiutata, pagamento rifiutato, pagamento negato, operazione negata,
    operazione rifiutata, transazione annullata, operazione annullata, vendita annullata,
    scontrino annullato, documento annullato, pagamento annullato, ordine annullato,
    acquisto annullato, documento commerciale annullato, pagamento fallito, transazione fallita,
    non autorizzata, non autorizzato, prelievo contante, prelievo di contante, prelievo bancomat,
    emesso per annullamento, segue fattura
pay_later: non valido ai fini fiscali, pagare alla cassa, pagamento alla cassa,
    pagamento alla consegna, pagamento al ritiro, da pagare alla cassa, in attesa di pagamento,
    pagamento in sospeso, non ancora pagato
not_paid: annullato, annullata, negata, rifiutata, rifiutato, non pagato, non pagata,
    addestramento, prova, bozza, storno
other_paper: preventivo, proforma, pro forma, fattura proforma, fattura pro forma,
    documento di trasporto, ddt, bolla, bolla di consegna, conferma ordine, conferma d ordine,
    conferma di prenotazione, ordine di acquisto, lista di imballaggio, ordine di lavoro, offerta,
    stampa di prova, test di stampa, preautorizzazione, pre autorizzazione, lettura x, lettura z,
    chiusura giornaliera, chiusura di cassa, rapporto x, rapporto z,
    chiusura turno, riepilogo incassi, nota di consegna, lista di spedizione
order_paper: comanda, ordine, il tuo ordine, ordinazione
statement: estratto conto, sollecito, sollecito di pagamento, promemoria di pagamento,
    secondo sollecito, ultimo sollecito, ultimo avviso, riepilogo fatture
refund: reso, reso merce, rimborso, nota di credito, documento di reso,
    documento emesso per reso
refund_rules: senza
paper_nouns: fattura, scontrino, ricevuta, conto, documento
negations: non, senza
paper_fillers: è, una, un, vale, valido, valida, come, costituisce, fiscale, di, lo, da
interim: provvisorio, provvisoria, gestionale, informativo, bozza, addestramento, simulazione,
    dimostrativo, dimostrativa, facsimile, prova
act_nouns: transazione, vendita, pagamento, operazione, acquisto, ordine, scontrino, carta,
    documento, fattura
undone: annullata, annullato, annullo, negata, negato, rifiutata, rifiutato, fallita, fallito,
    respinta, respinto, sospesa, interrotta, stornata, stornato, storno
done: eseguita, eseguito, autorizzata, autorizzato, approvata, completata, riuscita, riuscito,
    pagato, pagata, avvenuta, valore
till_nouns: modalità, modo, cassa, cassiere, operatore, utente
months: gennaio gen, febbraio, marzo, aprile, maggio mag, giugno giu, luglio lug, agosto ago,
    settembre set, ottobre ott, novembre, dicembre dic
weekdays: lunedì lun, martedì, mercoledì mer, giovedì gio, venerdì ven, sabato sab, domenica dom
"""

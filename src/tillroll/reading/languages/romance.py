"""Words of the Romance languages."""

FRENCH = """\
total: total, total general, montant total, total ttc, net ttc
subtotal: sous total, s total, sous tot
payable: a payer, net a payer, total a payer, reste a payer, reste du, total du, montant du
amount: montant
tax: tva, t v a, taxe, taxes, tps, tvq, montant tva
including: ttc, t t c, inclus, incluse, comprise, avec, toutes taxes comprises
excluding: ht, h t, hors taxe, hors taxes, hors tva
contained: dont, dont tva, soit
rounding: arrondi
discount: remise, reduction, rabais
voucher: bon d achat, avoir, cheque cadeau, carte cadeau, coupon, bon de reduction
saving: economie, economies, vous economisez
service: frais de service
tip: pourboire
suggestion: suggere, suggestion, conseille, recommande
paid: paye, recu, regle, reglement, paiement, acompte, verse
cash: especes, espece, comptant
card: carte, carte bancaire, cb, carte bleue, cheque, sans contact
change: rendu, monnaie, rendu monnaie, a rendre, monnaie rendue
quantity: qte, quantite, nb articles, nombre d articles, nombre de lignes, articles, couverts
points: fidelite, cagnotte
summary: taux tva, code tva, taux, detail tva, recapitulatif
date: date, le, date de facture
due_date: date d echeance, echeance, payable le, a payer avant le, date limite de paiement
other_date: valable jusqu au, date d echeance, echeance, expire le, imprime le, depuis
receipt_number: no facture, facture n, ticket n, n de ticket, no ticket, numero de facture
heading: facture, ticket, ticket de caisse, recu, note, addition, duplicata, ticket client, justificatif
stamp: duplicata, copie, acquitte
greeting: merci, bienvenue, au revoir, a bientot, merci de votre visite, bonne journee
address: rue, avenue, boulevard, chemin, allee, cedex, quai, impasse, zone, centre commercial
contact: telephone, courriel
registration: siret, siren, rcs, naf, ape, tva intracom, n tva, no tva, code naf
staff: caisse, caissier, caissiere, serveur, vendeur, hote, hotesse
customer: client, facture a
trade: restaurant, boulangerie, patisserie, pharmacie, librairie, boucherie, epicerie, supermarche, hypermarche,
    magasin, brasserie, traiteur, tabac, presse, marche, garage, fleuriste, quincaillerie, creperie, auberge
product_header: designation, libelle, prix, prix unitaire, p u
owned_by: exploité par, propriétaire
cuisine: chinois, grec, indien, italien, japonais, libanais, marocain, thai, vietnamien
firm: établissements, ets, fils, frères, société
no_receipt: pour information seulement, devis valable, ticket d information,
    n est pas une facture, ne constitue pas une facture, ne tient pas lieu de facture,
    ne vaut pas facture, n est pas un reçu, n est pas un ticket de caisse, ne vaut pas reçu,
    ne constitue pas un justificatif, n est pas un justificatif, note provisoire,
    ticket provisoire, addition provisoire, facture provisoire, justificatif provisoire,
    reçu provisoire, sans valeur fiscale, sans valeur comptable, non fiscal,
    sans valeur contractuelle, mode école, mode ecole, mode formation, mode entraînement,
    mode test, ticket école, ticket d essai, transaction annulée, vente annulée, ticket annulé,
    achat annulé, commande annulée, opération annulée, paiement annulé, facture annulée,
    annulation de vente, transaction refusée, paiement refusé, carte refusée, opération refusée,
    transaction abandonnée, opération abandonnée, transaction non aboutie, paiement échoué,
    échec du paiement, non autorisé, non autorisée, retrait d espèces, retrait espèces,
    retrait dab,
    n est pas un ticket de caisse tva valable, facture suivra, la facture suivra, facture à suivre,
    retrait de billets
pay_later: ne pas payer, à payer au comptoir, payer à la caisse, à régler en caisse,
    à payer en caisse, paiement au retrait, paiement à la livraison, paiement à réception,
    à régler sur place, à payer sur place, paiement sur place, en attente de paiement,
    paiement en attente, reste à encaisser
not_paid: annulé, annulée, refusé, refusée, abandon, non payé, non payée, impayé, formation,
    école, spécimen, brouillon, nul
other_paper: devis, devis estimatif, estimation, bon de commande, bon de livraison,
    bordereau de livraison, facture proforma, facture pro forma, proforma, pro forma,
    confirmation de commande, confirmation de réservation, accusé de commande, liste de colisage,
    bon de préparation, bon de travail, ordre de réparation, offre de prix,
    essai d impression, impression de test, ticket de test, préautorisation, pré autorisation,
    ticket x, ticket z, rapport x, rapport z, lecture x, lecture z, clôture de caisse,
    clôture journalière, bordereau de caisse,
    bordereau d expédition, avis d expédition, fiche de livraison, rapport de caisse,
    recette du jour, état de caisse
order_paper: commande, votre commande, bon de cuisine, addition
statement: relevé de compte, relevé, relance, rappel, rappel de paiement, mise en demeure,
    lettre de relance,
    deuxième relance, première relance, dernière relance, relevé de factures,
    relevé de compte client, dernier rappel, deuxième rappel
paper_nouns: facture, ticket, reçu, note, justificatif, addition, duplicata
negations: pas, non, sans
paper_fillers: une, un, de, d, lieu, comme, valable, vaut,
    caisse
interim: provisoire, informatif, école, formation, estimatif, brouillon,
    factice, fictif, fictive, essai, démonstration, démo, entraînement, simulation
act_nouns: transaction, vente, paiement, ticket, opération, achat, commande, carte, facture,
    débit, duplicata
undone: annulé, annulée, annulation, refusé, refusée, abandon, abandonné, abandonnée, échec,
    rejeté, rejetée, interrompu, interrompue, invalide, suspendu, suspendue
done: acquittée, acquitté, payée, payé, abouti, aboutie, effectuée, effectué, autorisée, acceptée,
    réglée, validée, terminée, valable
till_nouns: mode, caisse, caissier, utilisateur, session
months: janvier janv, février fevrier févr fév, mars, avril avr, mai, juin, juillet juil, août aout, septembre, octobre,
    novembre, décembre decembre déc
weekdays: lundi lun, mardi, mercredi mer, jeudi jeu, vendredi ven, samedi sam, dimanche dim
"""

SPANISH = """\
total: total, importe total, total general, suma total
subtotal: subtotal, sub total, suma
payable: a pagar, total a pagar, importe a pagar, neto a pagar
amount: importe, monto
tax: iva, i v a, igic, impuesto, impuestos, cuota, cuota iva, itbis, igv
including: incluido, incluidos, con iva, incl
excluding: base, base imponible, sin iva, base imp, excluido, neto gravado
contained: del cual
rounding: redondeo
discount: descuento, dto, dcto, bonificacion
voucher: cupon, vale, tarjeta regalo, cheque regalo
saving: ahorro, usted ahorro, ha ahorrado
service: servicio, cargo por servicio
tip: propina
suggestion: sugerida, sugerencia, recomendada
paid: pagado, entregado, recibido, entrega, pago, su pago
cash: efectivo, contado, metalico
card: tarjeta, tarjeta de credito, tarjeta credito, tarjeta debito
change: cambio, vuelto, devolucion, su cambio, vuelta
quantity: cantidad, cant, articulos, unidades, uds, num articulos
points: puntos
summary: tipo iva, desglose iva, detalle iva, tipo
date: fecha, fecha factura, fecha de emision, fecha emision
due_date: vencimiento, fecha de vencimiento, fecha limite de pago
other_date: fecha de caducidad, caduca, valido hasta, vencimiento, fecha de vencimiento, impreso
receipt_number: factura n, no factura, num factura, ticket n, n ticket, no ticket, folio, nro
heading: factura, factura simplificada, recibo, ticket, comprobante, copia, boleta, nota de venta, tique
stamp: copia, duplicado, pagado
greeting: gracias, gracias por su visita, bienvenido, bienvenidos, vuelva pronto, gracias por su compra
address: calle, avenida, avda, plaza, paseo, carretera, ctra, colonia, col, c p, poligono
contact: telefono, tlf, tfno, correo
registration: nif, cif, n i f, c i f, rfc, ruc, cuit, rut, nit
staff: cajero, cajera, caja, atendido por, le atendio, camarero, vendedor, mesa, dependiente, mesero
customer: cliente, facturar a
trade: restaurante, panaderia, farmacia, supermercado, supermercados, libreria, carniceria, tienda, ferreteria,
    cafeteria, mercado, gasolinera, papeleria, taberna, bodega, hostal, meson, cerveceria, fruteria,
    estacion de servicio
product_header: descripcion, precio, producto, concepto, pvp
owned_by: propietario, propiedad de
cuisine: china, chino, italiano, japones, mexicana, peruano
firm: hermanos, hijos, sociedad, grupo
no_receipt: solo informativo, presupuesto válido,
    no es una factura, no es factura, no es un recibo, no es un ticket, no es comprobante,
    no es un comprobante, no válido como factura, no valido como factura,
    no válido como comprobante, sin valor fiscal, sin validez fiscal, documento no fiscal,
    comprobante no fiscal, nota provisional, cuenta provisional, ticket provisional,
    recibo provisional, factura provisional, pre cuenta, precuenta, no es válido como,
    modo entrenamiento, modo formación, modo prueba, modo práctica, ticket de prueba,
    operación denegada, transacción denegada, tarjeta denegada, pago denegado, pago rechazado,
    tarjeta rechazada, transacción rechazada, operación rechazada, operación cancelada,
    transacción cancelada, transacción anulada, operación anulada, venta anulada, venta cancelada,
    ticket anulado, compra anulada, pedido cancelado, pedido anulado, pago fallido,
    transacción fallida, no autorizada, no aprobada, no autorizado, retiro de efectivo,
    retirada de efectivo, disposición de efectivo
pay_later: pague en caja, pagar en caja, pago en caja, pago contra entrega, pago contra reembolso,
    pago al recoger, pago a la entrega, pendiente de pago, pago pendiente, pendiente de cobro,
    aún no pagado, no pagar con este
not_paid: anulado, anulada, cancelado, cancelada, denegada, rechazada, rechazado, no pagado,
    no pagada, impagado, formación, prueba, borrador, entrenamiento, sin pagar
other_paper: presupuesto, cotización, proforma, pro forma, factura proforma, factura pro forma,
    albarán, albaran, albarán de entrega, nota de entrega, guía de remisión, guia de remision,
    remito, orden de compra, confirmación de pedido, confirmación de reserva, hoja de pedido,
    orden de trabajo, orden de reparación, oferta,
    impresión de prueba, preautorización, pre autorización, informe x, informe z, lectura x,
    lectura z, cierre z, cierre de caja, corte x, corte z, arqueo de caja, consulta de saldo,
    corte de caja, corte parcial, cierre de turno, reporte de ventas, resumen de ventas, reporte z,
    reporte x, nota de remisión, documento de transporte
order_paper: pedido, su pedido, comanda, orden, la cuenta
statement: extracto de cuenta, estado de cuenta, recordatorio de pago, recordatorio,
    aviso de pago, requerimiento de pago,
    segundo recordatorio, último aviso, reclamación de pago, relación de facturas
paper_nouns: factura, ticket, recibo, comprobante, justificante, nota, tique,
    documento
negations: no, sin
paper_fillers: es, una, un, válido, valida, como, pago, para, fiscal, sirve,
    de
interim: provisional, informativo, informativa, borrador, entrenamiento, ficticio, ficticia,
    demostración, simulación, prueba, muestra
act_nouns: operación, transacción, venta, pago, compra, pedido, tarjeta, ticket, factura
undone: anulado, anulada, cancelado, cancelada, denegada, denegado, rechazada, rechazado, fallida,
    fallido, anulación, suspendida, abortada, interrumpida
done: validez, valor, válido, válida, pagado, autorizada, aprobada, completada, realizada,
    efectuada, finalizada, aceptada
till_nouns: modo, caja, cajero, usuario, sesión
months: enero ene, febrero, marzo, abril abr, mayo, junio, julio, agosto ago, septiembre setiembre, octubre, noviembre,
    diciembre dic
weekdays: lunes lun, martes, miércoles mié, jueves jue, viernes vie, sábado sáb, domingo dom
"""

PORTUGUESE = """\
total: total, valor total, total geral, total liquido
subtotal: subtotal, sub total, soma
payable: a pagar, valor a pagar, total a pagar, total r$
amount: valor, montante
tax: iva, i v a, imposto, impostos, icms, tributos, iss, valor iva
including: incluido, com iva, inclui
excluding: base, sem iva, incidencia, base tributavel, valor s iva, iliquido
contained: dos quais, tributos aproximados, aprox
rounding: arredondamento
discount: desconto, descontos
voucher: cupao, vale, cartao presente, vale desconto
saving: poupanca, economia, poupou, voce economizou
service: taxa de servico, servico
tip: gorjeta
suggestion: sugerida, sugestao, recomendada
paid: pago, recebido, entregue, pagamento, valor pago, valor recebido
cash: dinheiro, numerario
card: cartao, multibanco, cartao de credito, cartao credito, cartao debito, mbway, mb way, pix
change: troco
quantity: quantidade, qtd, qtde, itens, artigos, qtd total de itens, no artigos
points: pontos
summary: taxa iva, resumo iva, taxa
date: data, data de emissao, emissao, data emissao
due_date: vencimento, data de vencimento, data limite de pagamento
other_date: validade, valido ate, vencimento, data de validade, impresso
receipt_number: fatura n, no fatura, fatura simplificada n, nfc e n, extrato n, recibo n
heading: fatura, factura, fatura simplificada, fatura recibo, recibo, talao, nota fiscal, cupom fiscal, cupom, copia,
    segunda via
stamp: copia, segunda via, pago
greeting: obrigado, obrigada, obrigado pela visita, volte sempre, bem vindo, obrigado pela preferencia
address: rua, avenida, av, praca, travessa, estrada, bairro, largo, cep
contact: telefone, telem, correio
registration: nif, contribuinte, nipc, cnpj, cpf, insc estadual, ie, capital social
staff: operador, caixa, empregado, atendido por, vendedor, mesa, funcionario
customer: cliente, consumidor, consumidor final
trade: restaurante, padaria, pastelaria, farmacia, supermercado, supermercados, livraria, talho, loja, mercado, posto,
    papelaria, churrascaria, lanchonete, comercio, mercearia, snack bar, confeitaria
product_header: descricao, preco, artigo, produto, vl unit, vl item
owned_by: explorado por, proprietário
cuisine: brasileira, chinesa, indiana, italiana, japonesa, tailandesa
firm: irmãos, filhos, sociedade, grupo
no_receipt: não serve de fatura, nao serve de fatura, não serve de factura, não é uma fatura,
    não é fatura, não é um recibo, não é válido como fatura, sem valor fiscal,
    não é documento fiscal, documento não fiscal, cupom não fiscal, sem validade fiscal,
    consulta de mesa, conta provisória, talão provisório, fatura provisória, recibo provisório,
    pré conta, conferência de mesa, conferencia de mesa, fins de formação, modo de formação,
    modo formação, modo treino, modo treinamento, talão de teste, transação recusada,
    transacção recusada, operação recusada, pagamento recusado, cartão recusado, transação negada,
    transação cancelada, transacção cancelada, operação cancelada, operação anulada,
    transação anulada, venda anulada, venda cancelada, documento anulado, fatura anulada,
    talão anulado, cupom cancelado, cupom fiscal cancelado, pedido cancelado, encomenda cancelada,
    pagamento falhado, não autorizada, não autorizado, não aprovada, levantamento de numerário,
    levantamento em dinheiro, saque em dinheiro
pay_later: pague na caixa, pagar na caixa, pagamento na caixa, pagamento na entrega,
    pagamento no levantamento, pagamento na retirada, aguarda pagamento, aguardando pagamento,
    pagamento pendente, pendente de pagamento, por pagar ainda
not_paid: anulado, anulada, cancelado, cancelada, recusada, recusado, não pago, não paga,
    formação, treino, teste, rascunho
other_paper: orçamento, orcamento, proforma, pró forma, pro forma, fatura pró forma,
    fatura proforma, factura proforma, guia de remessa, guia de transporte, nota de encomenda,
    confirmação de encomenda, confirmação de pedido, confirmação de reserva, ordem de compra,
    ordem de serviço, proposta comercial, cotação,
    impressão de teste, pré autorização, relatório x, relatório z, leitura x, redução z,
    fecho de caixa, fechamento de caixa, fecho do dia, consulta de saldo,
    resumo de vendas, fecho de turno, fechamento de turno, documento de transporte, nota de entrega
order_paper: pedido, encomenda, o seu pedido, talão de pedido, comanda
statement: extrato de conta, extracto de conta, extrato, aviso de pagamento,
    lembrete de pagamento, carta de cobrança,
    segundo aviso, último aviso, aviso de cobrança, relação de faturas
paper_nouns: fatura, factura, recibo, talão, cupom, documento, conta, nota
negations: não, sem
paper_fillers: é, uma, um, serve, como, válido, válida, fiscal, para, vale,
    de
interim: provisória, provisório, informativo, rascunho, treino, fictício, demonstração, simulação,
    teste, amostra
act_nouns: transação, transacção, venda, pagamento, compra, pedido, operação, cartão, cupom,
    talão, fatura
undone: anulada, anulado, cancelada, cancelado, recusada, recusado, negada, falhada, falhado,
    rejeitada, interrompida, suspensa
done: autorizada, aprovada, concluída, efetuada, efetuado, pago, paga, realizada, aceite,
    validade, valor
till_nouns: modo, caixa, operador, utilizador, sessão
months: janeiro, fevereiro fev, março marco, abril abr, maio mai, junho, julho, agosto ago, setembro set, outubro out,
    novembro, dezembro dez
weekdays: segunda-feira segunda, terça-feira terça, quarta-feira quarta, quinta-feira quinta, sexta-feira sexta,
    sábado sáb, domingo dom
"""

ITALIAN = """\
total: totale, totale complessivo, importo totale, tot, totale euro, totale generale
subtotal: subtotale, sub totale, sub tot, parziale
payable: da pagare, totale da pagare, importo dovuto, importo pagato, netto a pagare, totale dovuto
amount: importo
tax: iva, i v a, imposta, di cui iva
including: inclusa, incluso, compresa, compreso
excluding: imponibile, escl, esclusa, al netto
contained: di cui
rounding: arrotondamento
discount: sconto, sconti, abbuono
voucher: buono, buono sconto, buono pasto, carta regalo, coupon
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
date: data
due_date: scadenza, data scadenza, da pagare entro, scadenza pagamento
other_date: scadenza, scade il, valido fino, stampato
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
trade: ristorante, trattoria, pizzeria, panificio, farmacia, supermercato, libreria, macelleria, negozio, gelateria,
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
months: gennaio gen, febbraio, marzo, aprile, maggio mag, giugno giu, luglio lug, agosto ago, settembre set,
    ottobre ott, novembre, dicembre dic
weekdays: lunedì lun, martedì, mercoledì mer, giovedì gio, venerdì ven, sabato sab, domenica dom
"""

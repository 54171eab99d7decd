"""Words of French: terms of article 242 nonies A of annex II to the CGI (invoices), and arrêté no.
83-50/A (notes to customers); others as tills print them.
"""

TABLE = """\
total: total remboursé, montant remboursé,
    total, total general, montant total, total ttc, net ttc
subtotal: sous total, s total, sous tot
payable: a payer, net a payer, total a payer, reste a payer, reste du, total du, montant du
amount: montant
tax: tva, t v a, taxe, taxes, tps, tvq, montant tva
levy: taxes et frais, taxes frais, taxes et redevances, taxes frais et redevances,
    taxes et surcharges, taxes et charges, taxes d aéroport, taxe d aéroport, taxes aéroport,
    taxe aéroport, taxes aéroportuaires, taxe de séjour, taxe séjour
including: ttc, t t c, inclus, incluse, comprise, avec, toutes taxes comprises
excluding: ht, h t, hors taxe, hors taxes, hors tva
contained: dont, dont tva, soit
rounding: arrondi
discount: remise, reduction, rabais
voucher: titre restaurant, titres restaurant, ticket restaurant,
    tickets restaurant, cheque dejeuner,
    bon d achat, avoir, cheque cadeau, carte cadeau, coupon, bon de reduction
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
date: émis le,
    date, le, date de facture
due_date: date d echeance, echeance, payable le, a payer avant le, date limite de paiement
other_date: arrivée,
    valable jusqu au, date d echeance, echeance, expire le, imprime le, depuis
receipt_number: no facture, facture n, ticket n, n de ticket, no ticket, numero de facture,
    billet n, billet no, n de billet, no de billet
heading: facture, ticket, ticket de caisse, recu, note, addition, duplicata, ticket client,
    justificatif
stamp: duplicata, copie, acquitte
greeting: merci, bienvenue, au revoir, a bientot, merci de votre visite, bonne journee
address: rue, avenue, boulevard, chemin, allee, cedex, quai, impasse, zone, centre commercial
contact: telephone, courriel
registration: siret, siren, rcs, naf, ape, tva intracom, n tva, no tva, code naf
staff: caisse, caissier, caissiere, serveur, vendeur, hote, hotesse
customer: client, facture a
trade: restaurant, boulangerie, patisserie, pharmacie, librairie, boucherie, epicerie,
    supermarche, hypermarche,
    magasin, brasserie, traiteur, tabac, presse, marche, garage, fleuriste, quincaillerie,
    creperie, auberge
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
refund: remboursement, retour marchandise, retour de marchandise, retour article, avoir,
    bon d'avoir, ticket de retour
refund_rules: pas
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
months: janvier janv, février fevrier févr fév, mars, avril avr, mai, juin, juillet juil, août aout,
    septembre, octobre, novembre, décembre decembre déc
weekdays: lundi lun, mardi, mercredi mer, jeudi jeu, vendredi ven, samedi sam, dimanche dim
"""

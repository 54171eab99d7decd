"""Words of English: terms of VAT Notice 700, sections 16 and 17, of the United Kingdom; others as
tills print them.

A concept a row. Commas part phrases; a long row goes on indented. The rows of months and days list
them in order, and spaces part the names of one.
"""

TABLE = """\
total: refund total, refund amount, amount refunded,
    total, totals, ttl, totl, tota, otal, tl, net total, nett total, nett
subtotal: subtotal, sub total, sub ttl, sttl, subttl, subtot, sub tot, sbtl, gross amount
payable: amount due, amt due, total due, balance due, amount payable, amt payable, payable,
    to pay, to be paid,
    net amount, nett amount, please pay, you pay, amt paid, bal due, order total, invoice total,
    grand total,
    final total, receipt total
amount: amount, amt, net, sales
tax: tax, taxes, txtl, vat, gst, sst, hst, pst, qst, cgst, sgst, igst, gct, sales tax,
    total tax, total taxes,
    tax total, gst payable, vat payable, tax payable, srv tax, service tax
levy: taxes and charges, taxes charges, tax and charges, taxes and fees, taxes fees,
    taxes fees and charges, taxes fees charges, taxes and carrier charges, taxes and surcharges,
    total taxes and charges, total taxes and fees, total taxes fees and charges,
    fees and taxes, fees taxes, charges and taxes, airport tax, airport taxes, airport charges,
    airport fees, air passenger duty, departure tax, passenger tax,
    tourist tax, tourism tax, tourism levy
including: including, incl, inc, inclusive, includes, include, with, after tax
excluding: excluding, excl, exc, exclusive, before, before tax, ex, net of, taxable, without
contained: included in total, included, of which, relief
rounding: rounding, rounded, round, rnd, rounding adj, rounding adjustment, round amt, round off
discount: discount, disc, rebate, promotion, promo, less, markdown
voucher: meal voucher, meal vouchers, luncheon voucher, lunch voucher,
    coupon, coupon discount, voucher, gift card, gift voucher, gift certificate, store credit
saving: saving, savings, saved, you saved, you save
service: service charge, serv charge, srv chg, svc chg, serv chg, svc charge, s charge,
    service chg, delivery charge
tip: tip, tips, gratuity, grat
suggestion: suggested, suggestion, suggestions, recommended, guide, guideline, not included,
    convenience
paid: paid, payment, payments, tender, tendered, received, paid amount, amount paid,
    amount tendered, amount received,
    deposit
cash: cash
card: visa, mastercard, master card, master, amex, american express, card, credit card,
    debit card, credit, debit,
    mydebit, maestro, eftpos, ewallet, paypal, apple pay, google pay, contactless, interac,
    nets, upi, paynow, alipay,
    wechat pay, grabpay, duitnow, touch n go
change: change, chng, change due, cash change, change cash, balance, refund
quantity: qty, quantity, items, item, item count, items sold, count, pcs, pax, no of items,
    articles, volume
points: point, points, pts, reward, rewards, loyalty, earned
summary: gst summary, tax summary, vat summary, sst summary, tax analysis, gst analysis,
    vat analysis, tax code,
    tax rate, vat rate, summary, tax info, gst summ
date: date, dated, datetime, date time, bizdate, biz date, invoice date, bill date,
    receipt date, transaction date,
    inv date, order date
due_date: due date, payment due, due by, payable by, pay by, due on, date due, payment due date
other_date: arrival, check in, checkin, warranty, renews, renewal, use by, sell by, packed on, thru,
    expiry, expires, expire, expiration, exp, valid, valid until, valid till, best before,
    due date, closed,
    printed, print date, since, until, from, birthday, member since, delivery date, return by,
    earned from, prn on,
    period, entry time
receipt_number: receipt no, receipt number, receipt #, invoice no, invoice number, inv no,
    bill no, doc no, document no,
    check no, chk, order no, trans no, transaction no, trn, ticket no, cash sales no
heading: final details for order, details for order, order details, order id, order placed,
    items ordered, tax invoice, invoice, receipt, cash receipt, official receipt, sales receipt,
    cash sale, cash sales,
    guest check, cash bill, simplified tax invoice, bill, duplicate, copy, customer copy,
    merchant copy, reprint, sale,
    electronic ticket receipt, electronic ticket, e ticket receipt, e ticket, itinerary receipt,
    check, pre authorisation, take away, takeaway, dine in, carry out, posted, original
stamp: posted, copy, reprint, duplicate, original
greeting: thank you, thanks, welcome, welcome to, please come again, see you again, come again,
    have a nice day, tq,
    for shopping with, your order number is, goods sold, how was it for you, for staff,
    staff ref, please, place your,
    your order, your card, a chance to, chance to win, it pays to, you go, survey, see back,
    back of receipt, tell us,
    how did we do, follow us, like us, visit us, join us, find us, check us out, help us,
    rate us, we deliver,
    order online
address: street, st, road, rd, avenue, ave, lane, drive, boulevard, blvd, square, floor, suite,
    unit, lot, block, plaza,
    mall, highway, city, town, no, po box, p o box, level, centre, center, building, tower,
    park, megamall, arcade,
    complex, airport, village, parkway, pkwy, hwy, freeway, fwy, crescent, terrace, ground
contact: tel, telephone, phone, fax, mobile, email, e mail, www, http, https, website, whatsapp,
    hotline, careline, h p,
    facebook, instagram
registration: reg no, registration no, registration, company no, co no, co reg, reg, gst no,
    gst id, gst reg, vat no,
    vat reg, tax id, tax reg, brn, br no, abn, ein, tin, roc, company reg, uen, sst no, sst id,
    sst reg, gstin, site
staff: cashier, served by, server, waiter, waitress, operator, staff, salesperson, clerk,
    your host, host, terminal,
    pos, table, counter, attendant, bar tab, tab, guests, guest check, server id, svrck, store id
customer: bill to, sold to, customer, member, name, guest, deliver to, ship to, attn, billed to,
    client
owned_by: owned by, own by, owner by, operated by, trading as, t a, dba, managed by, a brand of,
    franchisee of
trade: restaurant, cafe, coffee, bistro, bar, pub, bakery, pizza, grocer, grocery, supermarket,
    market, mini market,
    minimarket, mart, store, stores, shop, hardware, pharmacy, clinic, hotel, inn, station,
    petrol, stationery, books,
    bookstore, bookstores, bookcentre, electrical, electronics, florist, seafood, kitchen,
    foods, food, beverage,
    services, retail, catering, motors, garage, salon, optical, fashion, boutique, furniture,
    cash carry, wholesale,
    deli, diner, grill, house, handicraft, express, tea, bakeries, patisserie, confectionery,
    cafeteria, canteen,
    eatery, steakhouse, steamboat, noodle house, delicatessen, butcher, butchers, brewery,
    liquor, hypermarket,
    department store, convenience store, newsagent, bookshop, gift shop, gifts, toys, jewellery,
    jewellers, jewelry,
    goldsmith, tailor, tailors, textiles, shoes, cosmetics, barber, barbers, laundry,
    dry cleaners, drugstore, chemist,
    dental, optometrist, eyewear, computers, workshop, tyres, auto parts, car wash, paints,
    studio, gallery, cinema,
    hostel, motel, resort, tavern, taproom, saloon, lounge, grille, brasserie, taqueria,
    cantina, buffet, bbq, barbecue,
    smokehouse, steak house, steak, sushi, ramen, noodles, dim sum, burger, burgers, hamburgers,
    wings, teriyaki,
    pancake house, creamery, roastery, juice bar, sports bar, wine bar, oyster bar, raw bar,
    cuisine, dining room,
    drive in
cuisine: american, asian, brazilian, caribbean, chinese, cuban, ethiopian, french, greek,
    indian, irish, italian,
    japanese, korean, lebanese, mediterranean, mexican, moroccan, pakistani, persian, peruvian,
    portuguese, spanish,
    thai, turkish, vietnamese, family, sports, wine, vegetarian, vegan, halal, kosher
firm: trading, enterprise, enterprises, venture, ventures, marketing, resources, holdings,
    group, company, industries,
    sons, brothers, bros, associates, partners, supplies, distributor, distributors, traders,
    agency, agencies,
    manufacturing, engineering, cooperative
product_header: description, desc, item, qty, price, unit price, u price, u p, product, uom, s price
no_receipt: do not honor, do not honour, insufficient funds, quote valid, quotation valid,
    hindi opisyal na resibo, hindi ito opisyal na resibo, si risiti, si risiti halali,
    estimate valid, for information only, post void, hold ticket, proforma receipt only,
    not a receipt, not an official receipt, not a valid receipt, not a vat receipt,
    not a tax receipt, not a sales receipt, not a fiscal receipt, not proof of payment,
    not proof of purchase, not a proof of purchase, not an invoice, not a tax invoice,
    not a vat invoice, not a bill, non fiscal document, non fiscal receipt, provisional bill,
    provisional receipt, provisional check, interim bill, preliminary bill, preliminary check,
    preliminary receipt, draft bill, temporary receipt, pre bill, prebill, proforma bill,
    pro forma bill, pro forma check, pro forma receipt, proforma receipt, proforma check,
    training mode, training receipt, training only, practice mode, test receipt, test transaction,
    demo receipt, specimen only, transaction void, transaction voided, voided transaction,
    void transaction, void receipt, voided receipt, receipt voided, void sale, sale void,
    sale voided, transaction cancelled, transaction canceled, cancelled transaction,
    canceled transaction, sale cancelled, sale canceled, cancelled sale, canceled sale,
    order cancelled, order canceled, order was cancelled, order was canceled,
    order has been cancelled, order has been canceled, receipt cancelled, receipt canceled,
    payment cancelled, payment canceled, purchase cancelled, purchase canceled,
    transaction declined, card declined, payment declined, payment failed, payment was declined,
    payment not successful, payment unsuccessful, transaction failed, transaction not approved,
    not approved, not authorised, not authorized, transaction aborted, payment aborted,
    transaction not completed, transaction refused, payment refused, cash withdrawal,
    atm withdrawal, this is a quote, this is an estimate, this is a quotation, order slip only,
    account will not be debited, card will not be charged, card has not been charged,
    card was not charged, no funds taken, no charge has been made, will not be charged now,
    funds are reserved, temporary bill, temporary check, provisional invoice, bill follows,
    invoice will follow, invoice follows, invoice to follow, sale suspended, transaction suspended
pay_later: please pay your server, pay your server, amount owed,
    please pay at, pay at counter, pay at the counter, pay at cashier, pay at the till,
    pay on collection, pay on delivery, pay on pickup, pay at pickup, payment on collection,
    payment on delivery, payment at pickup, payment on pickup, cash on delivery, pay upon arrival,
    payment pending, awaiting payment, payment outstanding, order not paid, not yet paid,
    has not been paid, do not pay, do not pay from this, no payment received, payment not received
not_paid: provisional, preliminary, interim,
    void, voided, cancelled, canceled, declined, rejected, refused, aborted, unpaid,
    not paid, training, specimen, demo, draft, open check, open tab, kitchen copy,
    kitchen order
other_paper: estimate, repair estimate, cost estimate, quotation, quote, price quote, sales quote,
    sales quotation, offer, order confirmation, booking confirmation, reservation confirmation,
    order acknowledgement, purchase order, sales order, work order, delivery note, delivery order,
    delivery slip, delivery docket, packing slip, packing list, dispatch note,
    goods received note, pro forma, proforma, pro forma invoice, proforma invoice, bill of lading,
    pick list, waybill,
    layaway, layaway agreement, lay by, layby, lay by agreement, pre authorisation,
    pre authorization, preauthorisation, preauthorization, preauth, pre auth, x reading, x report,
    z reading, z report, x read, z read, end of day report, shift report, till report,
    cash up report, day end report, gift receipt, balance enquiry, balance inquiry,
    test print, printer test, goods return note, credit application,
    shipping document, shipping note, shipping list, despatch note, despatch advice,
    dispatch advice, dispatch list, delivery advice, delivery list, delivery document, packing note,
    loading list, lay by docket, lay buy, layby docket, daily takings report, daily sales report,
    sales report, daily report, takings report
order_paper: reservation, reservation slip,
    order, your order, online order, order slip, order ticket, guest check, open order,
    table check, pick up order, pickup order, takeaway order, order summary
statement: statement of account, account statement, statement, reminder, payment reminder,
    final reminder, overdue notice, past due notice, remittance advice, account summary,
    second reminder, past due reminder, statement of invoices
refund: bottle return, bottle refund, container refund,
    refund, refund receipt, refund slip, return, returns, return slip, return receipt,
    goods returned, merchandise return, credit slip, credit note, credit memo
refund_rules: no, not, non, without, within, policy, exchange, for, day, days, if, may, will, can,
    any, only, must, or, and, refundable
paper_nouns: receipt, invoice, bill, check, ticket
negations: not, never, non, isn,
    nothing
paper_fillers: a, an, the, your, valid, official, vat, tax, fiscal, sales, proof, of, payment,
    purchase, as, for, is, this, any
interim: provisional, interim, preliminary, temporary, informational, training, demo, draft,
    specimen, trainee, sample, dummy, simulated, simulation
act_nouns: transaction, sale, payment, card, receipt, purchase, order, ticket, bill, check
undone: void, voided, cancelled, canceled, declined, refused, rejected, reversed, aborted, failed,
    suspended, parked, incomplete, invalid, unsuccessful, held
done: completed, complete, approved, authorised, authorized, accepted, successful, processed, paid,
    taken, charged, debited, collected
till_nouns: mode, operator, till, register, session, user, cashier
months: january jan, february feb, march mar, april apr, may, june jun, july jul, august aug,
    september sept sep, october oct, november nov, december dec
weekdays: monday mon, tuesday tues tue, wednesday wed, thursday thurs thu, friday fri, saturday sat,
    sunday sun
"""

/**
 * An invoice in UN/CEFACT Cross Industry Invoice D16B, by the syntax binding of EN 16931
 * (CEN/TS 16931-3-3), and in the older form of ZUGFeRD 1, which names some parts differently.
 */

import { all, first, present, said, taxTotals } from "./xml.ts";
import type { Adjustment, Invoice, Line, Party, Payment, Period, Totals, Vat } from "./invoice.ts";
import type { Element } from "./xml.ts";

const TRANSACTION = "/SupplyChainTradeTransaction|SpecifiedSupplyChainTradeTransaction";
const DOCUMENT = "/ExchangedDocument|HeaderExchangedDocument";
const CONTEXT = "/ExchangedDocumentContext|SpecifiedExchangedDocumentContext";
const AGREEMENT = "/ApplicableHeaderTradeAgreement|ApplicableSupplyChainTradeAgreement";
const DELIVERY = "/ApplicableHeaderTradeDelivery|ApplicableSupplyChainTradeDelivery";
const SETTLEMENT = "/ApplicableHeaderTradeSettlement|ApplicableSupplyChainTradeSettlement";
const SUMMATION =
  "/SpecifiedTradeSettlementHeaderMonetarySummation|SpecifiedTradeSettlementMonetarySummation";
const LINE_AGREEMENT = "/SpecifiedLineTradeAgreement|SpecifiedSupplyChainTradeAgreement";
const LINE_DELIVERY = "/SpecifiedLineTradeDelivery|SpecifiedSupplyChainTradeDelivery";
const LINE_SETTLEMENT = "/SpecifiedLineTradeSettlement|SpecifiedSupplyChainTradeSettlement";
const LINE_SUMMATION =
  "/SpecifiedTradeSettlementLineMonetarySummation|SpecifiedTradeSettlementMonetarySummation";
const RATE = "/RateApplicablePercent|ApplicablePercent";

/** Types of a further document: BT-18, BT-17. */
const OBJECT = "130";
const TENDER = "50";
/** Of credit notes: UNTDID 1001, as EN 16931 has them. */
const CREDIT_NOTES = ["81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "532"];

export function readCii(root: Element): Invoice {
  const document = first(root, DOCUMENT);
  const transaction = first(root, TRANSACTION);
  const agreement = first(transaction, AGREEMENT);
  const delivery = first(transaction, DELIVERY);
  const settlement = first(transaction, SETTLEMENT);
  const currency = said(settlement, "/InvoiceCurrencyCode");
  const type = said(document, "/TypeCode");
  const further = all(agreement, "/AdditionalReferencedDocument");
  const furtherOf = (code: string) =>
    said(further.find((each) => said(each, "/TypeCode") === code) ?? null, "/IssuerAssignedID");
  const tax = taxTotals(all(settlement, `${SUMMATION}/TaxTotalAmount`), currency);
  return {
    profile: said(root, `${CONTEXT}/GuidelineSpecifiedDocumentContextParameter/ID`),
    type,
    isCreditNote: CREDIT_NOTES.includes(type),
    number: said(document, "/ID"),
    issued: dayAt(document, "/IssueDateTime"),
    due: dayAt(settlement, "/SpecifiedTradePaymentTerms/DueDateDateTime"),
    taxPoint: dayAt(settlement, "/ApplicableTradeTax/TaxPointDate"),
    delivered: dayAt(delivery, "/ActualDeliverySupplyChainEvent/OccurrenceDateTime"),
    period: periodOf(settlement),
    currency,
    otherTax: tax.other,
    references: {
      buyerReference: said(agreement, "/BuyerReference"),
      order: numberOf(agreement, "/BuyerOrderReferencedDocument"),
      salesOrder: numberOf(agreement, "/SellerOrderReferencedDocument"),
      contract: numberOf(agreement, "/ContractReferencedDocument"),
      project: said(agreement, "/SpecifiedProcuringProject/ID"),
      despatch: numberOf(delivery, "/DespatchAdviceReferencedDocument"),
      receiving: numberOf(delivery, "/ReceivingAdviceReferencedDocument"),
      tender: furtherOf(TENDER),
      object: furtherOf(OBJECT),
      accounting: said(settlement, "/ReceivableSpecifiedTradeAccountingAccount/ID"),
    },
    preceding: all(settlement, "/InvoiceReferencedDocument").map((each) => ({
      number: said(each, "/IssuerAssignedID", "/ID"),
      day: dayAt(each, "/FormattedIssueDateTime"),
    })),
    notes: all(document, "/IncludedNote/Content").map(({ text }) => text),
    seller: partyOf(first(agreement, "/SellerTradeParty")),
    buyer: partyOf(first(agreement, "/BuyerTradeParty")),
    payee: partyOf(first(settlement, "/PayeeTradeParty")),
    representative: partyOf(first(agreement, "/SellerTaxRepresentativeTradeParty")),
    shipTo: partyOf(first(delivery, "/ShipToTradeParty")),
    lines: linesOf(all(transaction, "/IncludedSupplyChainTradeLineItem")),
    adjustments: all(settlement, "/SpecifiedTradeAllowanceCharge").map(adjustmentOf),
    taxes: all(settlement, "/ApplicableTradeTax").map((each) => ({
      ...vatOf(each),
      base: said(each, "/BasisAmount"),
      tax: said(each, "/CalculatedAmount"),
      exemption: said(each, "/ExemptionReason", "/ExemptionReasonCode"),
    })),
    totals: totalsOf(first(settlement, SUMMATION), tax.own),
    payment: paymentOf(settlement),
    attachments: further
      .filter((each) => ![TENDER, OBJECT].includes(said(each, "/TypeCode")))
      .map((each) => ({
        name:
          first(each, "/AttachmentBinaryObject")?.attributes.filename ??
          said(each, "/IssuerAssignedID"),
        description: said(each, "/Name"),
        address: said(each, "/URIID"),
      })),
  };
}

function numberOf(element: Element | null, document: string) {
  return said(element, `${document}/IssuerAssignedID`, `${document}/ID`);
}

/** Formats of UNTDID 2379: 102 is a day. What is written otherwise is shown as it is. */
function dayAt(element: Element | null, path: string): string {
  const text = said(element, `${path}/DateTimeString|DateString|DateTime`, path);
  const day = /^(\d{4})-?(\d{2})-?(\d{2})(T.*)?$/.exec(text);
  return day ? day.slice(1, 4).join("-") : text;
}

function periodOf(element: Element | null): Period {
  return {
    from: dayAt(element, "/BillingSpecifiedPeriod/StartDateTime"),
    to: dayAt(element, "/BillingSpecifiedPeriod/EndDateTime"),
  };
}

function partyOf(party: Element | null): Party {
  const registered = (scheme: string) =>
    all(party, "/SpecifiedTaxRegistration/ID").find(
      ({ attributes }) => attributes.schemeID === scheme,
    )?.text ?? "";
  const address = first(party, "/PostalTradeAddress");
  const town = present(said(address, "/PostcodeCode"), said(address, "/CityName")).join(" ");
  const street = present(
    said(address, "/LineOne"),
    said(address, "/LineTwo"),
    said(address, "/LineThree"),
  );
  const place = present(
    town,
    said(address, "/CountrySubDivisionName"),
    said(address, "/CountryID"),
  );
  const contact = first(party, "/DefinedTradeContact");
  return {
    name: said(party, "/Name"),
    tradingName: said(party, "/SpecifiedLegalOrganization/TradingBusinessName"),
    address: present(street.join(", "), place.join(", ")),
    vatId: registered("VA"),
    taxNumber: registered("FC"),
    register: said(party, "/SpecifiedLegalOrganization/ID"),
    contact: present(
      said(contact, "/PersonName", "/DepartmentName"),
      said(contact, "/TelephoneUniversalCommunication/CompleteNumber"),
      said(contact, "/EmailURIUniversalCommunication/URIID"),
    ),
  };
}

function linesOf(items: Element[]): Line[] {
  // A line of the extension names the one that it stands in.
  const levels = new Map<string, number>();
  return items.map((item) => {
    const parent = said(item, "/AssociatedDocumentLineDocument/ParentLineID");
    const around = levels.get(parent);
    const level = around === undefined ? 0 : around + 1;
    const line = lineOf(item, level);
    levels.set(line.id, level);
    return line;
  });
}

function lineOf(item: Element, level: number): Line {
  const product = first(item, "/SpecifiedTradeProduct");
  const agreement = first(item, LINE_AGREEMENT);
  const settlement = first(item, LINE_SETTLEMENT);
  const quantity = first(item, `${LINE_DELIVERY}/BilledQuantity`);
  const price = first(agreement, "/NetPriceProductTradePrice", "/GrossPriceProductTradePrice");
  return {
    id: said(item, "/AssociatedDocumentLineDocument/LineID"),
    level,
    name: said(product, "/Name"),
    description: said(product, "/Description"),
    note: said(item, "/AssociatedDocumentLineDocument/IncludedNote/Content"),
    quantity: quantity?.text ?? "",
    unit: quantity?.attributes.unitCode ?? "",
    price: said(price, "/ChargeAmount"),
    priceQuantity:
      said(price, "/BasisQuantity") ||
      said(agreement, "/GrossPriceProductTradePrice/BasisQuantity"),
    net: said(settlement, `${LINE_SUMMATION}/LineTotalAmount`),
    vat: vatOf(first(settlement, "/ApplicableTradeTax")),
    period: periodOf(settlement),
    references: present(
      said(product, "/SellerAssignedID"),
      said(product, "/BuyerAssignedID"),
      said(product, "/GlobalID"),
      said(agreement, "/BuyerOrderReferencedDocument/LineID"),
    ),
    adjustments: all(settlement, "/SpecifiedTradeAllowanceCharge").map(adjustmentOf),
  };
}

function adjustmentOf(element: Element): Adjustment {
  return {
    isCharge: said(element, "/ChargeIndicator/Indicator", "/ChargeIndicator") === "true",
    reason: said(element, "/Reason", "/ReasonCode"),
    amount: said(element, "/ActualAmount"),
    percent: said(element, "/CalculationPercent"),
    vat: vatOf(first(element, "/CategoryTradeTax")),
  };
}

function vatOf(tax: Element | null): Vat {
  return { category: said(tax, "/CategoryCode"), rate: said(tax, RATE) };
}

function totalsOf(element: Element | null, tax: string): Totals {
  return {
    lines: said(element, "/LineTotalAmount"),
    allowances: said(element, "/AllowanceTotalAmount"),
    charges: said(element, "/ChargeTotalAmount"),
    net: said(element, "/TaxBasisTotalAmount"),
    tax,
    gross: said(element, "/GrandTotalAmount"),
    prepaid: said(element, "/TotalPrepaidAmount"),
    rounding: said(element, "/RoundingAmount"),
    due: said(element, "/DuePayableAmount"),
  };
}

function paymentOf(settlement: Element | null): Payment {
  const means = all(settlement, "/SpecifiedTradeSettlementPaymentMeans");
  const [one = null] = means;
  return {
    means: said(one, "/TypeCode"),
    meansText: said(one, "/Information"),
    reference: said(settlement, "/PaymentReference"),
    terms: all(settlement, "/SpecifiedTradePaymentTerms/Description").map(({ text }) => text),
    accounts: means
      .map((each) => ({
        iban: said(
          each,
          "/PayeePartyCreditorFinancialAccount/IBANID",
          "/PayeePartyCreditorFinancialAccount/ProprietaryID",
        ),
        name: said(each, "/PayeePartyCreditorFinancialAccount/AccountName"),
        bic: said(each, "/PayeeSpecifiedCreditorFinancialInstitution/BICID"),
      }))
      .filter(({ iban }) => iban),
    mandate: said(settlement, "/SpecifiedTradePaymentTerms/DirectDebitMandateID"),
    creditor: said(settlement, "/CreditorReferenceID"),
    debited: said(one, "/PayerPartyDebtorFinancialAccount/IBANID"),
    card: said(one, "/ApplicableTradeSettlementFinancialCard/ID"),
  };
}

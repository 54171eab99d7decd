/** An invoice or a credit note in UBL 2.1, by the syntax binding of EN 16931 (CEN/TS 16931-3-2). */

import { all, first, present, said, taxTotals } from "./xml.ts";
import type { Adjustment, Invoice, Line, Party, Payment, Period, Totals, Vat } from "./invoice.ts";
import type { Element } from "./xml.ts";

/** Invoice and credit note name what is theirs differently. */
const LINE = "/InvoiceLine|CreditNoteLine|DebitNoteLine";
const QUANTITY = "/InvoicedQuantity|CreditedQuantity|DebitedQuantity";
/** BT-18 is such a reference too, of this type. */
const OBJECT = "130";
const LONGEST_DAY = "2026-03-05".length;

export function readUbl(root: Element): Invoice {
  const currency = said(root, "/DocumentCurrencyCode");
  const documents = all(root, "/AdditionalDocumentReference");
  const isObject = (each: Element) => said(each, "/DocumentTypeCode") === OBJECT;
  const tax = taxTotals(all(root, "/TaxTotal/TaxAmount"), currency);
  return {
    profile: said(root, "/CustomizationID"),
    type: said(root, "/InvoiceTypeCode", "/CreditNoteTypeCode"),
    isCreditNote: root.name.endsWith("CreditNote"),
    number: said(root, "/ID"),
    issued: dayAt(root, "/IssueDate"),
    due: dayAt(root, "/DueDate") || dayAt(root, "/PaymentMeans/PaymentDueDate"),
    taxPoint: dayAt(root, "/TaxPointDate"),
    delivered: dayAt(root, "/Delivery/ActualDeliveryDate"),
    period: periodOf(root),
    currency,
    otherTax: tax.other,
    references: {
      buyerReference: said(root, "/BuyerReference"),
      order: said(root, "/OrderReference/ID"),
      salesOrder: said(root, "/OrderReference/SalesOrderID"),
      contract: said(root, "/ContractDocumentReference/ID"),
      project: said(root, "/ProjectReference/ID"),
      despatch: said(root, "/DespatchDocumentReference/ID"),
      receiving: said(root, "/ReceiptDocumentReference/ID"),
      tender: said(root, "/OriginatorDocumentReference/ID"),
      object: said(documents.find(isObject) ?? null, "/ID"),
      accounting: said(root, "/AccountingCost"),
    },
    preceding: all(
      root,
      "/BillingReference/InvoiceDocumentReference|CreditNoteDocumentReference",
    ).map((each) => ({ number: said(each, "/ID"), day: dayAt(each, "/IssueDate") })),
    notes: all(root, "/Note").map(({ text }) => withoutSubject(text)),
    seller: partyOf(first(root, "/AccountingSupplierParty/Party")),
    buyer: partyOf(first(root, "/AccountingCustomerParty/Party")),
    payee: partyOf(first(root, "/PayeeParty")),
    representative: partyOf(first(root, "/TaxRepresentativeParty")),
    shipTo: {
      ...partyOf(first(root, "/Delivery/DeliveryParty")),
      address: addressOf(first(root, "/Delivery/DeliveryLocation/Address")),
    },
    lines: all(root, LINE).flatMap((line) => linesOf(line, 0)),
    adjustments: all(root, "/AllowanceCharge").map(adjustmentOf),
    taxes: all(root, "/TaxTotal/TaxSubtotal").map((each) => ({
      ...vatOf(first(each, "/TaxCategory")),
      base: said(each, "/TaxableAmount"),
      tax: said(each, "/TaxAmount"),
      exemption: said(
        each,
        "/TaxCategory/TaxExemptionReason",
        "/TaxCategory/TaxExemptionReasonCode",
      ),
    })),
    totals: totalsOf(first(root, "/LegalMonetaryTotal"), tax.own),
    payment: paymentOf(root),
    attachments: documents
      .filter((each) => !isObject(each))
      .map((each) => ({
        name:
          first(each, "/Attachment/EmbeddedDocumentBinaryObject")?.attributes.filename ??
          said(each, "/ID"),
        description: said(each, "/DocumentDescription"),
        address: said(each, "/Attachment/ExternalReference/URI"),
      })),
  };
}

/** A day may have a time zone behind it. */
function dayAt(element: Element | null, path: string) {
  return said(element, path).slice(0, LONGEST_DAY);
}

/** A note begins with the code of its subject (BT-21) between two signs. */
function withoutSubject(note: string) {
  return note.replace(/^#[A-Z]{3}#/, "");
}

function periodOf(element: Element): Period {
  return {
    from: dayAt(element, "/InvoicePeriod/StartDate"),
    to: dayAt(element, "/InvoicePeriod/EndDate"),
  };
}

function partyOf(party: Element | null): Party {
  const schemes = all(party, "/PartyTaxScheme");
  const numberOf = (isVat: boolean) =>
    said(
      schemes.find((each) => (said(each, "/TaxScheme/ID").toUpperCase() === "VAT") === isVat) ??
        null,
      "/CompanyID",
    );
  const registered = said(party, "/PartyLegalEntity/RegistrationName");
  const called = said(party, "/PartyName/Name");
  const name = registered || called;
  return {
    name,
    tradingName: called === name ? "" : called,
    address: addressOf(first(party, "/PostalAddress")),
    vatId: numberOf(true),
    taxNumber: numberOf(false),
    register: said(party, "/PartyLegalEntity/CompanyID"),
    contact: present(
      said(party, "/Contact/Name"),
      said(party, "/Contact/Telephone"),
      said(party, "/Contact/ElectronicMail"),
    ),
  };
}

/** Two lines: what stands above the town, and the town with its country. */
function addressOf(address: Element | null): string[] {
  const town = present(said(address, "/PostalZone"), said(address, "/CityName")).join(" ");
  const street = present(
    said(address, "/StreetName"),
    said(address, "/AdditionalStreetName"),
    said(address, "/AddressLine/Line"),
  );
  const place = present(
    town,
    said(address, "/CountrySubentity"),
    said(address, "/Country/IdentificationCode"),
  );
  return present(street.join(", "), place.join(", "));
}

function linesOf(line: Element, level: number): Line[] {
  const quantity = first(line, QUANTITY);
  const item = first(line, "/Item");
  const own: Line = {
    id: said(line, "/ID"),
    level,
    name: said(item, "/Name"),
    description: said(item, "/Description"),
    note: said(line, "/Note"),
    quantity: quantity?.text ?? "",
    unit: quantity?.attributes.unitCode ?? "",
    price: said(line, "/Price/PriceAmount"),
    priceQuantity: said(line, "/Price/BaseQuantity"),
    net: said(line, "/LineExtensionAmount"),
    vat: vatOf(first(item, "/ClassifiedTaxCategory")),
    period: periodOf(line),
    references: present(
      said(item, "/SellersItemIdentification/ID"),
      said(item, "/BuyersItemIdentification/ID"),
      said(item, "/StandardItemIdentification/ID"),
      said(line, "/OrderLineReference/LineID"),
    ),
    adjustments: all(line, "/AllowanceCharge").map(adjustmentOf),
  };
  const inner = all(line, "/SubInvoiceLine|SubCreditNoteLine");
  return [own, ...inner.flatMap((each) => linesOf(each, level + 1))];
}

function adjustmentOf(element: Element): Adjustment {
  return {
    isCharge: said(element, "/ChargeIndicator") === "true",
    reason: said(element, "/AllowanceChargeReason", "/AllowanceChargeReasonCode"),
    amount: said(element, "/Amount"),
    percent: said(element, "/MultiplierFactorNumeric"),
    vat: vatOf(first(element, "/TaxCategory")),
  };
}

function vatOf(category: Element | null): Vat {
  return { category: said(category, "/ID"), rate: said(category, "/Percent") };
}

function totalsOf(element: Element | null, tax: string): Totals {
  return {
    lines: said(element, "/LineExtensionAmount"),
    allowances: said(element, "/AllowanceTotalAmount"),
    charges: said(element, "/ChargeTotalAmount"),
    net: said(element, "/TaxExclusiveAmount"),
    tax,
    gross: said(element, "/TaxInclusiveAmount"),
    prepaid: said(element, "/PrepaidAmount"),
    rounding: said(element, "/PayableRoundingAmount"),
    due: said(element, "/PayableAmount"),
  };
}

function paymentOf(root: Element): Payment {
  const means = first(root, "/PaymentMeans/PaymentMeansCode");
  return {
    means: means?.text ?? "",
    meansText: means?.attributes.name ?? "",
    reference: said(root, "/PaymentMeans/PaymentID"),
    terms: all(root, "/PaymentTerms/Note").map(({ text }) => text),
    accounts: all(root, "/PaymentMeans/PayeeFinancialAccount").map((each) => ({
      iban: said(each, "/ID"),
      name: said(each, "/Name"),
      bic: said(each, "/FinancialInstitutionBranch/ID"),
    })),
    mandate: said(root, "/PaymentMeans/PaymentMandate/ID"),
    creditor:
      all(root, "/AccountingSupplierParty/Party/PartyIdentification/ID").find(
        ({ attributes }) => attributes.schemeID === "SEPA",
      )?.text ?? "",
    debited: said(root, "/PaymentMeans/PaymentMandate/PayerFinancialAccount/ID"),
    card: said(root, "/PaymentMeans/CardAccount/PrimaryAccountNumberID"),
  };
}

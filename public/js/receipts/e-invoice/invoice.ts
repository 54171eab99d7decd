/**
 * An e-invoice as a person reads it. Each part names its term of EN 16931-1 (BT, BG); texts are
 * as they stand in the file, amounts without their currency, days as YYYY-MM-DD.
 */

/** Seller (BG-4), buyer (BG-7), payee (BG-10), tax representative (BG-11), deliver to (BG-13). */
export interface Party {
  name: string;
  /** BT-28, BT-45 */
  tradingName: string;
  /** its postal address, in lines */
  address: string[];
  vatId: string;
  taxNumber: string;
  /** the register's number of the company: BT-30, BT-47, BT-61 */
  register: string;
  contact: string[];
}

/** BG-27 and BG-28 of a line, BG-20 and BG-21 of the invoice. */
export interface Adjustment {
  isCharge: boolean;
  reason: string;
  amount: string;
  percent: string;
  vat: Vat;
}

/** Category of UNTDID 5305 and percentage. */
export interface Vat {
  category: string;
  rate: string;
}

/** BG-25 */
export interface Line {
  /** BT-126 */
  id: string;
  /** 0, and more for a line within another */
  level: number;
  name: string;
  description: string;
  note: string;
  quantity: string;
  unit: string;
  price: string;
  /** what the price is for (BT-149), empty for one */
  priceQuantity: string;
  net: string;
  vat: Vat;
  period: Period;
  /** BT-155 to BT-157, BT-132 */
  references: string[];
  adjustments: Adjustment[];
}

/** BG-23 */
export interface Tax extends Vat {
  base: string;
  tax: string;
  /** BT-120, BT-121 */
  exemption: string;
}

export interface Period {
  from: string;
  to: string;
}

/** BG-3: an invoice before this one. */
export interface Preceding {
  number: string;
  day: string;
}

/** BG-24 */
export interface Attachment {
  name: string;
  description: string;
  address: string;
}

/** BG-22 */
export interface Totals {
  lines: string;
  allowances: string;
  charges: string;
  net: string;
  tax: string;
  gross: string;
  prepaid: string;
  rounding: string;
  due: string;
}

/** BG-16 */
export interface Payment {
  /** UNTDID 4461 */
  means: string;
  meansText: string;
  reference: string;
  terms: string[];
  accounts: { iban: string; name: string; bic: string }[];
  /** of a direct debit: BT-89, BT-90, BT-91 */
  mandate: string;
  creditor: string;
  debited: string;
  card: string;
}

/** BT-10 to BT-19 */
export interface References {
  buyerReference: string;
  order: string;
  salesOrder: string;
  contract: string;
  project: string;
  despatch: string;
  receiving: string;
  tender: string;
  object: string;
  accounting: string;
}

export interface Invoice {
  /** the specification that it claims: BT-24 */
  profile: string;
  /** UNTDID 1001: BT-3 */
  type: string;
  isCreditNote: boolean;
  number: string;
  issued: string;
  due: string;
  /** BT-7 */
  taxPoint: string;
  /** BT-72 */
  delivered: string;
  period: Period;
  currency: string;
  /** the total of VAT in another currency: BT-111, BT-6 */
  otherTax: { amount: string; currency: string } | null;
  references: References;
  preceding: Preceding[];
  notes: string[];
  seller: Party;
  buyer: Party;
  payee: Party;
  representative: Party;
  shipTo: Party;
  lines: Line[];
  adjustments: Adjustment[];
  taxes: Tax[];
  totals: Totals;
  payment: Payment;
  attachments: Attachment[];
}

/** The invoice in an XML, whichever of the two syntaxes of EN 16931 it has. */

import { readCii } from "./cii.ts";
import { readUbl } from "./ubl.ts";
import { readXml, XmlProblem } from "./xml.ts";
import type { Invoice } from "./invoice.ts";
import type { Element } from "./xml.ts";

const UBL = "urn:oasis:names:specification:ubl:schema:xsd:";
const UBL_ROOTS = /^(Invoice|CreditNote|DebitNote|SelfBilledInvoice|SelfBilledCreditNote)$/;
const CII = ["urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:", "urn:ferd:"];
const CII_ROOTS = /^(CrossIndustryInvoice|CrossIndustryDocument)$/;

/**
 * An invoice in UBL 2.1 or CII, also inside an envelope.
 *
 * @throws {XmlProblem}
 */
export function readInvoice(text: string): Invoice {
  const found = invoiceIn(readXml(text));
  if (!found) throw new XmlProblem("unknown");
  return isUbl(found) ? readUbl(found) : readCii(found);
}

function isUbl({ name, namespace }: Element) {
  return UBL_ROOTS.test(name) && namespace.startsWith(UBL);
}

function isCii({ name, namespace }: Element) {
  return CII_ROOTS.test(name) && CII.some((begin) => namespace.startsWith(begin));
}

function invoiceIn(element: Element): Element | null {
  if (isUbl(element) || isCii(element)) return element;
  for (const child of element.children) {
    const found = invoiceIn(child);
    if (found) return found;
  }
  return null;
}

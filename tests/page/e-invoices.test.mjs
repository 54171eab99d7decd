// An e-invoice as the page shows it, read from its XML. The invoices follow the syntax bindings of EN 16931 (CEN/TS 16931-3-2 for
// UBL, 16931-3-3 for CII); each value names its business term.
import assert from "node:assert/strict";
import { test } from "node:test";
import { readInvoice } from "../../public/js/receipts/e-invoice/reader.ts";
import { amountInWords, dayInWords, unitInWords, vatInWords } from "../../public/js/receipts/e-invoice/names.ts";
import { MOST_BYTES, readXml, textOf } from "../../public/js/receipts/e-invoice/xml.ts";

const UBL = "urn:oasis:names:specification:ubl:schema:xsd";
const CII = "urn:un:unece:uncefact:data:standard";

/** The same invoice as the CII below. */
const UBL_INVOICE = ublOf("Invoice", "InvoicedQuantity", "380");

const CII_INVOICE = `<?xml version="1.0" encoding="UTF-8"?>
<rsm:CrossIndustryInvoice xmlns:rsm="${CII}:CrossIndustryInvoice:100"
  xmlns:ram="${CII}:ReusableAggregateBusinessInformationEntity:100" xmlns:udt="${CII}:UnqualifiedDataType:100">
<rsm:ExchangedDocumentContext><ram:GuidelineSpecifiedDocumentContextParameter><ram:ID>urn:cen.eu:en16931:2017</ram:ID>
</ram:GuidelineSpecifiedDocumentContextParameter></rsm:ExchangedDocumentContext>
<rsm:ExchangedDocument><ram:ID>R-7</ram:ID><ram:TypeCode>380</ram:TypeCode>
<ram:IssueDateTime><udt:DateTimeString format="102">20260305</udt:DateTimeString></ram:IssueDateTime>
<ram:IncludedNote><ram:Content>Danke &amp; bis bald</ram:Content><ram:SubjectCode>AAC</ram:SubjectCode></ram:IncludedNote>
</rsm:ExchangedDocument>
<rsm:SupplyChainTradeTransaction>
<ram:IncludedSupplyChainTradeLineItem>
<ram:AssociatedDocumentLineDocument><ram:LineID>1</ram:LineID></ram:AssociatedDocumentLineDocument>
<ram:SpecifiedTradeProduct><ram:SellerAssignedID>1034</ram:SellerAssignedID><ram:Name>Beratung</ram:Name></ram:SpecifiedTradeProduct>
<ram:SpecifiedLineTradeAgreement><ram:NetPriceProductTradePrice><ram:ChargeAmount>158.125</ram:ChargeAmount>
</ram:NetPriceProductTradePrice></ram:SpecifiedLineTradeAgreement>
<ram:SpecifiedLineTradeDelivery><ram:BilledQuantity unitCode="HUR">2</ram:BilledQuantity></ram:SpecifiedLineTradeDelivery>
<ram:SpecifiedLineTradeSettlement><ram:ApplicableTradeTax><ram:TypeCode>VAT</ram:TypeCode><ram:CategoryCode>S</ram:CategoryCode>
<ram:RateApplicablePercent>19</ram:RateApplicablePercent></ram:ApplicableTradeTax>
<ram:SpecifiedTradeSettlementLineMonetarySummation><ram:LineTotalAmount>316.25</ram:LineTotalAmount>
</ram:SpecifiedTradeSettlementLineMonetarySummation></ram:SpecifiedLineTradeSettlement>
</ram:IncludedSupplyChainTradeLineItem>
<ram:ApplicableHeaderTradeAgreement><ram:BuyerReference>04011000-12345-03</ram:BuyerReference>
<ram:SellerTradeParty><ram:Name>Lindner GmbH</ram:Name><ram:PostalTradeAddress><ram:PostcodeCode>20095</ram:PostcodeCode>
<ram:LineOne>Weg 1</ram:LineOne><ram:CityName>Hamburg</ram:CityName><ram:CountryID>DE</ram:CountryID></ram:PostalTradeAddress>
<ram:SpecifiedTaxRegistration><ram:ID schemeID="FC">12/345</ram:ID></ram:SpecifiedTaxRegistration>
<ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">DE136695976</ram:ID></ram:SpecifiedTaxRegistration></ram:SellerTradeParty>
<ram:BuyerTradeParty><ram:Name>Kontor AG</ram:Name></ram:BuyerTradeParty>
<ram:BuyerOrderReferencedDocument><ram:IssuerAssignedID>4711</ram:IssuerAssignedID></ram:BuyerOrderReferencedDocument>
<ram:AdditionalReferencedDocument><ram:IssuerAssignedID>A1</ram:IssuerAssignedID><ram:TypeCode>916</ram:TypeCode>
<ram:Name>Stunden</ram:Name><ram:AttachmentBinaryObject mimeCode="application/pdf" filename="stunden.pdf">SGFsbG8=</ram:AttachmentBinaryObject>
</ram:AdditionalReferencedDocument></ram:ApplicableHeaderTradeAgreement>
<ram:ApplicableHeaderTradeDelivery/>
<ram:ApplicableHeaderTradeSettlement><ram:PaymentReference>R-7</ram:PaymentReference>
<ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>
<ram:SpecifiedTradeSettlementPaymentMeans><ram:TypeCode>58</ram:TypeCode><ram:PayeePartyCreditorFinancialAccount>
<ram:IBANID>DE02120300000000202051</ram:IBANID></ram:PayeePartyCreditorFinancialAccount></ram:SpecifiedTradeSettlementPaymentMeans>
<ram:ApplicableTradeTax><ram:CalculatedAmount>58.19</ram:CalculatedAmount><ram:TypeCode>VAT</ram:TypeCode>
<ram:BasisAmount>306.25</ram:BasisAmount><ram:CategoryCode>S</ram:CategoryCode>
<ram:RateApplicablePercent>19</ram:RateApplicablePercent></ram:ApplicableTradeTax>
<ram:SpecifiedTradeAllowanceCharge><ram:ChargeIndicator><udt:Indicator>false</udt:Indicator></ram:ChargeIndicator>
<ram:ActualAmount>10.00</ram:ActualAmount><ram:Reason>Treue</ram:Reason></ram:SpecifiedTradeAllowanceCharge>
<ram:SpecifiedTradePaymentTerms><ram:Description>30 Tage</ram:Description>
<ram:DueDateDateTime><udt:DateTimeString format="102">20260404</udt:DateTimeString></ram:DueDateDateTime></ram:SpecifiedTradePaymentTerms>
<ram:SpecifiedTradeSettlementHeaderMonetarySummation><ram:LineTotalAmount>316.25</ram:LineTotalAmount>
<ram:AllowanceTotalAmount>10.00</ram:AllowanceTotalAmount><ram:TaxBasisTotalAmount>306.25</ram:TaxBasisTotalAmount>
<ram:TaxTotalAmount currencyID="EUR">58.19</ram:TaxTotalAmount><ram:TaxTotalAmount currencyID="GBP">50.61</ram:TaxTotalAmount>
<ram:GrandTotalAmount>364.44</ram:GrandTotalAmount><ram:DuePayableAmount>364.44</ram:DuePayableAmount>
</ram:SpecifiedTradeSettlementHeaderMonetarySummation></ram:ApplicableHeaderTradeSettlement>
</rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>`;

function ublOf(root, quantity, type) {
  return `<?xml version="1.0" encoding="UTF-8"?>
<${root} xmlns="${UBL}:${root}-2" xmlns:cac="${UBL}:CommonAggregateComponents-2" xmlns:cbc="${UBL}:CommonBasicComponents-2">
<cbc:CustomizationID>urn:cen.eu:en16931:2017</cbc:CustomizationID>
<cbc:ID>R-7</cbc:ID><cbc:IssueDate>2026-03-05</cbc:IssueDate><cbc:DueDate>2026-04-04</cbc:DueDate>
<cbc:${root}TypeCode>${type}</cbc:${root}TypeCode><cbc:Note>#AAC#Danke &amp; bis bald</cbc:Note>
<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode><cbc:BuyerReference>04011000-12345-03</cbc:BuyerReference>
<cac:OrderReference><cbc:ID>4711</cbc:ID></cac:OrderReference>
<cac:AdditionalDocumentReference><cbc:ID>A1</cbc:ID><cbc:DocumentDescription>Stunden</cbc:DocumentDescription><cac:Attachment>
<cbc:EmbeddedDocumentBinaryObject mimeCode="application/pdf" filename="stunden.pdf">SGFsbG8=</cbc:EmbeddedDocumentBinaryObject>
</cac:Attachment></cac:AdditionalDocumentReference>
<cac:AccountingSupplierParty><cac:Party><cac:PostalAddress><cbc:StreetName>Weg 1</cbc:StreetName><cbc:CityName>Hamburg</cbc:CityName>
<cbc:PostalZone>20095</cbc:PostalZone><cac:Country><cbc:IdentificationCode>DE</cbc:IdentificationCode></cac:Country></cac:PostalAddress>
<cac:PartyTaxScheme><cbc:CompanyID>12/345</cbc:CompanyID><cac:TaxScheme><cbc:ID>FC</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>
<cac:PartyTaxScheme><cbc:CompanyID>DE136695976</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>
<cac:PartyLegalEntity><cbc:RegistrationName>Lindner GmbH</cbc:RegistrationName></cac:PartyLegalEntity></cac:Party></cac:AccountingSupplierParty>
<cac:AccountingCustomerParty><cac:Party><cac:PartyLegalEntity><cbc:RegistrationName>Kontor AG</cbc:RegistrationName></cac:PartyLegalEntity>
</cac:Party></cac:AccountingCustomerParty>
<cac:PaymentMeans><cbc:PaymentMeansCode>58</cbc:PaymentMeansCode><cbc:PaymentID>R-7</cbc:PaymentID>
<cac:PayeeFinancialAccount><cbc:ID>DE02120300000000202051</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans>
<cac:PaymentTerms><cbc:Note>30 Tage</cbc:Note></cac:PaymentTerms>
<cac:AllowanceCharge><cbc:ChargeIndicator>false</cbc:ChargeIndicator><cbc:AllowanceChargeReason>Treue</cbc:AllowanceChargeReason>
<cbc:Amount currencyID="EUR">10.00</cbc:Amount></cac:AllowanceCharge>
<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">58.19</cbc:TaxAmount><cac:TaxSubtotal><cbc:TaxableAmount currencyID="EUR">306.25</cbc:TaxableAmount>
<cbc:TaxAmount currencyID="EUR">58.19</cbc:TaxAmount><cac:TaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>19</cbc:Percent></cac:TaxCategory>
</cac:TaxSubtotal></cac:TaxTotal><cac:TaxTotal><cbc:TaxAmount currencyID="GBP">50.61</cbc:TaxAmount></cac:TaxTotal>
<cac:LegalMonetaryTotal><cbc:LineExtensionAmount currencyID="EUR">316.25</cbc:LineExtensionAmount>
<cbc:TaxExclusiveAmount currencyID="EUR">306.25</cbc:TaxExclusiveAmount><cbc:TaxInclusiveAmount currencyID="EUR">364.44</cbc:TaxInclusiveAmount>
<cbc:AllowanceTotalAmount currencyID="EUR">10.00</cbc:AllowanceTotalAmount><cbc:PayableAmount currencyID="EUR">364.44</cbc:PayableAmount>
</cac:LegalMonetaryTotal>
<cac:${root}Line><cbc:ID>1</cbc:ID><cbc:${quantity} unitCode="HUR">2</cbc:${quantity}>
<cbc:LineExtensionAmount currencyID="EUR">316.25</cbc:LineExtensionAmount><cac:Item><cbc:Name>Beratung</cbc:Name>
<cac:SellersItemIdentification><cbc:ID>1034</cbc:ID></cac:SellersItemIdentification>
<cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>19</cbc:Percent></cac:ClassifiedTaxCategory></cac:Item>
<cac:Price><cbc:PriceAmount currencyID="EUR">158.125</cbc:PriceAmount></cac:Price></cac:${root}Line></${root}>`;
}

const faultOf = (read) => {
  try {
    read();
  } catch (error) {
    return error.fault;
  }
  return null;
};

for (const [syntax, xml] of Object.entries({ UBL: UBL_INVOICE, CII: CII_INVOICE })) {
  test(`an invoice in ${syntax} is read`, () => {
    const invoice = readInvoice(xml);
    const { number, type, issued, due, currency, references, seller, buyer, totals, payment } = invoice;
    assert.deepEqual(
      { number, type, issued, due, currency },
      { number: "R-7", type: "380", issued: "2026-03-05", due: "2026-04-04", currency: "EUR" }, // BT-1, 3, 2, 9, 5
    );
    assert.equal(references.buyerReference, "04011000-12345-03"); // BT-10
    assert.equal(references.order, "4711"); // BT-13
    assert.deepEqual([seller.name, seller.vatId, seller.taxNumber], ["Lindner GmbH", "DE136695976", "12/345"]); // BT-27, 31, 32
    assert.deepEqual(seller.address, ["Weg 1", "20095 Hamburg, DE"]); // BT-35, 38, 37, 40
    assert.equal(buyer.name, "Kontor AG"); // BT-44
    assert.deepEqual(invoice.notes, ["Danke & bis bald"]); // BT-22, without BT-21
    const [line] = invoice.lines;
    assert.deepEqual(
      [line.name, line.quantity, line.unit, line.price, line.net, line.vat, line.references],
      // BT-153, 129, 130, 146, 131, 151 and 152, 155
      ["Beratung", "2", "HUR", "158.125", "316.25", { category: "S", rate: "19" }, ["1034"]],
    );
    const [adjustment] = invoice.adjustments;
    assert.deepEqual([adjustment.isCharge, adjustment.reason, adjustment.amount], [false, "Treue", "10.00"]); // BG-20
    assert.deepEqual(invoice.taxes, [{ category: "S", rate: "19", base: "306.25", tax: "58.19", exemption: "" }]); // BG-23
    assert.deepEqual([totals.lines, totals.allowances, totals.net], ["316.25", "10.00", "306.25"]); // BT-106, 107, 109
    assert.deepEqual([totals.tax, totals.gross, totals.due], ["58.19", "364.44", "364.44"]); // BT-110, 112, 115
    assert.deepEqual(invoice.otherTax, { amount: "50.61", currency: "GBP" }); // BT-111
    assert.deepEqual([payment.means, payment.reference, payment.terms], ["58", "R-7", ["30 Tage"]]); // BT-81, 83, 20
    assert.equal(payment.accounts[0].iban, "DE02120300000000202051"); // BT-84
    assert.deepEqual(invoice.attachments, [{ name: "stunden.pdf", description: "Stunden", address: "" }]); // BG-24
  });
}

test("both syntaxes say the same", () => assert.deepEqual(readInvoice(UBL_INVOICE), readInvoice(CII_INVOICE)));

test("a credit note is one, with its own lines", () => {
  const note = readInvoice(ublOf("CreditNote", "CreditedQuantity", "381"));
  assert.equal(note.isCreditNote, true);
  assert.deepEqual([note.lines.length, note.lines[0].quantity], [1, "2"]);
  assert.equal(readInvoice(CII_INVOICE.replace(">380<", ">381<")).isCreditNote, true);
});

test("an invoice in an envelope is found", () => {
  const inner = UBL_INVOICE.slice(UBL_INVOICE.indexOf("?>") + 2);
  assert.equal(readInvoice(`<StandardBusinessDocument xmlns="urn:x">${inner}</StandardBusinessDocument>`).number, "R-7");
});

test("parts that are missing are empty", () => {
  const { number, seller, lines, totals } = readInvoice(`<Invoice xmlns="${UBL}:Invoice-2"/>`);
  assert.deepEqual([number, seller.name, lines, totals.due], ["", "", [], ""]);
});

test("other XML is named as such", () => {
  assert.equal(faultOf(() => readInvoice("<html><script>alert(1)</script></html>")), "unknown");
  assert.equal(faultOf(() => readInvoice('<Invoice xmlns="urn:other"/>')), "unknown");
});

test("a document type is refused, so that no entity is ever expanded", () => {
  const bomb = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]><a>&c;</a>';
  assert.equal(faultOf(() => readXml(bomb)), "doctype");
  assert.equal(faultOf(() => readXml("<a>&c;</a>")), "malformed");
  assert.equal(faultOf(() => readXml('<a b="&c;"/>')), "malformed");
});

const BROKEN = ["", "text", "<a>", "<a></b>", "<a></a><b/>", "<a", "<a b=c/>", "<a><!-- ", "<a>&#x110000;</a>", "</a>", "<a/>x"];
for (const text of BROKEN) {
  test(`it is broken: ${text}`, () => assert.equal(faultOf(() => readXml(text)), "malformed"));
}

test("too much is refused at once, whatever it is", () => {
  const began = performance.now();
  assert.equal(faultOf(() => readXml("<a>".repeat(200_000))), "large");
  assert.equal(faultOf(() => readXml(`<a>${"<b/>".repeat(200_000)}</a>`)), "large");
  assert.equal(faultOf(() => textOf(new Uint8Array(MOST_BYTES + 1))), "large");
  for (const long of ["<a ", "<a b='", "<!--", "<a>&", "<a x", "<a\n\n"]) {
    assert.equal(faultOf(() => readXml(long + " &x".repeat(200_000))), "malformed");
    assert.equal(faultOf(() => readXml(long.padEnd(1_000_000))), "malformed");
  }
  assert.ok(performance.now() - began < 5_000);
});

test("a long text is cut, and markup in it stays text", () => {
  const long = "x".repeat(1_000_000);
  assert.equal(readXml(`<a>${long}</a>`).text.length, 4_000);
  assert.equal(readXml("<a><![CDATA[<img src=x onerror=alert(1)>]]></a>").text, "<img src=x onerror=alert(1)>");
  assert.equal(readXml("<a>&lt;b&gt;&#65;&#x42;&quot;</a>").text, '<b>AB"');
});

test("names that every object has are names like others", () => {
  assert.equal(readXml('<constructor:a __proto__="1" toString="2"/>').namespace, "");
  assert.equal(faultOf(() => readXml("<a>&valueOf;</a>")), "malformed");
  assert.equal(unitInWords("constructor"), "constructor");
});

test("bytes are read by their mark, or as they say", () => {
  const wide = new Uint8Array([0xff, 0xfe, ...[..."<a>ä</a>"].flatMap((each) => [each.charCodeAt(0), 0])]);
  assert.equal(readXml(textOf(wide)).text, "ä");
  const latin = Uint8Array.from('<?xml version="1.0" encoding="ISO-8859-1"?><a>ä</a>', (each) => each.charCodeAt(0));
  assert.equal(readXml(textOf(latin)).text, "ä");
  const utf8 = new TextEncoder().encode('<?xml version="1.0" encoding="utf-16"?><a>ä</a>');
  assert.equal(readXml(textOf(utf8)).text, "ä");
  assert.equal(faultOf(() => textOf(new Uint8Array([0x3c, 0xff, 0xff]))), "encoding");
  assert.equal(faultOf(() => textOf(new TextEncoder().encode('<?xml version="1.0" encoding="x-no"?><a/>'))), "encoding");
});

test("amounts are never rounded, and what is none stays as it is", () => {
  assert.equal(amountInWords("158.1250000000", "EUR"), "€158.125");
  assert.equal(amountInWords("6037.5", "EUR"), "€6,037.50");
  assert.equal(amountInWords("-225.14", "EUR"), "-€225.14");
  assert.equal(amountInWords("+.5", "EUR"), "€0.50");
  assert.equal(amountInWords("12", "?"), "12");
  assert.equal(amountInWords("<b>", "EUR"), "<b>");
  assert.equal(dayInWords("2026-03-05"), "Mar 5, 2026");
  assert.equal(dayInWords("2026-02-31"), "2026-02-31");
});

test("VAT is said by its rate, or by why there is none", () => {
  assert.equal(vatInWords({ category: "S", rate: "19.00" }), "19 % VAT");
  assert.equal(vatInWords({ category: "AE", rate: "0" }), "Reverse charge");
  assert.equal(vatInWords({ category: "", rate: "" }), "");
});

// What the page of the books computes: what is missing and what is next, the mapping, documents side by side.
import assert from "node:assert/strict";
import { test } from "node:test";
import { askedOf, choiceFor, choiceOf, CHOICES, returnedWith } from "../../public/js/books/addresses.ts";
import { lineOf, shownOf, sidesOf } from "../../public/js/books/documents.ts";
import { isChanged, leftOf, problemsOf, proposalFor, rowsOf, withCode, withWord, wordName, wordsOf } from "../../public/js/books/mapping-rows.ts";
import { offersFor } from "../../public/js/books/offers.ts";
import { answerOf, cameTo, countsOf, hrefOf, inOrder, nextFor, standingOf, titleOf, verdictOf } from "../../public/js/books/words.ts";

const lacking = (state, code, items) => ({ state, code, items, says: "", examples: [] });
const status = (written, ...all) => ({ connection: { id: "bkn_1", status: "connected", provider: "xero" }, isEverything: all.length === 0, says: "", written, leftOut: 1, lacking: all, notDue: [], lastSync: null });
const chart = {
  company: "Example GmbH", currency: "EUR", readAt: "2026-01-01T00:00:00Z",
  accounts: [
    { code: "6300", name: "Travel", number: "6300", type: "expense", isActive: true },
    { code: "6999", name: "Meals", number: "6999", type: "expense", isActive: false },
    { code: "1", name: "Gifts", number: "1", type: "expense", isActive: true },
    { code: "2", name: "gifts", number: "2", type: "expense", isActive: true },
  ],
  taxCodes: [
    { code: "V19", name: "Input tax", percent: "19", isActive: true, ofPurchases: true, ofSales: true },
    { code: "V7", name: "Input tax", percent: "7.00", isActive: true, ofPurchases: true, ofSales: true },
    { code: "MIX", name: "Mixed", percent: null, isActive: true, ofPurchases: true, ofSales: true },
  ],
};
const people = new Map([["usr_ann", "Ann Lee"]]);

test("each reason counts in one place, and a person's work comes first", () => {
  const found = status(41, lacking("new", null, 3), lacking("written", "changed", 2), lacking("set_aside", "refused", 1), lacking("set_aside", "unmapped", 4), lacking("conflict", "changed-there", 1), lacking("written", "file", 1));
  assert.deepEqual(countsOf(found), { written: 41, waiting: 6, setAside: 1, conflict: 1, unmapped: 4, leftOut: 1 });
  assert.deepEqual(inOrder(found.lacking).map(nextFor), ["map", "decide", "retry", "sync", "sync", "sync"]);
  assert.equal(answerOf(found).says, "12 items are not in the books as they should be.");
  assert.equal(answerOf(status(1, lacking("new", null, 2))).says, "2 items are not in the books yet.");
  assert.deepEqual(answerOf(status(41)), { says: "Everything is in the books.", there: "41 items are there." });
  assert.equal(verdictOf([found, status(1)]), "Something is missing in 1 of 2 books.");
});

test("what is not approved is never said to be in the books", () => {
  const found = { ...status(11), notDue: [lacking("left_out", "not-approved", 3)] };
  assert.equal(answerOf(found).says, "Everything that is due is in the books; 3 expenses are not approved yet.");
  assert.equal(verdictOf([status(14), found]), "Everything that is due is in the books.");
  assert.equal(verdictOf([status(14), status(14)]), "Everything is in the books.");
  const shut = { ...status(2), connection: { id: "bkn_1", status: "disconnected", provider: "quickbooks" } };
  assert.equal(answerOf(shut).says, "QuickBooks let us in no more: connect again. Everything is in the books.");
});

// What is lacking, and what a person does next.
for (const [state, code, act] of [
  ["set_aside", "unmapped", "map"], ["conflict", "changed-there", "decide"], ["set_aside", "disconnected", "connect"], ["set_aside", "closed-there", "retry"],
  ["set_aside", "person-unknown", "retry"], ["waiting", "uncertain", "sync"], ["waiting", "contact", "sync"], ["new", null, "sync"],
]) {
  test(`next for ${state}, ${code}: ${act}`, () => assert.equal(nextFor({ state, code }), act));
}

test("a connection that is let in no more says so, also while a sync is known", () => {
  const connection = { status: "disconnected", syncing: "syn_1", provider: "xero" };
  assert.equal(standingOf(connection).look, "failed");
  assert.equal(standingOf({ ...connection, status: "connected" }).label, "Syncing");
  assert.match(standingOf({ ...connection, status: "asked" }).label, /at Xero/);
});

test("items lead to what they are of, and are called as people call it", () => {
  assert.equal(hrefOf({ kind: "expense", subject: "exp_1" }), "/expenses/exp_1");
  assert.equal(hrefOf({ kind: "credit_note", subject: "run_1:4" }), "/claims/run_1");
  assert.equal(hrefOf({ kind: null, subject: null }), "");
  assert.equal(titleOf("Cafe, 2026-03-05", "expense"), "Cafe, Mar 5, 2026");
  assert.equal(titleOf("2026-0014", "claim"), "Invoice 2026-0014");
  assert.equal(titleOf(null, "expense"), "Expense, erased");
});

test("a sync says what it came to", () => {
  assert.equal(cameTo({ state: "completed", outcomes: { written: 41, set_aside: 2 } }), "41 written, 2 set aside");
  assert.equal(cameTo({ state: "completed", outcomes: {} }), "nothing had changed");
  assert.equal(cameTo({ state: "running", outcomes: {} }), "under way");
  assert.equal(cameTo({ state: "disconnected", outcomes: {} }), "the books let us in no more: connect again");
});

test("each choice of items is found again in its address", () => {
  for (const { value } of CHOICES) assert.equal(choiceOf(askedOf(new URLSearchParams(value))), value);
  assert.equal(choiceFor({ state: "written", code: "changed" }), "due=true&state=written");
  assert.equal(choiceFor({ state: "set_aside", code: "refused" }), "code=refused&state=set_aside");
  assert.equal(choiceFor({ state: "new", code: null }), "state=new");
  assert.equal(choiceFor({ state: "new", code: "unmapped" }), "state=new", "nothing is set aside yet");
  assert.equal(choiceFor({ state: "set_aside", code: "again" }), "due=true&state=set_aside");
});

// What a provider has sent a person back with: what is sent on, or what is said.
for (const [query, body, says] of [
  ["state=s&code=c", { state: "s", code: "c" }, null],
  ["state=s&code=c&realmId=9", { state: "s", code: "c", realmId: "9" }, null],
  ["state=s&error=access_denied", null, /said no/],
  ["error=server_error&error_description=Later", null, /Later/],
  ["state=s", null, /Connect from the page/],
]) {
  test(`back from a provider with ${query}`, () => {
    const found = returnedWith(new URLSearchParams(query));
    assert.deepEqual(found.body, body);
    if (says) assert.match(found.problem, says);
    else assert.equal(found.problem, null);
  });
}

test("a place is proposed where exactly one fits", () => {
  assert.equal(proposalFor("category", "travel", chart, people), "6300");
  assert.equal(proposalFor("category", "Meals", chart, people), null, "its account is not active");
  assert.equal(proposalFor("category", "Gifts", chart, people), null, "two are called so");
  assert.equal(proposalFor("category", "", chart, people), null);
  assert.equal(proposalFor("tax", "7", chart, people), "V7");
  assert.equal(proposalFor("tax", "none", chart, people), null);
  assert.equal(proposalFor("person", "usr_ann", null, people), "Ann Lee");
});

test("a code of input tax is proposed where several have its rate", () => {
  const both = { ...chart, taxCodes: [{ code: "INPUT2", name: "20% (VAT on Expenses)", percent: "20", isActive: true, ofPurchases: true, ofSales: true }, { code: "OUTPUT2", name: "20% (VAT on Income)", percent: "20.0", isActive: true, ofPurchases: true, ofSales: true }] };
  assert.deepEqual([proposalFor("tax", "20", both, people), proposalFor("output_tax", "20", both, people)], ["INPUT2", "OUTPUT2"]);
});

test("a word that has no place any more stands once", () => {
  const rows = rowsOf({ words: [{ what: "tax", word: "19", code: "" }], unmapped: [{ what: "tax", word: "19", says: "", items: 3 }] }, chart, people);
  assert.deepEqual(rows.map(({ word, code, isProposed }) => [word, code, isProposed]), [["19", "V19", true]]);
});

// Accounts of each class, as Xero and QuickBooks call their types, and which are offered for what.
const classes = { ...chart, accounts: [["200", "REVENUE"], ["1", "BANK"], ["429", "EXPENSE"], ["310", "DIRECTCOSTS"], ["7", "Cost of Goods Sold"], ["800", "Accounts Payable"], ["710", "FIXED"], ["826", "WAGESPAYABLELIABILITY"]].map(([code, type]) => ({ code, name: code, number: code, type, isActive: true })) };
const offered = (...given) => offersFor(...given).map(({ label, options }) => [label, options.map(({ value }) => value)]);

test("costs are offered accounts of costs first, and none of revenue or of a bank", () => {
  assert.deepEqual(offered("category", "Travel", null, classes, false), [["Costs", ["429", "310", "7"]], ["Other accounts", ["710"]]]);
  assert.deepEqual(offered("income", "Travel", null, classes, false), [["Revenue", ["200"]], ["Other accounts", ["710"]]]);
  const items = { ...classes, accounts: [...classes.accounts, { code: "item:12", name: "Consulting", number: "", type: "Item", isActive: true }] };
  assert.deepEqual(offered("income", "Travel", null, items, false), [["Revenue", ["item:12"]]]);
});

test("what is mapped already is shown, also where it would not be offered", () => {
  assert.deepEqual(offersFor("category", "Travel", "200", classes, false)[0].options, [{ value: "200", label: "200 · 200" }]);
  assert.deepEqual(offersFor("category", "Travel", "x", classes, false)[0].options, [{ value: "x", label: "x · no longer there" }]);
});

test("input tax is offered codes of purchases, and no code only where the books take that", () => {
  const sides = { ...chart, taxCodes: [{ code: "IN", name: "In", percent: "20", isActive: true, ofPurchases: true, ofSales: false }, { code: "OUT", name: "Out", percent: "20", isActive: true, ofPurchases: false, ofSales: true }] };
  assert.deepEqual(offered("tax", "20", null, sides, true), [["", ["IN"]]]);
  assert.deepEqual(offered("tax", "20", null, sides, false), [["", ["", "IN"]]]);
  assert.deepEqual(offered("tax", "none", null, sides, true), [["", ["", "IN"]]]);
  assert.deepEqual(offered("output_tax", "none", null, sides, true), [["", ["", "OUT"]]]);
  assert.deepEqual([proposalFor("tax", "20", sides, people), proposalFor("output_tax", "20", sides, people)], ["IN", "OUT"]);
});

test("what has no place comes first, and what is proposed is sent once it is saved", () => {
  const kept = { words: [{ what: "tax", word: "19", code: "V19" }, { what: "tax", word: "none", code: "" }], unmapped: [{ what: "category", word: "Travel", says: "", items: 3 }, { what: "category", word: "Office", says: "", items: 1 }] };
  const rows = rowsOf(kept, chart, people);
  assert.deepEqual(rows.map(({ word, code, isProposed }) => [word, code, isProposed]), [["Travel", "6300", true], ["Office", null, false], ["19", "V19", false], ["none", "", false]]);
  assert.deepEqual([leftOf(rows), isChanged(rows, kept)], [1, true]);
  const all = withCode(rows, "category", "Office", "1");
  assert.deepEqual(wordsOf(all), [{ what: "category", word: "Travel", code: "6300" }, { what: "category", word: "Office", code: "1" }, { what: "tax", word: "19", code: "V19" }, { what: "tax", word: "none", code: "" }]);
  assert.equal(isChanged(all, { words: wordsOf(all).reverse() }), false);
});

test("any other word covers what is not named, but no person", () => {
  const rows = rowsOf({ words: [], unmapped: [{ what: "category", word: "Office", says: "", items: 1 }, { what: "person", word: "usr_gone", says: "", items: 1 }] }, chart, people);
  const covered = withCode(withWord(rows, "category", "*"), "category", "*", "1");
  assert.equal(leftOf(rows), 2);
  assert.equal(leftOf(covered), 1);
  assert.equal(withWord(covered, "category", "*").length, covered.length);
});

test("any other rate covers no other treatment", () => {
  const row = (word, items, code) => ({ what: "tax", word, items, code, isProposed: false });
  const any = row("*", 0, "V0");
  assert.deepEqual([leftOf([any, row("7", 2, null)]), leftOf([any, row("eu_services:19", 2, null)])], [0, 1]);
});

test("what is refused stands beside its word", () => {
  const rows = [{ what: "category", word: "A", code: null, items: 0, isProposed: false }, { what: "category", word: "B", code: "9", items: 0, isProposed: false }];
  assert.deepEqual([...problemsOf(rows, [{ field: "words.0", message: "No such account." }, { field: "name", message: "Too long." }])], [["category:B", "No such account."]]);
});

test("words are called as people call them", () => {
  assert.deepEqual(["19", "none", "other", "*"].map((word) => wordName("tax", word)), ["19 %", "No tax on the document", "A rate that fits none here", "Any other rate"]);
  assert.deepEqual(["eu_services:19", "eu_goods:7:not_deducted", "exempt"].map((word) => wordName("tax", word)), ["Services between firms of the EU, 19 %", "Goods from another country of the EU, 7 %, not deducted", "Exempt"]);
  assert.deepEqual([wordName("category", ""), wordName("person", "usr_ann", people), wordName("person", "usr_x", people)], ["Without a category", "Ann Lee", "Somebody who left"]);
});

const bill = { kind: "bill", number: "R-1", contact: "c_1", issued: "2026-03-05", due: "2026-03-05", currency: "EUR", total: 1290, lines: [{ description: "Cafe", net: 1084, tax: 206, account: "6400", taxCode: "V19" }] };

test("a document is shown with its contact's name and amounts of its currency", () => {
  const shown = shownOf(bill, { contacts: { c_1: "Cafe GmbH" } });
  assert.deepEqual([shown.title, shown.amount, shown.says], ["Bill R-1", "€12.90", "Cafe GmbH · Mar 5, 2026"]);
  assert.deepEqual(shown.lines, [{ description: "Cafe", amount: "€10.84 + €2.06", codes: "6400 · V19" }]);
  assert.equal(shownOf({ ...bill, contact: "a new contact: Kiosk", currency: "JPY" }, { contacts: {} }).says, "Kiosk (a new contact) · Mar 5, 2026");
  assert.equal(shownOf({ ...bill, currency: "JPY" }, { contacts: {} }).amount, "¥1,290");
});

test("accounts and tax codes are shown as the books call them", () => {
  const names = { contacts: {}, accounts: { 6400: "6400 Meals" }, taxCodes: { V19: "Input tax 19 %" } };
  assert.deepEqual(shownOf(bill, names).lines.map(({ codes }) => codes), ["6400 Meals · Input tax 19 %"]);
  assert.equal(lineOf(bill.lines[0], "EUR", names), "Cafe · €10.84 + €2.06 tax · 6400 Meals · Input tax 19 %");
});

test("what a person added to a line is shown too", () => {
  assert.equal(lineOf({ ...bill.lines[0], tax: 0, taxCode: null, trackingCode: "Berlin" }, "EUR", { contacts: {} }), "Cafe · €10.84 · 6400 · Tracking code: Berlin");
});

test("both sides stand field by field, and what differs is marked", () => {
  assert.equal(sidesOf(bill, { ...bill, number: "R-2" }, new Set(["due"]), { contacts: {} }).find(({ field }) => field === "number").isApart, true);
  const theirs = { ...bill, number: "KO-1", memo: "by hand" };
  const sides = sidesOf(bill, theirs, new Set(["number", "memo"]), { contacts: { c_1: "Cafe GmbH" } });
  assert.deepEqual(sides.filter(({ isApart }) => isApart).map(({ label, ours, theirs: other }) => [label, ours[0], other[0]]), [["Number", "R-1", "KO-1"], ["Memo", "nothing", "by hand"]]);
  assert.deepEqual(sidesOf(bill, null, new Set(), { contacts: {} }).find(({ field }) => field === "contact"), { field: "contact", label: "Contact", ours: ["c_1"], theirs: [], isApart: false });
});

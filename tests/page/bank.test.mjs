// What the page of the bank computes: where entries stand, splits, filters, the columns of a CSV.
import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf, askedOf, monthOf } from "../../public/js/bank/asked.ts";
import { daysOf, monthsBack } from "../../public/js/values/period.ts";
import { breakInWords } from "../../public/js/bank/breaks.tsx";
import { contentsOf, daysInWords, monthAfter, partsOf, standInWords, standOf } from "../../public/js/bank/completeness.ts";
import { meaningOf, missingIn, readBy, totalsBy, withMeaning } from "../../public/js/bank/mapping.ts";
import { cardsIn, heldValues, holderChoices } from "../../public/js/bank/holders.ts";
import { choicesOf } from "../../public/js/bank/owing.ts";
import { paidRate } from "../../public/js/bank/paid-rate.ts";
import { answerIn, daysLeft, fetchInWords, standingOf } from "../../public/js/bank/source-words.ts";
import { fittingOf, remainderOf, suggestedOf, withoutDocument } from "../../public/js/bank/split.ts";
import { isCertain, isOpen, leftOf, needsYou, twinsOf, withAccepted, withDeclined, withProposed, withUndone } from "../../public/js/bank/standing.ts";
import { because, knownInWords } from "../../public/js/bank/words.ts";

const pair = (amount, entryId = "ent_1", documentId = "exp_1") => ({ entryId, payment: 0, documentKind: "expense", documentId, amount, settles: amount, title: "Cafe" });
const match = (id, more = {}) => ({ id, state: "proposed", kind: "exact", level: "proposed", score: 900, reasons: [], twins: [], pairs: [pair(-1290)], ...more });
const entry = (more = {}) => ({ id: "ent_1", status: "booked", amount: -1290, currency: "EUR", explained: 0, reason: null, doubt: null, matches: [], ...more });

test("an accepted match explains an entry, and what else was proposed goes", () => {
  const open = entry({ matches: [match("mat_1"), match("mat_2")] });
  const closed = withAccepted(open, match("mat_1", { state: "accepted" }));
  assert.deepEqual([isOpen(open), isOpen(closed), closed.explained], [true, false, -1290]);
  assert.deepEqual(closed.matches.map(({ id }) => id), ["mat_1"]);
  const again = withUndone(closed, match("mat_1", { state: "undone" }));
  assert.deepEqual([isOpen(again), again.explained, again.matches], [true, 0, []]);
});

test("an accepted match whose expense holds no more leaves its entry open, until it is taken back", () => {
  const accepted = match("mat_1", { state: "accepted" });
  const doubted = entry({ explained: -1290, doubt: "voided", owedBy: "usr_sam", matches: [accepted] });
  assert.deepEqual([isOpen(doubted), needsYou(doubted), leftOf(doubted)], [true, true, 0]);
  assert.equal(withUndone(doubted, accepted).doubt, null);
});

test("a part leaves the rest open, with what else was proposed", () => {
  const part = withAccepted(entry({ matches: [match("mat_2")] }), match("mat_1", { state: "accepted", pairs: [pair(-290)] }));
  assert.deepEqual([isOpen(part), leftOf(part)], [true, -1000]);
  assert.deepEqual(part.matches.map(({ id }) => id), ["mat_1", "mat_2"]);
});

test("a match of several entries changes each of them, and no other", () => {
  const both = match("mat_1", { state: "accepted", pairs: [pair(-1000), pair(-500, "ent_2")] });
  const [one, two, three] = [entry(), entry({ id: "ent_2", amount: -500 }), entry({ id: "ent_3" })];
  assert.equal(withAccepted(one, both).explained, -1000);
  assert.equal(isOpen(withAccepted(two, both)), false);
  assert.equal(withAccepted(three, both), three);
});

test("a document that is used up is proposed for no other entry of the list", () => {
  const other = entry({ id: "ent_2", matches: [match("mat_2", { pairs: [pair(-1290, "ent_2")] }), match("mat_3", { pairs: [pair(-1290, "ent_2", "exp_2")] })] });
  const accepted = match("mat_1", { state: "accepted" });
  assert.deepEqual(withAccepted(other, accepted).matches.map(({ id }) => id), ["mat_3"]);
  assert.equal(withAccepted(other, { ...accepted, kind: "partial" }), other);
});

test("a hold is replaced, and pending again once that is undone", () => {
  const hold = match("mat_1", { kind: "hold", state: "accepted" });
  const replaced = withAccepted(entry({ status: "pending" }), hold);
  assert.equal(replaced.status, "replaced");
  assert.equal(withUndone(replaced, hold).status, "pending");
});

test("what is declined goes, and comes back first", () => {
  const [first, second] = [match("mat_1"), match("mat_2")];
  const declined = withDeclined(entry({ matches: [first, second] }), first);
  assert.deepEqual(declined.matches, [second]);
  assert.deepEqual(withProposed(declined, first).matches, [first, second]);
});

test("twins are the tie and what it names, and nothing is a twin without a tie", () => {
  const tie = match("mat_1", { level: "tie", twins: ["exp_2"] });
  const twin = match("mat_2", { pairs: [pair(-1290, "ent_1", "exp_2")] });
  const other = match("mat_3", { pairs: [pair(-1290, "ent_1", "exp_3")] });
  assert.deepEqual(twinsOf(entry({ matches: [tie, twin, other] })), [tie, twin]);
  assert.deepEqual(twinsOf(entry({ matches: [twin, tie] })), []);
});

test("an entry is certain while it is open and the evidence leaves no doubt", () => {
  const certain = entry({ matches: [match("mat_1", { level: "automatic" })] });
  assert.deepEqual([isCertain(certain), isCertain(entry({ matches: [match("mat_1")] }))], [true, false]);
  assert.equal(isCertain(withAccepted(certain, match("mat_1", { level: "automatic", state: "accepted" }))), false);
});

test("what somebody was asked for is open, and waits for them", () => {
  const asked = entry({ owedBy: "usr_sam" });
  assert.deepEqual([isOpen(asked), needsYou(asked), needsYou(entry({ owedBy: null }))], [true, false, true]);
});

test("those who are there may owe a document, by name; nobody only where somebody does", () => {
  const people = [
    { id: "usr_2", name: "Sam", removedAt: null },
    { id: "usr_1", name: "Ada", removedAt: null },
    { id: "usr_3", name: "Bob", removedAt: "2026-01-01T00:00:00.000Z" },
  ];
  assert.deepEqual(choicesOf(people, null).map(({ label }) => label), ["Choose …", "Ada", "Sam"]);
  assert.deepEqual(choicesOf(people, "usr_2")[0], { value: '""', label: "Nobody" });
});

// What is open of an entry, the parts as they are typed, what is left.
const SPLITS = [
  [-5000, [], -5000],
  [-5000, [2000, 3000], 0],
  [-5000, [-2000], -3000],
  [-5000, [6000], 1000],
  [5000, [1999], 3001],
];
for (const [open, parts, left] of SPLITS) {
  test(`of ${open} less ${parts} there are ${left} left`, () => assert.equal(remainderOf(open, parts) + 0, left));
}

test("a document takes what it needs, and no more than is left", () => {
  assert.equal(suggestedOf(-5000, -1290), -1290);
  assert.equal(suggestedOf(-500, -1290), -500);
  assert.equal(suggestedOf(-500, null), -500);
  assert.equal(suggestedOf(500, 0), 500);
});

test("an entry pays what is open, or pays back what was paid", () => {
  const [bill, claim, paid] = [{ documentId: "exp_1", open: -1290 }, { documentId: "run_1", open: 500 }, { documentId: "exp_2", open: 900 }];
  assert.deepEqual(fittingOf(900, [bill, claim], [paid]).map(({ documentId, isPaid }) => [documentId, isPaid]), [["run_1", false], ["exp_2", true]]);
  assert.deepEqual(fittingOf(-900, [bill, claim], [paid]).map(({ documentId }) => documentId), ["exp_1"]);
});

test("filters stand in the address, and what is open needs none", () => {
  const asked = askedOf(new URLSearchParams("account=ban_1&standing=all&from=2026-03-01&to=2026-03-31&other=1"));
  assert.deepEqual(asked, { account: "ban_1", standing: "all", from: "2026-03-01", to: "2026-03-31" });
  assert.equal(addressOf(asked), "/bank?account=ban_1&standing=all&from=2026-03-01&to=2026-03-31");
  assert.equal(addressOf(askedOf(new URLSearchParams("standing=sold"))), "/bank");
});

test("a month is its days, and only whole ones are months", () => {
  assert.deepEqual(daysOf("2028-02"), { from: "2028-02-01", to: "2028-02-29" });
  assert.deepEqual(daysOf("2026-13"), { from: "", to: "" });
  assert.equal(monthOf(daysOf("2026-12")), "2026-12");
  assert.equal(monthOf({ from: "2026-12-02", to: "2026-12-31" }), "");
  assert.deepEqual(monthsBack("2026-01-15").slice(0, 3), ["2026-01", "2025-12", "2025-11"]);
  assert.equal(monthsBack("2026-01-15").length, 12);
  assert.equal(monthsBack("2026-01-15", "2022-05-31").at(-1), "2022-05", "as far back as there are statements");
});

test("a transfer goes to another account where money left, whatever is open by then", () => {
  const accounts = [{ id: "ban_1", name: "Giro", archivedAt: null }, { id: "ban_2", name: "Savings", archivedAt: null }];
  const titles = (/** @type {number} */ amount) => withoutDocument({ amount, currency: "EUR", bankAccountId: "ban_1" }, accounts).map(({ title }) => title);
  assert.deepEqual(titles(-1290), ["The bank's fees", "Transfer to Savings"]);
  assert.deepEqual(titles(1290), ["The bank's fees", "Transfer from Savings"]);
});

test("a file whose bytes were here says that nothing is new", () => {
  const says = knownInWords({ createdAt: "2026-04-01T09:00:00.000Z", added: 15, known: 0, booked: 0, misfits: [], breaks: [] }, "Giro");
  assert.match(says, /^Nothing is new: this file was imported already, for Giro\. What came of it on .*2026: 15 new entries\.$/);
});

test("a day in the reasons of a match is read as people write it", () => {
  assert.doesNotMatch(because({ reasons: ["same amount", "also proposed for the entry of 2026-10-06"] }), /2026-10-06/);
});

test("a month is in parts, and none of them is empty", () => {
  const parts = partsOf({ documented: 3, explained: 0, owed: 1, open: 2 });
  assert.deepEqual(parts.map(({ name, count }) => [name, count]), [["documented", 3], ["owed", 1], ["open", 2]]);
});

test("a month says what is missing of it", () => {
  const month = { month: "2026-03", entries: 4, owed: 1, open: 2, uncovered: [{ bankAccountId: "ban_1", bankAccount: "Giro", days: 1 }, { bankAccountId: "ban_2", bankAccount: "Savings", days: null }], isComplete: false };
  assert.equal(contentsOf(month), "4 entries · 2 left · 1 owed by a person · Giro: 1 day without a statement · Savings: no statement yet");
  assert.equal(contentsOf({ ...month, entries: 0, owed: 0, open: 0, uncovered: [] }), "No entries");
  assert.match(daysInWords({ first: "2026-03-30", last: "2026-03-31" }), / to /);
  assert.doesNotMatch(daysInWords({ first: "2026-03-31", last: "2026-03-31" }), / to /);
});

test("a month where documents are owed is not said to be complete alone", () => {
  const month = { entries: 4, open: 0, owed: 3, isComplete: true };
  assert.deepEqual(standOf(month), { label: "3 owed", status: "processing" });
  assert.equal(standInWords(month), "Done, except 3 receipts that people owe");
  assert.deepEqual(standOf({ ...month, owed: 0 }), { label: "Complete", status: "complete" });
  assert.equal(standInWords({ ...month, owed: 0 }), "Complete");
});

test("months follow each other over the year's end", () => {
  assert.deepEqual([monthAfter("2026-01", -1), monthAfter("2026-12", 1), monthAfter("2026-03", 0)], ["2025-12", "2027-01", "2026-03"]);
});

const NOW = Date.parse("2026-11-25T12:00:00Z");

test("a consent that ends soon is said before it ends", () => {
  const source = { state: "connected", kind: "enable-banking", bank: "Nordea", validUntil: "2026-12-24T12:00:00Z" };
  assert.equal(daysLeft(source, NOW), 29);
  assert.equal(standingOf(source, NOW).label, "Connected");
  assert.equal(standingOf({ ...source, validUntil: "2026-12-05T12:00:00Z" }, NOW).label, "Ends soon");
  assert.equal(daysLeft({ validUntil: "2026-11-01T00:00:00Z" }, NOW), 0);
  assert.equal(standingOf({ ...source, validUntil: null, kind: "address" }, NOW).status, "complete");
});

test("a source waits for a bank, then for consent, or is stopped", () => {
  const source = { state: "new", kind: "enable-banking", bank: "", validUntil: null };
  assert.equal(standingOf(source, NOW).label, "Waits for a bank");
  assert.equal(standingOf({ ...source, bank: "SANDBOX" }, NOW).label, "Waits for consent");
  assert.equal(standingOf({ ...source, state: "stopped" }, NOW).status, "failed");
});

test("a fetch says what came, or why it waits", () => {
  const last = { state: "stored", records: 0, pages: 0, why: null };
  assert.equal(fetchInWords({ last: null }), "");
  assert.equal(fetchInWords({ last }), "It is being fetched.");
  assert.equal(fetchInWords({ last: { ...last, pages: 1, records: 1 } }), "It is being fetched: 1 record so far.");
  assert.equal(fetchInWords({ last: { ...last, why: "Too many requests." } }), "Too many requests.");
  assert.equal(fetchInWords({ last: { ...last, state: "done", records: 2 } }), "2 records came");
  const expired = { ...last, state: "failed", why: "The consent has expired." };
  assert.equal(fetchInWords({ last: expired, why: expired.why, state: "stopped" }), "", "it stands beside it already");
  assert.match(fetchInWords({ last: expired, why: null, state: "connected" }), /^The last fetch failed: .* The next one tries again\.$/);
});

// What a bank sends a person back with, and what is told to the API.
const ANSWERS = [
  ["state=s1&code=c1", { state: "s1", code: "c1" }],
  ["state=s1", { state: "s1" }],
  ["state=s1&error=access_denied&code=c1", { state: "s1", error: "access_denied" }],
  ["code=c1", null],
  ["", null],
];
for (const [query, told] of ANSWERS) {
  test(`a bank's answer "${query}" is read`, () => assert.deepEqual(answerIn(new URLSearchParams(query)), told));
}

const COLUMNS = ["Tag", "Text 1", "Text 2", "Betrag", "Soll", "Haben"];
const MAPPING = { fingerprint: "f", bookedOn: "Tag", amount: "Betrag", text: ["Text 1"], order: "dmy", decimal: ",", isSure: true, currencyCode: "EUR", chargesApart: false };

test("a column has one meaning, and only texts are several", () => {
  const two = withMeaning(MAPPING, "Text 2", "text");
  assert.deepEqual(two.text, ["Text 1", "Text 2"]);
  const moved = withMeaning(two, "Text 1", "amount");
  assert.deepEqual([meaningOf(moved, "Text 1"), meaningOf(moved, "Betrag"), moved.text], ["amount", "", ["Text 2"]]);
  assert.match(missingIn(withMeaning(MAPPING, "Tag", "")), /booking day/);
  assert.match(missingIn(withMeaning(withMeaning(MAPPING, "Betrag", ""), "Soll", "debit")), /amount/);
  assert.equal(missingIn(MAPPING), null);
});

// The mapping, a row, the day and the amount that are read.
const ROWS = [
  [MAPPING, ["03.04.2026", "a", "b", "-1.234,50", "", ""], "2026-04-03", "-1234.50"],
  [{ ...MAPPING, order: "mdy" }, ["03.04.2026", "a", "b", "-1.234,50", "", ""], "2026-03-04", "-1234.50"],
  [{ ...MAPPING, decimal: "." }, ["2026-04-03", "a", "b", "1,234.50", "", ""], "2026-04-03", "1234.50"],
  [{ ...MAPPING, amount: null, debit: "Soll", credit: "Haben" }, ["03.04.26", "a", "b", "", "12,00", ""], "2026-04-03", "-12.00"],
  [{ ...MAPPING, amount: null, debit: "Soll", credit: "Haben" }, ["03.04.26", "a", "b", "", "", "12,00"], "2026-04-03", "12.00"],
  [MAPPING, ["31.02.2026", "a", "b", "free", "", ""], "31.02.2026", "free"],
];
for (const [mapping, row, day, amount] of ROWS) {
  test(`${row} is read as ${day}, ${amount}`, () => {
    const read = readBy(mapping, COLUMNS, row);
    assert.deepEqual([read.day, read.amount, read.currency, read.text], [day, amount, "EUR", "a"]);
  });
}

test("purchases that are positive go out", () => {
  const turned = { ...MAPPING, purchasesPositive: true };
  const rows = [["03.04.2026", "a", "b", "12,00", "", ""], ["04.04.2026", "a", "b", "-500,00", "", ""], ["05.04.2026", "a", "b", "free", "", ""]];
  assert.deepEqual(rows.map((row) => readBy(turned, COLUMNS, row).amount), ["-12.00", "500.00", "free"]);
  assert.deepEqual(totalsBy(turned, COLUMNS, rows), { out: 12, in: 500 });
  assert.deepEqual(totalsBy(MAPPING, COLUMNS, rows), { out: 500, in: 12 });
});

test("the payer is named where money came in, and the payee where it went out", () => {
  const two = { ...MAPPING, payer: "Text 2", payee: "Text 1" };
  assert.equal(readBy(two, COLUMNS, ["03.04.2026", "Shop", "Acme", "12,00", "", ""]).name, "Acme");
  assert.equal(readBy(two, COLUMNS, ["03.04.2026", "Shop", "Acme", "-12,00", "", ""]).name, "Shop");
});

test("what is missing between statements is a sentence", () => {
  const found = { bankAccountId: "ban_1", before: "a/1", after: "b/1", fromDay: null, toDay: null, amount: null, numbers: null };
  assert.equal(breakInWords({ ...found, kind: "number", numbers: [4, 6] }, "EUR"), "Numbers 4 to 6 are missing; the balances join all the same.");
  assert.match(breakInWords({ ...found, kind: "gap", fromDay: "2026-03-01", toDay: "2026-03-01", amount: 700 }, "EUR"), /^(?:1 Mar 2026|Mar 1, 2026) is missing\. €7\.00 moved/);
  assert.match(breakInWords({ ...found, kind: "overlap" }, "EUR"), /^Some days: covered twice/);
});

test("whose an account and its cards are stands in a form, and comes back as it was", () => {
  const people = [
    { id: "usr_sam", name: "Sam", removedAt: null },
    { id: "usr_eva", name: "Eva", removedAt: null },
    { id: "usr_left", name: "Leo", removedAt: "2026-01-01" },
  ];
  assert.deepEqual(holderChoices(people, null).map(({ label }) => label), ["Nobody", "Eva", "Sam"]);
  assert.deepEqual(holderChoices(people, "usr_left").map(({ label }) => label), ["Nobody", "Eva", "Leo", "Sam"]);
  const cards = [{ ending: "1234", person: "usr_sam" }];
  const values = heldValues({ heldBy: "usr_eva", cards });
  assert.deepEqual(values, { person: "usr_eva", ending0: "1234", person0: "usr_sam" });
  assert.deepEqual(cardsIn({ ...values, ending1: " 5678 ", person1: "usr_eva" }, [0, 1]), [...cards, { ending: "5678", person: "usr_eva" }]);
  assert.deepEqual(cardsIn({ ...values, ending0: "", ending1: "5678" }, [0, 1]), []);
});

test("an entry in the base currency that pays an expense in another one tells the rate", () => {
  const dollars = { id: "exp_1", currency: "USD", base: "EUR" };
  const pays = (amount, settles) => ({ ...pair(amount), settles });
  const booked = (match, more = {}) => entry({ amount: -1851, day: "2026-03-03", counterparty: "Hetzner", words: "", matches: [match], ...more });
  const accepted = match("mat_1", { state: "accepted", pairs: [pays(-1851, -2000)] });
  assert.deepEqual(paidRate([booked(accepted)], dollars), {
    rate: "0.9255",
    source: "Bank entry of Mar 3, 2026, Hetzner: €18.51 for $20.00",
    isAccepted: true,
  });
  const proposed = match("mat_2", { pairs: [pays(-1000, -1200)] });
  assert.deepEqual([paidRate([booked(proposed)], dollars).rate, paidRate([booked(proposed)], dollars).isAccepted], ["0.833333333", false]);
  assert.equal(paidRate([booked(proposed), booked(accepted)], dollars).rate, "0.9255", "what a person accepted goes first");
  const yen = match("mat_3", { pairs: [pays(-1250, -2000)] });
  assert.equal(paidRate([booked(yen)], { ...dollars, currency: "JPY" }).rate, "0.00625");
  const parts = match("mat_4", { state: "accepted", pairs: [pays(-900, -1000), pays(-951, -1000), pair(-100, "ent_1", "exp_2")] });
  assert.equal(paidRate([booked(parts)], dollars).rate, "0.9255");
});

test("no rate is told where nothing in the base currency pays the expense", () => {
  const dollars = { id: "exp_1", currency: "USD", base: "EUR" };
  const of = (found, more) => paidRate([entry({ day: "2026-03-03", counterparty: "Hetzner", words: "", matches: [found], ...more })], dollars);
  const accepted = (settles, id = "exp_1") => match("mat_1", { state: "accepted", pairs: [{ ...pair(-1851, "ent_1", id), settles }] });
  assert.deepEqual([of(accepted(0)), of(accepted(-2000, "exp_2")), of(accepted(-2000), { currency: "CHF" })], [null, null, null]);
  assert.deepEqual([of(accepted(-2000), { status: "pending" }), of({ ...accepted(-2000), state: "declined" }), paidRate([], dollars)], [null, null, null]);
});

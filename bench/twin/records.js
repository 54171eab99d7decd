// The values of what the workflow asks and writes beside the run record, as tillroll/receipts/.

import { canonical, now } from "./values.js";

const TOPIC = "expense.created";
const MOST_RULES = 200;
const MOST_CATEGORIES = 500;
const ANSWER_TOKENS = 3000;
const PICTURE_TOKENS = 2200;

export const expenseId = (run) => run.id.replace("run_", "exp_");

const eventId = (run) => `${run.id.replace("run_", "evt_")}_${TOPIC}`;
const minor = (total) => Math.round(Number(total) * 100);
const merchantKey = (name) => name.toLowerCase().replace(/[^a-z0-9]/g, "");
const lookKey = (name) => merchantKey(name).replace(/[01i58]/g, (sign) => "ollsb"["01i58".indexOf(sign)]);

const restOfKey = ({ date, total, currency }) => `|${date.value}|${currency.value}|${minor(total.value)}`;

// The call of a model that is about to begin, and how it ended, as tillroll/ai/ledger.py.
export function offered(env, run, attempt, { id, model, purpose, input_sha256 }) {
  const at = now();
  const price = prices(env)[model];
  const reserved = price ? cost(price, PICTURE_TOKENS, ANSWER_TOKENS) : null;
  const call = [id, run.id, purpose, run.generation, attempt, model, purpose, input_sha256];
  return [
    [at, run.id],
    [run.account_id, at, ...call, reserved, null, at.slice(0, 10)],
    [id],
  ];
}

export function settled(env, run, call) {
  const price = prices(env)[call.model];
  const of = [call.id, run.account_id, run.id, call.model, call.purpose, call.state, call.input_sha256];
  const used = [call.duration_ms, call.input_tokens, call.output_tokens, call.error, now(), call.reason];
  return [...of, ...used, price ? cost(price, call.input_tokens, call.output_tokens) : null, call.output_key];
}

const prices = (env) => JSON.parse(env.AI_PRICES || "{}");

// US dollars for a million tokens are micro-US-dollars for one.
// Half to even, as the product counts; the thousandths are exact.
function cost(price, input, output) {
  const exact = Math.round((price.input * input + price.output * output) * 1000) / 1000;
  const whole = Math.floor(exact);
  return exact - whole === 0.5 ? whole + (whole % 2) : Math.round(exact);
}

// What the account has that bears on a reading; nobody has confirmed a merchant here, so nothing comes of it.
export function recollection(run, read) {
  const [name, firm] = [read.merchant.value, read.registeredName.value];
  const whose = [run.account_id, lookKey(name), null, lookKey(firm), null, null];
  const keys = [merchantKey(name), merchantKey(firm)];
  return [[...whose, ...keys, run.subject, restOfKey(read), MOST_RULES, MOST_CATEGORIES]];
}

export const extraction = (run, read) => [run.id, canonical(read)];

export function expense(run, read) {
  const { merchant, registeredName, date, total, currency, documentKind, paymentMethod } = read;
  const names = [merchant.value, registeredName.value];
  const key = merchantKey(merchant.value) + restOfKey(read);
  const amount = [date.value, minor(total.value), null, currency.value];
  const document = [documentKind.value, null, null, null, null, key];
  const ids = [expenseId(run), run.account_id, now()];
  return [run.id, run.subject, null, ...names, ...amount, ...document, ...ids, paymentMethod.value, null, null];
}

// Of an expense in the base currency.
export function conversion(run) {
  return [expenseId(run), now()];
}

export function items(run, { lineItems }) {
  const lines = lineItems.map((item) => [item.description, null, null, minor(item.amount)]);
  return [expenseId(run), canonical(lines)];
}

export function sighting(run, { merchant: { value } }) {
  return [run.id, run.account_id, value, lookKey(value), null, value, merchantKey(value), now(), null, null, null];
}

export function heldEvent(run, read) {
  const data = {
    expenseId: expenseId(run),
    receiptId: run.subject,
    runId: run.id,
    ...Object.fromEntries(
      ["merchant", "registeredName", "date", "total", "tax", "currency", "documentKind", "receiptNumber", "dueDate"]
        .concat("amountDue", "buyer")
        .map((name) => [name, read[name]?.value ?? null]),
    ),
  };
  const at = now();
  const payload = canonical({ type: TOPIC, timestamp: at, data });
  return [eventId(run), run.account_id, run.id, TOPIC, payload, at, null];
}

export const completion = (run, at) => [run.id, "run.completed", at];

export function notification(run) {
  return [`${run.id}:${TOPIC}`, run.account_id, TOPIC, run.id, "", run.id, now(), null];
}

export function recipients(run, person, at) {
  return [`${run.id}:${TOPIC}`, at, run.account_id, TOPIC, person, 1, 0, 0, 0, canonical(["owner"])];
}

export const pushed = (run, at) => [`${run.id}:${TOPIC}`, at, "ready"];

export const release = (run) => [now(), eventId(run)];

// @ts-check
/**
 * The HTTP API as views ask it, one function a request. Its types are those of the API's own description; what a kind
 * shows of its runs stands beside them, and only that is written down here.
 *
 * @typedef {import("./api/types.js").AccountSettings} Account
 * @typedef {import("./api/types.js").ChangeRequest} AccountChange
 * @typedef {import("./api/types.js").Status} Status
 * @typedef {import("./api/types.js").Session} Session
 * @typedef {import("./api/types.js").Expense} Expense
 * @typedef {import("./api/types.js").RunStep} Step
 * @typedef {import("./api/types.js").TimelineItem} TimelineItem
 * @typedef {import("./api/types.js").Timeline} Timeline
 * @typedef {import("./api/types.js").Notice} Notice
 * @typedef {import("./api/types.js").Token} Token
 * @typedef {import("./api/types.js").Export} Export
 * @typedef {import("./api/types.js").BulkResult} BulkResult
 * @typedef {"retry" | "abandon" | "cancel" | "pause" | "resume" | "resend" | "deliver"} Operation
 *
 * @typedef {"documentKind" | "receiptNumber" | "dueDate" | "amountDue" | "buyer"} FactName
 * @typedef {"merchant" | "registeredName" | "date" | "total" | "tax" | "currency" | "category"} MainField
 * @typedef {MainField | FactName} FieldName
 *
 * @typedef {Pick<Expense, FactName>} DocumentFacts what a document says beside the values of an expense; null where it does not
 *
 * @typedef {ReadMain & DocumentFacts} ReadValues
 *
 * @typedef {object} ReadMain what was read of a receipt, not confirmed yet; null where it says nothing
 * @property {string | null} merchant
 * @property {string | null} registeredName
 * @property {string | null} date calendar date, YYYY-MM-DD
 * @property {string | null} total decimal string
 * @property {string | null} currency ISO 4217 code
 *
 * @typedef {object} ReceiptFile
 * @property {string} id
 * @property {string | null} fileName
 * @property {string} mediaType
 * @property {string} imageUrl
 * @property {string} paidBy company or employee, as was said with it
 * @property {string | null} [receivedMailId] the mail that it came by
 * @property {number} [size] bytes; not in summaries
 *
 * @typedef {object} OfReceipt what a run that reads a receipt shows of it
 * @property {ReceiptFile} [receipt]
 * @property {Expense | null} [expense]
 * @property {{ reason: string | null } | null} [sentBack] null unless its expense was sent back to review
 * @property {ReadValues | null} [read] null once there is an expense, and before anything was read
 *
 * @typedef {import("./api/types.js").RunSummary & { status: Status } & OfReceipt} RunSummary
 * @typedef {{ items: RunSummary[], nextCursor: string | null }} RunPage
 *
 * @typedef {object} Evidence where a value stands in the transcript
 * @property {number} line number of the line, from 0
 * @property {string} text the whole line
 * @property {number} start first character of the value in the line
 * @property {number} end the character after its last
 * @property {string | null} [path] of the element in an e-invoice's XML that says it
 *
 * @typedef {{ value: string | null, evidence: Evidence | null, confidence: number }} ExtractedField
 * @typedef {{ value: string, evidence: Evidence, source: string }} Alternative what a language model read instead
 * @typedef {object} EInvoice the XML that the values were read from
 * @property {string} syntax
 * @property {string | null} profile
 * @property {string | null} fileName its name in the PDF; null where it came by itself
 * @typedef {object} ReadBeside what was read beside the fields themselves
 * @property {EInvoice | null} [eInvoice]
 * @property {{ name: string, form: string | null, isRead: boolean, reason: string | null }[]} [attachments]
 * @property {KnownAs | null} [knownAs]
 * @property {import("./api/types.js").ProposedCategory | null} [proposedCategory] what the account may choose
 * @property {Partial<Record<FieldName, Alternative>>} [alternatives]
 *
 * @typedef {Record<FieldName, ExtractedField> & ReadBeside} Extraction
 *
 * @typedef {object} KnownAs by what the merchant was recognised as one that the account knows
 * @property {"name" | "look_alike" | "tax_id" | "iban" | "contact"} by
 * @property {number} times on how many receipts that was seen
 * @property {string} since UTC, ISO 8601
 * @property {string | null} spelling the name as it was read
 * @property {string | null} taxId
 * @property {string | null} iban
 * @property {string | null} contact a web address, or the end of a telephone number
 *
 * @typedef {object} Duplicate
 * @property {string} runId
 * @property {string} receiptId
 * @property {string} merchant
 * @property {string} date
 * @property {string} total
 * @property {string} currency
 *
 * @typedef {object} OfReview
 * @property {"approve" | "reject" | null} decision
 * @property {Duplicate | null} [duplicateOf] of a receipt
 * @property {unknown} [proposed] of another kind
 *
 * @typedef {import("./api/types.js").RunReview & OfReview} Review
 *
 * @typedef {object} ReadOfReceipt what one run of a receipt shows beside
 * @property {Extraction | null} extraction
 * @property {{ lines: string[], boxes: { page: number, words: number[][] }[] } | null} transcript
 * @property {Review | null} review
 * @property {{ splitOf: LinkedReceipt | null, parts: LinkedReceipt[], joinedInto: LinkedReceipt | null, photos: LinkedReceipt[] }} [links] receipts that were made of its picture, or it of theirs
 *
 * @typedef {{ runId: string, receiptId: string, status: Status }} LinkedReceipt
 *
 * @typedef {ReadOfReceipt & RunSummary & import("./api/types.js").RunDetail} Run
 */

import { answerOf, del, get, onceOnly, patch, post, request } from "./api/client.js";

export { accountHeader, ApiError, bindToAccount, ConnectionError, parseProblem } from "./api/client.js";

/** @returns {Promise<Session>} */
export function getSession() {
  return get("/api/session");
}

export async function signOut() {
  await del("/api/session");
}

/** End all browser sessions of whoever is signed in, this one too. */
export async function signOutEverywhere() {
  await del("/api/sessions");
}

/** @returns {Promise<Token[]>} the newest 100 */
export async function listTokens() {
  return (await get("/api/tokens", { query: { limit: 100 } })).items;
}

/** @param {string} id */
export async function revokeToken(id) {
  await del("/api/tokens/{token_id}", { path: { token_id: id } });
}

/**
 * @param {number} limit
 * @returns {Promise<{ items: Notice[], unread: number, needsYou: number }>} newest first; `unread` counts all
 */
export function listNotices(limit) {
  return get("/api/notices", { query: { limit } });
}

/**
 * @param {{ ids: string[] } | { until: string }} which these, or all that were made then or before
 * @returns {Promise<{ unread: number, needsYou: number }>}
 */
export function markNoticesRead(which) {
  return post("/api/notices/read", which);
}

/**
 * @param {{ limit?: number, cursor?: string | null, status?: Status, unresolved?: boolean }} [options]
 * @returns {Promise<RunPage>} newest first
 */
export async function listRuns({ limit = 50, cursor, status, unresolved } = {}) {
  const page = /** @type {RunPage} */ (await get("/api/runs", { query: { limit, cursor, status, unresolved } }));
  return { items: page.items.filter(isListed), nextCursor: page.nextCursor };
}

/** @returns {Promise<{ newest: RunPage, review: RunPage, failed: RunPage, notices: { unread: number, needsYou: number } }>} */
export async function getInbox() {
  const { newest, review, failed, notices } = await get("/api/inbox");
  const listed = (/** @type {RunPage} */ { items, nextCursor }) => ({ items: items.filter(isListed), nextCursor });
  return { newest: listed(/** @type {RunPage} */ (newest)), review: listed(/** @type {RunPage} */ (review)), failed: listed(/** @type {RunPage} */ (failed)), notices };
}

/**
 * @param {RunSummary} run
 * @returns {boolean} whether it has a place in a list of receipts: a run of another kind only where it wants a person
 */
function isListed({ receipt, status, notUndone, escalated }) {
  return Boolean(receipt) || status === "needs_review" || status === "failed" || Boolean(notUndone || escalated);
}

/**
 * @param {string[]} ids at most 100
 * @returns {Promise<RunSummary[]>}
 */
export async function getRunSummaries(ids) {
  return /** @type {RunPage} */ (await get("/api/runs", { query: { ids: ids.join(",") } })).items;
}

/**
 * @param {string} id
 * @param {{ signal?: AbortSignal, unlessTag?: string | null, isPatient?: boolean }} [options] with `unlessTag` (an ETag) the
 *   server waits up to 20 s for a change, unless `isPatient` is false
 * @returns {Promise<{ run: Run | null, tag: string | null }>} `run` is null when nothing changed
 */
export async function getRun(id, { signal, unlessTag, isPatient = true } = {}) {
  /** @type {Record<string, string>} */
  const headers = unlessTag ? { "If-None-Match": unlessTag } : {};
  if (unlessTag && isPatient) headers.Prefer = "wait=20";
  const response = await request(`/api/runs/${encodeURIComponent(id)}`, { headers, signal, cache: "no-store" });
  if (response.status === 304) return { run: null, tag: unlessTag ?? null };
  return { run: await answerOf(response), tag: response.headers.get("ETag") };
}

/**
 * @param {string} id the run's
 * @param {{ signal?: AbortSignal, unlessTag?: string | null, cursor?: string }} [options] `unlessTag` is the version that is known
 * @returns {Promise<{ timeline: Timeline | null, tag: string | null }>} null where it has not changed
 */
export async function getTimeline(id, { signal, unlessTag, cursor } = {}) {
  const headers = unlessTag ? { "If-None-Match": unlessTag } : undefined;
  const page = new URLSearchParams({ limit: "100", ...(cursor && { cursor }) });
  const response = await request(`/api/runs/${encodeURIComponent(id)}/timeline?${page}`, { signal, headers });
  return { timeline: await answerOf(response), tag: response.headers.get("ETag") };
}

/**
 * @param {string} id the run's
 * @param {{ decision: "approve" | "reject", values?: Partial<Record<FieldName, string>>, comment?: string }} body
 */
export async function decideReview(id, body) {
  await post("/api/runs/{run_id}/review", body, ofRun(id));
}

/**
 * @param {string} id a run that waits because its account's AI budget was spent
 * @returns {Promise<{ runId: string }>} the run that reads the receipt now
 */
export function readAgain(id) {
  return post("/api/runs/{run_id}/read-again", null, { ...ofRun(id), headers: onceOnly() });
}

/**
 * @param {string} id the run's
 * @param {Operation} operation
 * @param {{ reason: string, values?: Partial<Record<FieldName, string>> }} body values are for a retry only
 */
export async function operateRun(id, operation, body) {
  await post(`/api/runs/{run_id}/${operation}`, body, { ...ofRun(id), headers: onceOnly() });
}

/** @param {string} id */
function ofRun(id) {
  return { path: { run_id: id } };
}

/**
 * @param {string} merchant
 * @param {Pick<KnownAs, "spelling" | "taxId" | "iban" | "contact">} lead what shall no longer lead to it
 */
export async function forgetMerchant(merchant, { spelling, taxId, iban, contact }) {
  await post("/api/merchants/forget", { merchant, spelling, taxId, iban, contact });
}

/**
 * @param {number} limit
 * @returns {Promise<Export[]>} newest first
 */
export async function listExports(limit) {
  return (await get("/api/exports", { query: { limit } })).items;
}

/**
 * @param {import("./api/types.js").FormatName} format
 * @param {{ from?: string, to?: string, currency?: string }} filter days (YYYY-MM-DD), and an ISO 4217 code
 */
export async function askForExport(format, filter) {
  await post("/api/exports", { format, filter }, { headers: onceOnly() });
}

/**
 * @param {string} id the expense's
 * @param {string | null} category
 * @returns {Promise<Expense>}
 */
export function changeCategory(id, category) {
  return patch("/api/expenses/{expense_id}", { category }, ofExpense(id));
}

/**
 * @param {string} id the expense's
 * @param {{ merchant: string, registeredName: string | null }} names
 * @returns {Promise<Expense>}
 */
export function changeNames(id, names) {
  return patch("/api/expenses/{expense_id}/names", names, ofExpense(id));
}

/**
 * @param {string} id of an expense
 * @param {import("./api/types.js").DocumentChange} facts those that change; null takes away
 * @returns {Promise<Expense>}
 */
export function changeDocument(id, facts) {
  return patch("/api/expenses/{expense_id}/document", facts, ofExpense(id));
}

/**
 * @param {string} id a receipt's
 * @param {{ paidBy: "company" | "employee" }} change
 */
export function changeReceipt(id, change) {
  return patch("/api/receipts/{receipt_id}", change, { path: { receipt_id: id } });
}

/** @param {string} id */
function ofExpense(id) {
  return { path: { expense_id: id } };
}

/**
 * @param {"retry" | "abandon"} operation
 * @param {string[]} ids of failed runs, at most 100
 * @param {string} reason
 * @returns {Promise<BulkResult>}
 */
export function operateDeadLetters(operation, ids, reason) {
  return post(`/api/dead-letters/${operation}`, { ids, reason });
}

/**
 * @param {ReceiptFile} receipt
 * @param {160 | 320 | 640} width pixels
 * @returns {string | null} address of a small picture; null where there is none
 */
export function smallPicture({ imageUrl, mediaType }, width) {
  return mediaType.startsWith("image/") ? `${imageUrl}?width=${width}` : null;
}

// @ts-check
/**
 * The HTTP API, one function a request. Everything answers JSON; errors are RFC 9457 problems.
 *
 * @typedef {"processing" | "needs_review" | "complete" | "rejected" | "failed" | "cancelled"} Status
 * @typedef {"merchant" | "registeredName" | "date" | "total" | "tax" | "currency" | "category"} MainField
 * @typedef {MainField | keyof DocumentFacts} FieldName
 * @typedef {import("./api/types.js").SessionShape} Session
 *
 * @typedef {object} AiBudget US dollars as decimal strings
 * @property {string | null} daily what AI may cost a day, null for no limit
 * @property {string | null} own what an owner set, null where the deployment's setting holds
 * @property {string} countedToday
 *
 * @typedef {{ baseCurrency: string | null, companyNames: string[], taxIds: string[], aiBudget: AiBudget }} Account
 * @typedef {Partial<{ baseCurrency: string | null, aiDailyBudget: string | null, companyNames: string[], taxIds: string[] }>} AccountChange
 *
 * @typedef {object} Base an expense in the account's base currency
 * @property {string} currency ISO 4217 code
 * @property {string} total decimal string with the currency's digits
 * @property {string | null} tax the same
 * @property {string} rate decimal string: how much of it one of the expense's currency was worth
 * @property {string} rateDate calendar date, YYYY-MM-DD
 * @property {string} source where the rate was read
 *
 * @typedef {object} DocumentFacts what a document says beside the values of an expense; null where it does not
 * @property {string | null} documentKind receipt, invoice, credit_note, statement or other
 * @property {string | null} receiptNumber
 * @property {string | null} dueDate calendar date, YYYY-MM-DD
 * @property {string | null} amountDue decimal string
 * @property {string | null} buyer
 *
 * @typedef {ExpenseValues & DocumentFacts} Expense
 *
 * @typedef {object} ExpenseValues
 * @property {string} id
 * @property {string} runId
 * @property {string} receiptId
 * @property {string} merchant
 * @property {string | null} registeredName the firm that sold
 * @property {string} date calendar date, YYYY-MM-DD
 * @property {string} total decimal string with the currency's digits, below zero where money came back
 * @property {string | null} tax the same
 * @property {string} currency ISO 4217 code
 * @property {string | null} category
 * @property {Base | null} base
 * @property {import("./api/types.js").BaseMissingShape | null} baseMissing why there is no base
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
 * @property {number} [size] bytes; not in summaries
 *
 * @typedef {object} RunSummary
 * @property {string} id
 * @property {Status} status
 * @property {string} state
 * @property {string} message the sentence for the user
 * @property {string | null} reason
 * @property {string} createdAt UTC, ISO 8601
 * @property {string} updatedAt UTC, ISO 8601
 * @property {number} stateVersion
 * @property {string} kind
 * @property {ReceiptFile} [receipt] of a run that reads one
 * @property {Expense | null} [expense] the same
 * @property {ReadValues | null} [read] the same; null once there is an expense, and before anything was read
 * @property {{ errorClass: string, summary: string } | null} error what the last failed attempt said
 * @property {string | null} [step] name of the step under way; only in summaries
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
 * @property {KnownAs | null} [knownAs]
 * @property {Partial<Record<FieldName, Alternative>>} [alternatives]
 *
 * @typedef {Record<FieldName, ExtractedField> & ReadBeside} Extraction
 *
 * @typedef {object} KnownAs by what the merchant was recognised as one that the account knows
 * @property {"name" | "look_alike" | "tax_id"} by
 * @property {number} times on how many receipts that was seen
 * @property {string} since UTC, ISO 8601
 * @property {string | null} spelling the name as it was read
 * @property {string | null} taxId
 *
 * @typedef {object} Step
 * @property {string} name
 * @property {"pending" | "running" | "retrying" | "completed" | "failed"} outcome
 * @property {number} attempts
 * @property {string | null} startedAt
 * @property {string | null} endedAt
 * @property {string | null} error
 *
 * @typedef {object} Duplicate
 * @property {string} runId
 * @property {string} receiptId
 * @property {string} merchant
 * @property {string} date
 * @property {string} total
 * @property {string} currency
 *
 * @typedef {object} Review
 * @property {string} id
 * @property {string} reason
 * @property {string[]} reasons stable codes, such as total_uncertain
 * @property {string[]} sentences what to do about each
 * @property {string} deadline
 * @property {boolean} escalated
 * @property {"approve" | "reject" | null} decision
 * @property {Duplicate | null} [duplicateOf] of a receipt
 * @property {unknown} [proposed] of another kind
 *
 * @typedef {object} Explanation what a run says about itself, for whoever operates it
 * @property {string} whatHappened a sentence or two
 * @property {string | null} lastSuccessfulStep
 * @property {Record<string, unknown>} externalIds by what gave them
 * @property {string[]} tried a line for each step that was begun
 * @property {boolean} safeToRetry
 * @property {string[]} mustNotRepeat effects elsewhere that happened, or of which nobody knows
 * @property {string} nextSafeAction
 * @property {string | null} nextRetryAt UTC, ISO 8601
 * @property {boolean} requiresHumanReview
 * @property {boolean} cancelRequested
 * @property {boolean} paused
 *
 * @typedef {object} RunDetails
 * @property {string} kind
 * @property {number} generation
 * @property {string | null} previousRunId
 * @property {Step[]} steps
 * @property {Extraction | null} extraction
 * @property {{ lines: string[] } | null} transcript
 * @property {Review | null} review
 *
 * @typedef {RunSummary & Explanation & RunDetails} Run
 *
 * @typedef {object} TimelineItem
 * @property {string} kind step, attempt, compensation, wait, ai_call, delivery, decision or act
 * @property {string} name
 * @property {string | null} step
 * @property {number} generation
 * @property {number | null} attempt
 * @property {string} startedAt UTC, ISO 8601
 * @property {string | null} endedAt null while it goes on
 * @property {string} outcome
 * @property {string | null} reason
 * @property {string | null} error
 * @property {string | null} actor
 * @property {string | null} until
 *
 * @typedef {object} Timeline
 * @property {string} startedAt
 * @property {string | null} endedAt null while something may still happen
 * @property {TimelineItem[]} items in the order of their beginnings
 *
 * @typedef {object} Notice what the account is told
 * @property {string} id
 * @property {string} runId
 * @property {string} message
 * @property {string} createdAt UTC, ISO 8601
 * @property {string | null} readAt null until somebody of the account has read it
 *
 * @typedef {object} Token a bearer token; never its secret
 * @property {string} id
 * @property {string} name
 * @property {string} userName
 * @property {"active" | "expired" | "revoked"} status
 * @property {string | null} expiresAt UTC, ISO 8601
 * @property {string | null} revokedAt the same
 *
 * @typedef {object} Export expenses that are handed on in a file
 * @property {string} id
 * @property {Status} status
 * @property {string} message
 * @property {{ done: number, of: number }} progress expenses that are gathered
 * @property {number} count of the expenses that are in it
 * @property {{ currency: string, total: string }[]} totals
 * @property {string} fileName
 * @property {string | null} fileUrl null until the file is there
 * @property {number | null} size bytes
 * @property {string} createdAt UTC, ISO 8601
 *
 * @typedef {{ items: RunSummary[], nextCursor: string | null }} RunPage
 *
 * @typedef {"retry" | "abandon" | "cancel" | "pause" | "resume" | "resend" | "deliver"} Operation
 * @typedef {{ done: string[], refused: Record<string, string> }} BulkResult ids of runs; refused ones with the reason
 */

import { request, send } from "./api/client.js";

export { accountHeader, ApiError, bindToAccount, ConnectionError, parseProblem } from "./api/client.js";

/**
 * @param {string} path
 * @param {unknown} body
 */
function post(path, body) {
  return send("POST", path, body);
}

/** @returns {Promise<Session>} */
export async function getSession() {
  return (await request("/api/session")).json();
}

/** @returns {Promise<Account>} */
export async function getAccount() {
  return (await request("/api/account")).json();
}

/**
 * @param {AccountChange} change null takes it away
 * @returns {Promise<Account>}
 */
export async function changeAccount(change) {
  return (await send("PATCH", "/api/account", change)).json();
}

export async function signOut() {
  await request("/api/session", { method: "DELETE" });
}

/** End all browser sessions of whoever is signed in, this one too. */
export async function signOutEverywhere() {
  await request("/api/sessions", { method: "DELETE" });
}

/** @returns {Promise<Token[]>} the newest 100 */
export async function listTokens() {
  return (await (await request("/api/tokens?limit=100")).json()).items;
}

/** @param {string} id */
export async function revokeToken(id) {
  await request(`/api/tokens/${encodeURIComponent(id)}`, { method: "DELETE" });
}

/**
 * @param {number} limit
 * @returns {Promise<{ items: Notice[], unread: number }>} newest first; `unread` counts all
 */
export async function listNotices(limit) {
  return (await request(`/api/notices?limit=${limit}`)).json();
}

/**
 * @param {{ ids: string[] } | { until: string }} which these, or all that were made then or before
 * @returns {Promise<{ unread: number }>}
 */
export async function markNoticesRead(which) {
  return (await post("/api/notices/read", which)).json();
}

/**
 * @param {{ limit?: number, cursor?: string | null, status?: Status }} [options]
 * @returns {Promise<RunPage>} newest first
 */
export async function listRuns({ limit = 50, cursor, status } = {}) {
  const query = new URLSearchParams({ limit: String(limit) });
  if (cursor) query.set("cursor", cursor);
  if (status) query.set("status", status);
  const { items, nextCursor } = await (await request(`/api/runs?${query}`)).json();
  return { items: items.filter(isListed), nextCursor };
}

/**
 * @param {RunSummary} run
 * @returns {boolean} whether it has a place in a list of receipts: a run of another kind only where it wants a person
 */
function isListed({ receipt, status }) {
  return Boolean(receipt) || status === "needs_review" || status === "failed";
}

/**
 * @param {string[]} ids at most 100
 * @returns {Promise<RunSummary[]>}
 */
export async function getRunSummaries(ids) {
  const page = await (await request(`/api/runs?ids=${ids.map(encodeURIComponent).join(",")}`)).json();
  return page.items;
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
  return { run: await response.json(), tag: response.headers.get("ETag") };
}

/**
 * @param {string} id the run's
 * @param {{ signal?: AbortSignal, unlessTag?: string | null }} [options] `unlessTag` is the version that is known
 * @returns {Promise<{ timeline: Timeline | null, tag: string | null }>} null where it has not changed
 */
export async function getTimeline(id, { signal, unlessTag } = {}) {
  const headers = unlessTag ? { "If-None-Match": unlessTag } : undefined;
  const response = await request(`/api/runs/${encodeURIComponent(id)}/timeline`, { signal, headers });
  return { timeline: response.status === 304 ? null : await response.json(), tag: response.headers.get("ETag") };
}

/**
 * @param {string} id the run's
 * @param {{ decision: "approve" | "reject", values?: Partial<Record<FieldName, string>>, comment?: string }} body
 */
export async function decideReview(id, body) {
  await post(`/api/runs/${encodeURIComponent(id)}/review`, body);
}

/**
 * @param {string} id a run that waits because its account's AI budget was spent
 * @returns {Promise<{ runId: string }>} the run that reads the receipt now
 */
export async function readAgain(id) {
  return (await post(`/api/runs/${encodeURIComponent(id)}/read-again`, {})).json();
}

/**
 * @param {string} id the run's
 * @param {Operation} operation
 * @param {{ reason: string, values?: Partial<Record<FieldName, string>> }} body values are for a retry only
 */
export async function operateRun(id, operation, body) {
  await post(`/api/runs/${encodeURIComponent(id)}/${operation}`, body);
}

/**
 * @param {string} merchant
 * @param {{ spelling: string | null, taxId: string | null }} lead what shall no longer lead to it
 */
export async function forgetMerchant(merchant, { spelling, taxId }) {
  await post("/api/merchants/forget", { merchant, spelling, taxId });
}

/**
 * @param {number} limit
 * @returns {Promise<Export[]>} newest first
 */
export async function listExports(limit) {
  return (await (await request(`/api/exports?limit=${limit}`)).json()).items;
}

/**
 * @param {string} format
 * @param {{ from?: string, to?: string, currency?: string }} filter days (YYYY-MM-DD), and an ISO 4217 code
 */
export async function askForExport(format, filter) {
  await post("/api/exports", { format, filter });
}

/**
 * @param {string} id the expense's
 * @param {string | null} category
 * @returns {Promise<Expense>}
 */
export async function changeCategory(id, category) {
  return (await send("PATCH", `/api/expenses/${encodeURIComponent(id)}`, { category })).json();
}

/**
 * @param {string} id the expense's
 * @param {{ merchant: string, registeredName: string | null }} names
 * @returns {Promise<Expense>}
 */
export async function changeNames(id, names) {
  return (await send("PATCH", `/api/expenses/${encodeURIComponent(id)}/names`, names)).json();
}

/**
 * @param {string} id of an expense
 * @param {Partial<DocumentFacts>} facts those that change; null takes away
 * @returns {Promise<Expense>}
 */
export async function changeDocument(id, facts) {
  return (await send("PATCH", `/api/expenses/${encodeURIComponent(id)}/document`, facts)).json();
}

/**
 * @param {"retry" | "abandon"} operation
 * @param {string[]} ids of failed runs, at most 100
 * @param {string} reason
 * @returns {Promise<BulkResult>}
 */
export async function operateDeadLetters(operation, ids, reason) {
  return (await post(`/api/dead-letters/${operation}`, { ids, reason })).json();
}

/**
 * @param {ReceiptFile} receipt
 * @param {160 | 320 | 640} width pixels
 * @returns {string | null} address of a small picture; null where there is none
 */
export function smallPicture({ imageUrl, mediaType }, width) {
  return mediaType.startsWith("image/") ? `${imageUrl}?width=${width}` : null;
}

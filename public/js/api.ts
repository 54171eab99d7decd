/**
 * The HTTP API as views ask it, one function a request. Its types are those of the API's own
 * description; what a kind shows of its runs stands beside them, and only that is written down
 * here.
 */
export type Account = import("./api/types.d.ts").AccountSettings;
export type AccountChange = import("./api/types.d.ts").ChangeRequest;
export type Status = import("./api/types.d.ts").Status;
export type Session = import("./api/types.d.ts").Session;
export type Expense = import("./api/types.d.ts").Expense;
export type Step = import("./api/types.d.ts").RunStep;
export type TimelineItem = import("./api/types.d.ts").TimelineItem;
export type Timeline = import("./api/types.d.ts").Timeline;
export type Notice = import("./api/types.d.ts").Notice;
export type Export = import("./api/types.d.ts").Export;
export type BulkResult = import("./api/types.d.ts").BulkResult;
export type Operation = "retry" | "abandon" | "cancel" | "pause" | "resume" | "resend" | "deliver";
type FactName = "documentKind" | "receiptNumber" | "dueDate" | "amountDue" | "buyer";
type MainField = "merchant" | "registeredName" | "date" | "total" | "tax" | "currency" | "category";
export type FieldName = MainField | FactName;
/** What a document says beside the values of an expense; null where it does not */
type DocumentFacts = Pick<Expense, FactName>;
export type ReadValues = ReadMain & DocumentFacts;

/** What was read of a receipt, not confirmed yet; null where it says nothing */
interface ReadMain {
  merchant: string | null;
  registeredName: string | null;
  /** calendar date, YYYY-MM-DD */
  date: string | null;
  /** decimal string */
  total: string | null;
  /** ISO 4217 code */
  currency: string | null;
}

export interface ReceiptFile {
  id: string;
  fileName: string | null;
  mediaType: string;
  imageUrl: string;
  /** company or employee, as was said with it */
  paidBy?: string;
  /** the mail that it came by */
  receivedMailId?: string | null;
  /** bytes; not in summaries */
  size?: number;
}

/** What a run that reads a receipt shows of it */
interface OfReceipt {
  receipt?: ReceiptFile;
  expense?: import("./api/types.d.ts").StagedExpense | null;
  /** null unless its expense was sent back to review */
  sentBack?: { reason: string | null } | null;
  /** null once there is an expense, and before anything was read */
  read?: ReadValues | null;
}

export type RunSummary = import("./api/types.d.ts").RunSummary & { status: Status } & OfReceipt;
export type RunPage = { items: RunSummary[]; nextCursor: string | null };

/** Where a value stands in the transcript */
export interface Evidence {
  /** number of the line, from 0 */
  line: number;
  /** the whole line */
  text: string;
  /** first character of the value in the line */
  start: number;
  /** the character after its last */
  end: number;
  /** of the element in an e-invoice's XML that says it */
  path?: string | null;
}

export type ExtractedField = {
  value: string | null;
  evidence: Evidence | null;
  confidence: number;
};
/** What a language model read instead */
export type Alternative = { value: string; evidence: Evidence; source: string };

/** The XML that the values were read from */
export interface EInvoice {
  syntax: string;
  profile: string | null;
  /** its name in the PDF; null where it came by itself */
  fileName: string | null;
}

/** What was read beside the fields themselves */
interface ReadBeside {
  eInvoice?: EInvoice | null;
  attachments?: { name: string; form: string | null; isRead: boolean; reason: string | null }[];
  knownAs?: KnownAs | null;
  /** the tax at each rate; what is not printed is null */
  taxLines?: { rate: string | null; net: string | null; tax: string }[];
  /** what the account may choose */
  proposedCategory?: import("./api/types.d.ts").ProposedCategory | null;
  alternatives?: Partial<Record<FieldName, Alternative>>;
}

export type Extraction = Record<FieldName, ExtractedField> & ReadBeside;

/** By what the merchant was recognised as one that the account knows */
export interface KnownAs {
  by: "name" | "look_alike" | "tax_id" | "iban" | "contact";
  /** on how many receipts that was seen */
  times: number;
  /** UTC, ISO 8601 */
  since: string;
  /** the name as it was read */
  spelling: string | null;
  taxId: string | null;
  iban: string | null;
  /** a web address, or the end of a telephone number */
  contact: string | null;
}

export interface Duplicate {
  runId: string;
  receiptId: string;
  merchant: string;
  date: string;
  total: string;
  currency: string;
}

interface OfReview {
  decision: "approve" | "reject" | null;
  /** of a receipt */
  duplicateOf?: Duplicate | null;
  /** of another kind */
  proposed?: unknown;
}

export type Review = import("./api/types.d.ts").RunReview & OfReview;

/** What one run of a receipt shows beside */
interface ReadOfReceipt {
  extraction: Extraction | null;
  transcript: { lines: string[]; boxes: { page: number; words: number[][] }[] } | null;
  review: Review | null;
  /** receipts that were made of its picture, or it of theirs */
  links?: {
    splitOf: LinkedReceipt | null;
    parts: LinkedReceipt[];
    joinedInto: LinkedReceipt | null;
    photos: LinkedReceipt[];
  };
}

type LinkedReceipt = { runId: string; receiptId: string; status: Status };
export type Run = ReadOfReceipt & RunSummary & import("./api/types.d.ts").RunDetail;

import { del, get, patch, post, request } from "./api/client.ts";

export {
  accountHeader,
  ApiError,
  bindToAccount,
  ConnectionError,
  parseProblem,
} from "./api/client.ts";

/** How long the server waits for a change of a run, at most. */
const CHANGE_SECONDS = 20;

export function getSession(): Promise<Session> {
  return get("/api/session");
}

export async function signOut() {
  await del("/api/session");
}

/** End all browser sessions of whoever is signed in, this one too. */
export async function signOutEverywhere() {
  await del("/api/sessions");
}

/** @returns newest first; `unread` counts all */
export function listNotices(
  limit: number,
): Promise<{ items: Notice[]; unread: number; needsYou: number }> {
  return get("/api/notices", { query: { limit } });
}

/** @param which these, or all that were made then or before */
export function markNoticesRead(
  which: { ids: string[] } | { until: string },
): Promise<{ unread: number; needsYou: number }> {
  return post("/api/notices/read", which);
}

/** @returns newest first */
export async function listRuns({
  limit = 50,
  cursor,
  status,
  unresolved,
}: {
  limit?: number;
  cursor?: string | null;
  status?: Status;
  unresolved?: boolean;
} = {}): Promise<RunPage> {
  const page = (await get("/api/runs", {
    query: { limit, cursor, status, unresolved },
  })) as RunPage;
  return { items: page.items.filter(isListed), nextCursor: page.nextCursor };
}

export async function getInbox(): Promise<{
  newest: RunPage;
  review: RunPage;
  failed: RunPage;
  notices: { unread: number; needsYou: number };
}> {
  const { newest, review, failed, notices } = await get("/api/inbox");
  const listed = ({ items, nextCursor }: RunPage) => ({
    items: items.filter(isListed),
    nextCursor,
  });
  return {
    newest: listed(newest as RunPage),
    review: listed(review as RunPage),
    failed: listed(failed as RunPage),
    notices,
  };
}

/**
 * @returns whether it has a place in a list of receipts: a run of another kind only where it wants
 * a person
 */
function isListed({ receipt, status, notUndone, escalated }: RunSummary): boolean {
  return (
    Boolean(receipt) ||
    status === "needs_review" ||
    status === "failed" ||
    Boolean(notUndone || escalated)
  );
}

/** @param ids at most 100 */
export async function getRunSummaries(ids: string[]): Promise<RunSummary[]> {
  return ((await get("/api/runs", { query: { ids: ids.join(",") } })) as RunPage).items;
}

/**
 * @param options with `unlessTag` (an ETag) the
 * server waits up to 20 s for a change, unless `isPatient` is false
 * @returns `run` is null when nothing changed
 */
export async function getRun(
  id: string,
  {
    signal,
    unlessTag,
    isPatient = true,
  }: { signal?: AbortSignal; unlessTag?: string | null; isPatient?: boolean } = {},
): Promise<{ run: Run | null; tag: string | null }> {
  const headers: Record<string, string> = unlessTag ? { "If-None-Match": unlessTag } : {};
  const waits = Boolean(unlessTag && isPatient);
  if (waits) headers.Prefer = `wait=${CHANGE_SECONDS}`;
  const answer = await request(`/api/runs/${encodeURIComponent(id)}`, {
    headers,
    signal,
    cache: "no-store",
    patienceMs: waits ? CHANGE_SECONDS * 1000 : 0,
  });
  if (answer.status === 304) return { run: null, tag: unlessTag ?? null };
  return { run: answer.body, tag: answer.tag };
}

/**
 * @param id the run's
 * @param options `unlessTag` is the version that is known
 * @returns null where it has not changed
 */
export async function getTimeline(
  id: string,
  {
    signal,
    unlessTag,
    cursor,
  }: { signal?: AbortSignal; unlessTag?: string | null; cursor?: string } = {},
): Promise<{ timeline: Timeline | null; tag: string | null }> {
  const headers = unlessTag ? { "If-None-Match": unlessTag } : undefined;
  const page = new URLSearchParams({ limit: "100", ...(cursor && { cursor }) });
  const { body, tag } = await request(`/api/runs/${encodeURIComponent(id)}/timeline?${page}`, {
    signal,
    headers,
  });
  return { timeline: body, tag };
}

/** @param id the run's */
export async function decideReview(
  id: string,
  body: {
    decision: "approve" | "reject";
    values?: Partial<Record<FieldName, string>>;
    comment?: string;
  },
) {
  await post("/api/runs/{run_id}/review", body, ofRun(id));
}

/**
 * @param id a run that waits because its account's AI budget was spent
 * @returns the run that reads the receipt now
 */
export function readAgain(id: string): Promise<{ runId: string }> {
  return post("/api/runs/{run_id}/read-again", null, { ...ofRun(id) });
}

/**
 * @param id the run's
 * @param body values are for a retry only
 */
export async function operateRun(
  id: string,
  operation: Operation,
  body: { reason: string; values?: Partial<Record<FieldName, string>> },
) {
  await post(`/api/runs/{run_id}/${operation}`, body, { ...ofRun(id) });
}

function ofRun(id: string) {
  return { path: { run_id: id } };
}

/** @param lead what shall no longer lead to it */
export async function forgetMerchant(
  merchant: string,
  { spelling, taxId, iban, contact }: Pick<KnownAs, "spelling" | "taxId" | "iban" | "contact">,
) {
  await post("/api/merchants/forget", { merchant, spelling, taxId, iban, contact });
}

/** @returns newest first */
export async function listExports(limit: number): Promise<Export[]> {
  return (await get("/api/exports", { query: { limit } })).items;
}

/** @param filter days (YYYY-MM-DD), and an ISO 4217 code */
export async function askForExport(
  format: import("./api/types.d.ts").FormatName,
  filter: { from?: string; to?: string; currency?: string },
) {
  await post("/api/exports", { format, filter });
}

/** @param id the expense's */
export function changeNames(
  id: string,
  names: { merchant: string; registeredName: string | null },
): Promise<Expense> {
  return patch("/api/expenses/{expense_id}/names", names, ofExpense(id));
}

/** @param id a receipt's */
export function changeReceipt(id: string, change: { paidBy: "company" | "employee" }) {
  return patch("/api/receipts/{receipt_id}", change, { path: { receipt_id: id } });
}

function ofExpense(id: string) {
  return { path: { expense_id: id } };
}

/** @param ids of failed runs, at most 100 */
export function operateDeadLetters(
  operation: "retry" | "abandon",
  ids: string[],
  reason: string,
): Promise<BulkResult> {
  return post(`/api/dead-letters/${operation}`, { ids, reason });
}

/**
 * @param width pixels
 * @returns address of a small picture; null where there is none
 */
export function smallPicture(
  { imageUrl, mediaType }: ReceiptFile,
  width: 160 | 320 | 640,
): string | null {
  return mediaType.startsWith("image/") ? `${imageUrl}?width=${width}` : null;
}

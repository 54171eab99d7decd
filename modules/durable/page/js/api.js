// @ts-check
/**
 * The HTTP API as the operator's page asks it, beside what views ask of `api/client.js` themselves.
 *
 * @typedef {import("./api/types.js").Status} Status
 * @typedef {import("./api/types.js").Session} Session
 * @typedef {import("./api/types.js").RunStep} Step
 * @typedef {import("./api/types.js").TimelineItem} TimelineItem
 * @typedef {import("./api/types.js").Timeline} Timeline
 * @typedef {import("./api/types.js").Kind} Kind
 * @typedef {import("./api/types.js").RunSummary & { status: Status }} RunSummary
 * @typedef {import("./api/types.js").RunReview & { proposed?: unknown }} Review
 * @typedef {{ runId: string, status: Status }} Linked
 * @typedef {{ splitOf: Linked | null, parts: Linked[], joinedInto: Linked | null, photos: Linked[] }} Links
 *
 * @typedef {import("./api/types.js").RunDetail & RunSummary & { review: Review | null, receipt?: undefined, links?: Links }} Run
 * @typedef {"retry" | "abandon" | "cancel" | "pause" | "resume" | "resend" | "deliver"} Operation
 * @typedef {import("./api/types.js").DecisionRequest} Decision
 */

import { signal as shared } from "@preact/signals";

import { answerOf, ConnectionError, del, get, onceOnly, post, request } from "./api/client.js";

export { ApiError, ConnectionError } from "./api/client.js";

/** Whether the last question of what is asked again and again found no server. */
export const isLost = shared(false);

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
  const response = await request(`/api/runs/${encodeURIComponent(id)}`, { headers, signal, cache: "no-store" }).catch((error) => {
    isLost.value = error instanceof ConnectionError;
    throw error;
  });
  isLost.value = false;
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
  const tag = response.headers.get("ETag");
  if (response.status === 304) return { timeline: null, tag };
  return { timeline: await answerOf(response), tag };
}

/**
 * @param {string} id the run's
 * @param {Decision} decision
 */
export async function decideReview(id, decision) {
  await post("/api/runs/{run_id}/review", decision, ofRun(id));
}

/**
 * @param {string} id the run's
 * @param {Operation} operation
 * @param {{ reason: string, values?: Record<string, string> }} body
 */
export async function operateRun(id, operation, { reason }) {
  await post(`/api/runs/{run_id}/${operation}`, { reason }, { ...ofRun(id), headers: onceOnly() });
}

/** @param {string} id */
function ofRun(id) {
  return { path: { run_id: id } };
}

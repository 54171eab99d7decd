// @ts-check
/**
 * The one way to the API. Everything answers JSON; errors are RFC 9457 problems. `get`, `post`, `patch`, `put` and `del`
 * are typed by the API's own OpenAPI document.
 */

import inGerman from "../german.js";
import { withoutRoutes } from "../values/routes.js";
import { language, locale, t } from "../words.js";

/** @import { paths } from "./types.js" */

/** @typedef {"get" | "post" | "put" | "patch" | "delete"} Method */

/** Paths that have this method. @template {Method} M @typedef {{ [P in keyof paths]: paths[P] extends Record<M, unknown> ? P : never }[keyof paths]} PathOf */

/**
 * @template {keyof paths} P
 * @template {Method} M
 * @typedef {paths[P] extends Record<M, infer Operation> ? Operation : never} OperationOf
 */

/** @template Operation @template {"query" | "body" | "answer"} Part @typedef {Operation extends Record<Part, infer Type> ? Type : never} PartOf */

/**
 * @template Query
 * @typedef {object} Asked
 * @property {Record<string, string>} [path] what stands in for `{names}` of the path
 * @property {Query} [query] what is null, undefined or empty is left out
 * @property {AbortSignal} [signal]
 * @property {Record<string, string>} [headers] such as If-Match or Idempotency-Key
 */

const KEY = "Idempotency-Key";
/** How long a request with a key waits before it is sent again. */
const PAUSES_MS = [500, 2_000];

/** The server refused. `message` is the problem's `detail`: a sentence that says what to do. */
export class ApiError extends Error {
  /**
   * @param {number} status HTTP status
   * @param {Record<string, any>} problem the problem+json body; empty where there was none
   */
  constructor(status, problem) {
    super(withoutRoutes(problem.detail ?? problem.title ?? "") || t`The server answered with status ${status}. Try again in a moment.`);
    this.name = "ApiError";
    this.status = status;
    /** What else it says, such as the `current` version of what was changed meanwhile. */
    this.problem = problem;
    /** The stable code, such as `invalid-values`. */
    this.code =
      String(problem.type ?? "")
        .split(":")
        .at(-1) ?? "";
    /** @type {{ field: string, message: string }[]} */
    this.fieldErrors = (problem.errors ?? []).map((/** @type {{ field: string, message: string }} */ each) => ({ ...each, message: withoutRoutes(each.message) }));
  }
}

/** The server could not be reached. */
export class ConnectionError extends Error {
  constructor() {
    super(t`Tillroll cannot be reached. Check the connection.`);
    this.name = "ConnectionError";
  }
}

/** @type {string | null} */
let accountId = null;

/**
 * From now on every request says that it is meant for this account: a browser whose session became another's in a
 * second tab changes nothing from this page any more.
 *
 * @param {string} id
 */
export function bindToAccount(id) {
  accountId = id;
}

/** @returns {Record<string, string>} the header that says which account a request is meant for */
export function accountHeader() {
  return accountId ? { "X-Account": accountId } : {};
}

/**
 * One with an Idempotency-Key is sent again where no answer came.
 *
 * @param {string} path
 * @param {RequestInit} [init]
 * @returns {Promise<Response>} also for 304
 * @throws {ApiError | ConnectionError}
 */
export async function request(path, init) {
  const mayComeAgain = KEY in (init?.headers ?? {});
  for (const pause of mayComeAgain ? PAUSES_MS : []) {
    try {
      return await requestNow(path, init);
    } catch (error) {
      const isInFlight = error instanceof ApiError && error.code === "request-in-flight";
      if (!isInFlight && !(error instanceof ConnectionError)) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  return requestNow(path, init);
}

/**
 * @param {string} path
 * @param {RequestInit} [init]
 */
async function requestNow(path, init) {
  let response;
  try {
    response = await fetch(path, { ...init, headers: { ...init?.headers, ...accountHeader() } });
  } catch (error) {
    if (init?.signal?.aborted) throw error;
    throw new ConnectionError();
  }
  if (response.ok || response.status === 304) return response;
  throw new ApiError(response.status, await inOurWords(parseProblem(await response.text())));
}

/**
 * @param {string} text a response body
 * @returns {Record<string, any>} the problem, or an empty object when the body is none
 */
export function parseProblem(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {}; // an error page of something between us and the server
  }
}

/**
 * @param {"POST" | "PATCH" | "PUT"} method
 * @param {string} path
 * @param {unknown} body null for none
 * @param {Asked<unknown>} [options]
 */
export function send(method, path, body, { signal, headers } = {}) {
  if (body === null) return request(path, { method, signal, headers });
  const all = { "Content-Type": "application/json", ...headers };
  return request(path, { method, signal, headers: all, body: JSON.stringify(body) });
}

/** Headers under which a request is carried out once, also where its answer is lost and it is sent again. */
export function onceOnly() {
  return { [KEY]: crypto.randomUUID() };
}

/**
 * @template {PathOf<"get">} P
 * @param {P} path as the API's description has it, with its `{names}`
 * @param {Asked<PartOf<OperationOf<P, "get">, "query">>} [options]
 * @returns {Promise<PartOf<OperationOf<P, "get">, "answer">>}
 * @throws {ApiError | ConnectionError}
 */
export async function get(path, options = {}) {
  const { signal, headers } = options;
  return answerOf(await request(addressOf(path, options), { signal, headers }));
}

/**
 * @template {PathOf<"post">} P
 * @param {P} path
 * @param {PartOf<OperationOf<P, "post">, "body">} body
 * @param {Asked<PartOf<OperationOf<P, "post">, "query">>} [options]
 * @returns {Promise<PartOf<OperationOf<P, "post">, "answer">>}
 * @throws {ApiError | ConnectionError}
 */
export async function post(path, body, options = {}) {
  return answerOf(await send("POST", addressOf(path, options), body, options));
}

/**
 * @template {PathOf<"patch">} P
 * @param {P} path
 * @param {PartOf<OperationOf<P, "patch">, "body">} body
 * @param {Asked<PartOf<OperationOf<P, "patch">, "query">>} [options]
 * @returns {Promise<PartOf<OperationOf<P, "patch">, "answer">>}
 * @throws {ApiError | ConnectionError}
 */
export async function patch(path, body, options = {}) {
  return answerOf(await send("PATCH", addressOf(path, options), body, options));
}

/**
 * @template {PathOf<"put">} P
 * @param {P} path
 * @param {PartOf<OperationOf<P, "put">, "body">} body
 * @param {Asked<PartOf<OperationOf<P, "put">, "query">>} [options]
 * @returns {Promise<PartOf<OperationOf<P, "put">, "answer">>}
 * @throws {ApiError | ConnectionError}
 */
export async function put(path, body, options = {}) {
  return answerOf(await send("PUT", addressOf(path, options), body, options));
}

/**
 * @template {PathOf<"delete">} P
 * @param {P} path
 * @param {Asked<PartOf<OperationOf<P, "delete">, "query">>} [options]
 * @returns {Promise<PartOf<OperationOf<P, "delete">, "answer">>}
 * @throws {ApiError | ConnectionError}
 */
export async function del(path, options = {}) {
  const { signal, headers } = options;
  return answerOf(await request(addressOf(path, options), { method: "DELETE", signal, headers }));
}

/**
 * An answer of the API, with the Worker's sentences in the page's language. Their catalogue is loaded by its readers alone.
 *
 * @template T
 * @param {T} answer JSON
 * @returns {Promise<T>}
 */
export async function inOurWords(answer) {
  if (language === "en") return answer;
  return inGerman(answer, locale);
}

/** @param {Response} response @returns {Promise<any>} its JSON, in the page's language; null where it has none */
export async function answerOf(response) {
  return response.status === 204 || response.status === 304 ? null : inOurWords(await response.json());
}

/**
 * @param {string} path with `{names}`
 * @param {{ path?: Record<string, string>, query?: unknown }} options
 * @returns {string}
 * @throws {TypeError} the path has a name without a value
 */
function addressOf(path, { path: names = {}, query }) {
  const filled = path.replace(/\{(\w+)\}/g, (_, name) => {
    const value = names[name];
    if (value === undefined) throw new TypeError(`${path} needs a value for ${name}`);
    return encodeURIComponent(value);
  });
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each !== null && each !== undefined && each !== "") asked.append(name, String(each));
    }
  }
  const search = asked.toString();
  return search ? `${filled}?${search}` : filled;
}

/**
 * The one way to the API. Everything answers JSON; errors are RFC 9457 problems. `get`, `post`,
 * `patch`, `put` and `del` are typed by the API's own OpenAPI document.
 */

import inGerman from "../german.ts";
import { language, locale } from "../words.ts";
import { ApiError, ConnectionError, parseProblem } from "./errors.ts";
import { KEY, actOf, once } from "./keys.ts";
import { TimeLimit } from "./time-limit.ts";
import type { paths } from "./types.d.ts";

export { ApiError, ConnectionError, parseProblem } from "./errors.ts";

const NO_CONTENT = 204;
const NOT_MODIFIED = 304;
const NOBODY_SIGNED_IN = 401;

type Method = "get" | "post" | "put" | "patch" | "delete";

/** Paths that have this method. */
type PathOf<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<M, unknown> ? P : never;
}[keyof paths];

type OperationOf<P extends keyof paths, M extends Method> =
  paths[P] extends Record<M, infer Operation> ? Operation : never;

type PartOf<Operation, Part extends "query" | "body" | "answer"> =
  Operation extends Record<Part, infer Type> ? Type : never;

interface Asked<Query> {
  /** what stands in for `{names}` of the path */
  path?: Record<string, string>;
  /** what is null, undefined or empty is left out */
  query?: { [Name in keyof Query]: Query[Name] | undefined };
  signal?: AbortSignal | undefined;
  /** such as If-Match */
  headers?: Record<string, string> | undefined;
}

/** What `fetch` takes; what is undefined is not given. */
export interface RequestOptions extends Omit<RequestInit, "headers" | "signal"> {
  headers?: Record<string, string> | undefined;
  signal?: AbortSignal | null | undefined;
  /** how long the server may wait on purpose before it answers */
  patienceMs?: number;
  /** "bytes" where the answer is a file */
  reads?: "json" | "bytes";
  /** what a form of files holds, in words that are the same for the same; of other bodies the text */
  filled?: string;
  /** what is sent under a key, where the body has the act's own; `body` is what is filled in */
  bodyOf?: (key: string) => string;
}

/** An answer that was read to its end. */
export interface Answer {
  status: number;
  tag: string | null;
  /** JSON in the page's language, or the bytes; null where there is none */
  body: any;
}

let accountId: string | null = null;
let signInAgain: (() => Promise<void>) | null = null;
let answered = () => {};

/** From now on it hears of each answer: the server is reached. */
export function onAnswer(tell: () => void) {
  answered = tell;
}

/**
 * From now on, what the server refuses since the person signed in too long ago is sent once more
 * after they have signed in again.
 */
export function proveBy(again: () => Promise<void>) {
  signInAgain = again;
}

/**
 * From now on every request says that it is meant for this account: a browser whose session became
 * another's in a second tab changes nothing from this page any more.
 */
export function bindToAccount(id: string) {
  accountId = id;
}

/** @returns the header that says which account a request is meant for */
export function accountHeader(): Record<string, string> {
  return accountId ? { "X-Account": accountId } : {};
}

/**
 * What changes something has a key, and is sent again under it where no answer came: see keys.ts.
 *
 * @returns also for 304
 * @throws {ApiError | ConnectionError}
 */
export async function request(path: string, init: RequestOptions = {}): Promise<Answer> {
  const act = actOf(accountId, path, init);
  if (act === null) return requestNow(path, init);
  const { body = null, bodyOf = () => body, ...others } = init;
  return once(act, init.signal, (key) =>
    requestNow(path, { ...others, body: bodyOf(key), headers: { ...init.headers, [KEY]: key } }),
  );
}

async function requestNow(path: string, init: RequestOptions): Promise<Answer> {
  try {
    return await requestOnce(path, init);
  } catch (error) {
    const isTooLongAgo = error instanceof ApiError && error.code === "sign-in-again";
    if (!isTooLongAgo || signInAgain === null) throw error;
  }
  await signInAgain();
  return requestOnce(path, init);
}

async function requestOnce(path: string, init: RequestOptions): Promise<Answer> {
  const { answer, isOk, retryAfter } = await readAnswer(path, init);
  if (isOk || answer.status === NOT_MODIFIED) {
    answered();
    if (init.reads !== "bytes") answer.body = await inOurWords(answer.body);
    return answer;
  }
  const refused = new ApiError(answer.status, await inOurWords(answer.body), retryAfter);
  // A page of something in between says nothing of what became of the request.
  if (!refused.isOurs && refused.status !== NOBODY_SIGNED_IN) throw new ConnectionError();
  answered();
  throw refused;
}

/** @throws {ConnectionError} it did not come in time, or not whole */
async function readAnswer(path: string, init: RequestOptions) {
  const { signal = null, headers, patienceMs = 0, reads = "json", filled: _, ...others } = init;
  const limit = new TimeLimit(signal, patienceMs, others.body);
  try {
    const response = await fetch(path, {
      ...others,
      signal: limit.signal,
      headers: { ...headers, ...accountHeader() },
    });
    limit.begun();
    const body = await bodyOf(response, reads);
    const answer: Answer = { status: response.status, tag: response.headers.get("ETag"), body };
    return { answer, isOk: response.ok, retryAfter: response.headers.get("Retry-After") };
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ConnectionError();
  } finally {
    limit.end();
  }
}

/** @throws {SyntaxError | TypeError | DOMException} it is not whole, or not what was asked for */
async function bodyOf(response: Response, reads: "json" | "bytes") {
  if (response.status === NO_CONTENT || response.status === NOT_MODIFIED) return null;
  if (!response.ok) return parseProblem(await response.text());
  if (reads === "bytes") return new Uint8Array(await response.arrayBuffer());
  const answer = JSON.parse(await response.text());
  if (typeof answer !== "object" || answer === null) throw new SyntaxError("no object");
  return answer;
}

/** @param body null for none */
export function send(
  method: "POST" | "PATCH" | "PUT",
  path: string,
  body: unknown,
  { signal, headers }: Asked<unknown> = {},
) {
  if (body === null) return request(path, { method, signal, headers });
  const all = { "Content-Type": "application/json", ...headers };
  return request(path, { method, signal, headers: all, body: JSON.stringify(body) });
}

/**
 * @param path as the API's description has it, with its `{names}`
 * @throws {ApiError | ConnectionError}
 */
export async function get<P extends PathOf<"get">>(
  path: P,
  options: Asked<PartOf<OperationOf<P, "get">, "query">> = {},
): Promise<PartOf<OperationOf<P, "get">, "answer">> {
  const { signal, headers } = options;
  return (await request(addressOf(path, options), { signal, headers })).body;
}

/** @throws {ApiError | ConnectionError} */
export async function post<P extends PathOf<"post">>(
  path: P,
  body: PartOf<OperationOf<P, "post">, "body">,
  options: Asked<PartOf<OperationOf<P, "post">, "query">> = {},
): Promise<PartOf<OperationOf<P, "post">, "answer">> {
  return (await send("POST", addressOf(path, options), body, options)).body;
}

/** @throws {ApiError | ConnectionError} */
export async function patch<P extends PathOf<"patch">>(
  path: P,
  body: PartOf<OperationOf<P, "patch">, "body">,
  options: Asked<PartOf<OperationOf<P, "patch">, "query">> = {},
): Promise<PartOf<OperationOf<P, "patch">, "answer">> {
  return (await send("PATCH", addressOf(path, options), body, options)).body;
}

/** @throws {ApiError | ConnectionError} */
export async function put<P extends PathOf<"put">>(
  path: P,
  body: PartOf<OperationOf<P, "put">, "body">,
  options: Asked<PartOf<OperationOf<P, "put">, "query">> = {},
): Promise<PartOf<OperationOf<P, "put">, "answer">> {
  return (await send("PUT", addressOf(path, options), body, options)).body;
}

/** @throws {ApiError | ConnectionError} */
export async function del<P extends PathOf<"delete">>(
  path: P,
  options: Asked<PartOf<OperationOf<P, "delete">, "query">> = {},
): Promise<PartOf<OperationOf<P, "delete">, "answer">> {
  const { signal, headers } = options;
  return (await request(addressOf(path, options), { method: "DELETE", signal, headers })).body;
}

/**
 * An answer of the API, with the Worker's sentences in the page's language. Their catalogue is
 * loaded by its readers alone.
 *
 * @param answer JSON
 */
export async function inOurWords<T>(answer: T): Promise<T> {
  if (language === "en") return answer;
  return inGerman(answer, locale);
}

/**
 * @param path with `{names}`
 * @throws {TypeError} the path has a name without a value
 */
function addressOf(
  path: string,
  { path: names = {}, query }: { path?: Record<string, string>; query?: unknown },
): string {
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

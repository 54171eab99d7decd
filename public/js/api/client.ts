/**
 * The one way to the API. Everything answers JSON; errors are RFC 9457 problems. `get`, `post`,
 * `patch`, `put` and `del` are typed by the API's own OpenAPI document.
 */

import inGerman from "../german.ts";
import { withoutRoutes } from "../values/routes.ts";
import { language, locale, t } from "../words.ts";
import type { paths } from "./types.d.ts";

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
  /** such as If-Match or Idempotency-Key */
  headers?: Record<string, string> | undefined;
}

/** What `fetch` takes; what is undefined is not given. */
interface RequestOptions extends Omit<RequestInit, "headers" | "signal"> {
  headers?: Record<string, string> | undefined;
  signal?: AbortSignal | null | undefined;
}

const KEY = "Idempotency-Key";
/** How long a request with a key waits before it is sent again. */
const PAUSES_MS = [500, 2_000];

/** The server refused. `message` is the problem's `detail`: a sentence that says what to do. */
export class ApiError extends Error {
  /** HTTP status. */
  status: number;
  /** What else it says, such as the `current` version of what was changed meanwhile. */
  problem: Record<string, any>;
  /** The stable code, such as `invalid-values`. */
  code: string;
  fieldErrors: { field: string; message: string }[];

  /**
   * @param status HTTP status
   * @param problem the problem+json body; empty where there was none
   */
  constructor(status: number, problem: Record<string, any>) {
    super(
      withoutRoutes(problem.detail ?? problem.title ?? "") ||
        t`The server answered with status ${status}. Try again in a moment.`,
    );
    this.name = "ApiError";
    this.status = status;
    this.problem = problem;
    this.code =
      String(problem.type ?? "")
        .split(":")
        .at(-1) ?? "";
    this.fieldErrors = (problem.errors ?? []).map((each: { field: string; message: string }) => ({
      ...each,
      message: withoutRoutes(each.message),
    }));
  }
}

/** The server could not be reached. */
export class ConnectionError extends Error {
  constructor() {
    super(t`Tillroll cannot be reached. Check the connection.`);
    this.name = "ConnectionError";
  }
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
 * One with an Idempotency-Key is sent again where no answer came.
 *
 * @returns also for 304
 * @throws {ApiError | ConnectionError}
 */
export async function request(path: string, init?: RequestOptions): Promise<Response> {
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

async function requestNow(path: string, init: RequestOptions = {}): Promise<Response> {
  try {
    return await requestOnce(path, init);
  } catch (error) {
    const isTooLongAgo = error instanceof ApiError && error.code === "sign-in-again";
    if (!isTooLongAgo || signInAgain === null) throw error;
  }
  await signInAgain();
  return requestOnce(path, init);
}

async function requestOnce(path: string, init: RequestOptions) {
  const { signal = null, headers, ...others } = init;
  let response: Response;
  try {
    response = await fetch(path, {
      ...others,
      signal,
      headers: { ...headers, ...accountHeader() },
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ConnectionError();
  }
  answered();
  if (response.ok || response.status === 304) return response;
  throw new ApiError(response.status, await inOurWords(parseProblem(await response.text())));
}

/**
 * @param text a response body
 * @returns the problem, or an empty object when the body is none
 */
export function parseProblem(text: string): Record<string, any> {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {}; // an error page of something between us and the server
  }
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
 * Headers under which a request is carried out once, also where its answer is lost and it is sent
 * again.
 */
export function onceOnly() {
  return { [KEY]: crypto.randomUUID() };
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
  return answerOf(await request(addressOf(path, options), { signal, headers }));
}

/** @throws {ApiError | ConnectionError} */
export async function post<P extends PathOf<"post">>(
  path: P,
  body: PartOf<OperationOf<P, "post">, "body">,
  options: Asked<PartOf<OperationOf<P, "post">, "query">> = {},
): Promise<PartOf<OperationOf<P, "post">, "answer">> {
  return answerOf(await send("POST", addressOf(path, options), body, options));
}

/** @throws {ApiError | ConnectionError} */
export async function patch<P extends PathOf<"patch">>(
  path: P,
  body: PartOf<OperationOf<P, "patch">, "body">,
  options: Asked<PartOf<OperationOf<P, "patch">, "query">> = {},
): Promise<PartOf<OperationOf<P, "patch">, "answer">> {
  return answerOf(await send("PATCH", addressOf(path, options), body, options));
}

/** @throws {ApiError | ConnectionError} */
export async function put<P extends PathOf<"put">>(
  path: P,
  body: PartOf<OperationOf<P, "put">, "body">,
  options: Asked<PartOf<OperationOf<P, "put">, "query">> = {},
): Promise<PartOf<OperationOf<P, "put">, "answer">> {
  return answerOf(await send("PUT", addressOf(path, options), body, options));
}

/** @throws {ApiError | ConnectionError} */
export async function del<P extends PathOf<"delete">>(
  path: P,
  options: Asked<PartOf<OperationOf<P, "delete">, "query">> = {},
): Promise<PartOf<OperationOf<P, "delete">, "answer">> {
  const { signal, headers } = options;
  return answerOf(await request(addressOf(path, options), { method: "DELETE", signal, headers }));
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

/** @returns its JSON, in the page's language; null where it has none */
export async function answerOf(response: Response): Promise<any> {
  return response.status === 204 || response.status === 304
    ? null
    : inOurWords(await response.json());
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

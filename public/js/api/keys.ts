/**
 * Idempotency keys. A key belongs to what is filled in, not to a press: what is asked for again
 * before an answer was read goes under the same key, and the server does it once.
 */

import { ApiError, ConnectionError } from "./errors.ts";

export const KEY = "Idempotency-Key";

const CHANGES = new Set(["POST", "PUT", "PATCH", "DELETE"]);
/**
 * A key belongs to who is signed in. Sent twice, these do no harm by themselves: a code and the
 * challenge of a passkey are good once, a challenge that nobody answers ends, and a link that is
 * asked for again within a minute is the one that was mailed.
 */
const WITHOUT_PERSON =
  /^\/api\/(session|session\/passkey|session\/passkey-options|sign-in-links|mail-address\/confirm)$/;

/** How long it waits after each answer that did not come, before it is sent again. */
const PAUSES_MS = [500, 2_000];
/** How long what is still being carried out is waited for: the server takes it for dead then. */
const IN_FLIGHT_MS = 65_000;
const LONGEST_PAUSE_MS = 5_000;
const SERVER_TROUBLE = 500;
/** Of gateways, and of a server that cannot be reached for a moment. */
const PASSING = new Set([502, 503, 504]);

/** The keys of what was sent and not answered, by what was filled in. */
const unanswered = new Map<string, string>();

/**
 * @param accountId whose it is
 * @returns what is asked for, in words that are the same for the same; null where it changes
 * nothing, or nobody is signed in
 */
export function actOf(
  accountId: string | null,
  path: string,
  {
    method = "GET",
    headers = {},
    body,
    filled,
  }: {
    method?: string;
    headers?: Record<string, string> | undefined;
    body?: BodyInit | null;
    filled?: string;
  },
): string | null {
  if (!CHANGES.has(method)) return null;
  if (method === "POST" && WITHOUT_PERSON.test(path)) return null;
  const text = typeof body === "string" ? body : (filled ?? "");
  return [accountId, method, path, headers["If-Match"], text].join("\n");
}

/**
 * Carry out an act once: sent again under its key where no answer came.
 *
 * @param act as `actOf` names it
 * @param signal with it nobody waits for the answer any more
 * @param send under a key
 * @throws {unknown} what `send` throws in the end
 */
export function once<Answer>(
  act: string,
  signal: AbortSignal | null | undefined,
  send: (key: string) => Promise<Answer>,
): Promise<Answer> {
  return underKey(act, signal, (key) => untilAnswered(signal, () => send(key)));
}

/** Send an act under its key, which it has until an answer was read. */
async function underKey<Answer>(
  act: string,
  signal: AbortSignal | null | undefined,
  send: (key: string) => Promise<Answer>,
): Promise<Answer> {
  const key = unanswered.get(act) ?? crypto.randomUUID();
  unanswered.set(act, key);
  const forget = () => {
    if (unanswered.get(act) === key) unanswered.delete(act);
  };
  try {
    const answer = await send(key);
    forget();
    return answer;
  } catch (error) {
    if (signal?.aborted || isAnswer(error)) forget();
    throw error;
  }
}

const numbers = new WeakMap<File, number>();
let files = 0;

/** @returns the act of sending a file, which is the same for the same choice of it */
export function actOfFile(path: string, file: File): string {
  if (!numbers.has(file)) {
    files += 1;
    numbers.set(file, files);
  }
  return ["POST", path, numbers.get(file)].join("\n");
}

/**
 * @param sentAs what the browser keeps with a file that is on its way
 * @param paidBy another payer is another request
 * @returns the key of its sending, as public/sw.js has it too
 */
export function keyOfFile(sentAs: string, paidBy: string | null): string {
  return `${sentAs}-${paidBy ?? "unsaid"}`;
}

async function untilAnswered<Answer>(
  signal: AbortSignal | null | undefined,
  send: () => Promise<Answer>,
): Promise<Answer> {
  const begunAt = Date.now();
  let losses = 0;
  while (true) {
    try {
      return await send();
    } catch (error) {
      if (signal?.aborted) throw error;
      const pause = pauseAfter(error, losses, Date.now() - begunAt);
      if (pause === null) throw error;
      if (!isInFlight(error)) losses += 1;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

/**
 * @param losses how many answers were lost before
 * @param elapsedMs since it was sent first
 * @returns how long to wait before it is sent again; null where it is not
 */
function pauseAfter(error: unknown, losses: number, elapsedMs: number): number | null {
  const wanted = error instanceof ApiError ? (error.retryAfterMs ?? 0) : 0;
  if (isInFlight(error)) {
    if (elapsedMs >= IN_FLIGHT_MS) return null;
    return Math.min(Math.max(wanted, 1_000), LONGEST_PAUSE_MS);
  }
  const isLost =
    error instanceof ConnectionError || (error instanceof ApiError && PASSING.has(error.status));
  const pause = PAUSES_MS[losses];
  if (!isLost || pause === undefined) return null;
  return Math.min(Math.max(wanted, pause), LONGEST_PAUSE_MS);
}

/** The first one is still being carried out. */
export function isInFlight(error: unknown): boolean {
  return error instanceof ApiError && error.code === "request-in-flight";
}

/** Whether it says what became of the act: whoever asks for the same afterwards means it again. */
function isAnswer(error: unknown): boolean {
  return error instanceof ApiError && error.status < SERVER_TROUBLE && !isInFlight(error);
}

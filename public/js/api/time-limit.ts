/** How long a request may take: nobody looks at a page that waits for ever. */

/** To the head of an answer, beyond what its server waits on purpose. */
const HEAD_MS = 20_000;
/** From there to its end. */
const BODY_MS = 60_000;
/** Bytes of a request that the slowest line carries in a millisecond. */
const SLOWEST = 20;

export class TimeLimit {
  #controller = new AbortController();
  #timer: ReturnType<typeof setTimeout>;
  #caller;

  /**
   * @param caller ends it too
   * @param patienceMs how long the server may wait on purpose
   * @param body what is sent
   */
  constructor(caller: AbortSignal | null, patienceMs: number, body: unknown) {
    this.#caller = caller;
    if (caller?.aborted) this.#stop();
    caller?.addEventListener("abort", this.#stop);
    this.#timer = setTimeout(this.#stop, HEAD_MS + patienceMs + sizeOf(body) / SLOWEST);
  }

  /** For `fetch` */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The head of the answer is there. */
  begun() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#stop, BODY_MS);
  }

  /** It is over, in whatever way. */
  end() {
    clearTimeout(this.#timer);
    this.#caller?.removeEventListener("abort", this.#stop);
  }

  #stop = () => this.#controller.abort();
}

/** @returns bytes, or so */
function sizeOf(body: unknown): number {
  if (typeof body === "string") return body.length;
  if (!(body instanceof FormData)) return 0;
  return [...body.values()].reduce(
    (sum, value) => sum + (typeof value === "string" ? value.length : value.size),
    0,
  );
}

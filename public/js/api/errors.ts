/** What went wrong with a request: the server refused, or it was not reached. */

import { withoutRoutes } from "../values/routes.ts";
import { t } from "../words.ts";

/** The server refused. `message` is the problem's `detail`: a sentence that says what to do. */
export class ApiError extends Error {
  /** HTTP status. */
  status: number;
  /** What else it says, such as the `current` version of what was changed meanwhile. */
  problem: Record<string, any>;
  /** The stable code, such as `invalid-values`. */
  code: string;
  fieldErrors: { field: string; message: string }[];
  /** After how many milliseconds it can be tried again; null where nothing says so. */
  retryAfterMs: number | null;

  /**
   * @param status HTTP status
   * @param problem the problem+json body; empty where there was none
   * @param retryAfter the header of that name: seconds
   */
  constructor(status: number, problem: Record<string, any>, retryAfter: string | null = null) {
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
    const seconds = Number.parseInt(retryAfter ?? "", 10);
    this.retryAfterMs = Number.isNaN(seconds) ? null : seconds * 1000;
  }

  /** Whether Tillroll itself said it: between us and the server others have pages of their own. */
  get isOurs(): boolean {
    return "title" in this.problem;
  }
}

/** The server could not be reached, or what came of its answer cannot be read. */
export class ConnectionError extends Error {
  constructor() {
    super(t`No connection: try again.`);
    this.name = "ConnectionError";
  }
}

/**
 * @param text a response body
 * @returns the problem, or an empty object when the body is none
 */
export function parseProblem(text: string): Record<string, any> {
  try {
    const problem = JSON.parse(text);
    return typeof problem === "object" && problem !== null ? problem : {};
  } catch {
    return {}; // an error page of something between us and the server
  }
}

/** What the API has against what was filled in, beside the fields that it is about. */

import { ApiError } from "../api/client.ts";
import { sentenceOf } from "./request.ts";

/**
 * @param names of the form's fields
 * @returns by those names; and what is about none of them
 * @throws {unknown} what is no answer of the server, since it is a mistake in the page
 */
export function refusalOf(
  error: unknown,
  names: string[],
): { problems: Record<string, string>; problem: string | null } {
  const errors = error instanceof ApiError ? error.fieldErrors : [];
  if (errors.length === 0) return { problems: {}, problem: sentenceOf(error) };
  const problems: Record<string, string> = {};
  const others = [];
  for (const { field, message } of errors) {
    const name = names.find((each) => field.split(".").includes(each));
    if (name) problems[name] = message;
    else others.push(`${field}: ${message}`);
  }
  return { problems, problem: others.join(" ") || null };
}

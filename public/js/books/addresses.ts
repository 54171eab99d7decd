/**
 * Addresses of the pages of the books, and what a provider's page has sent a person back with.
 * Pure.
 */

import { t } from "../words.ts";

/** Which items are shown, under the API's own names */
export type Asked = { state: string; code: string; due: string };

/** What can be chosen; each is a state of items, or a reason of theirs. */
export const CHOICES = [
  { value: "", label: t`All items` },
  { value: "state=written", label: t`In the books` },
  { value: "state=new", label: t`Waiting: new` },
  { value: "due=true&state=written", label: t`Waiting: changed` },
  { value: "state=waiting", label: t`Waiting: begun` },
  { value: "state=set_aside", label: t`Set aside` },
  { value: "code=unmapped&state=set_aside", label: t`Set aside: unmapped` },
  { value: "state=conflict", label: t`Conflict` },
  { value: "state=credited", label: t`Taken back` },
  { value: "state=left_out", label: t`Left out` },
  { value: "code=not-approved&state=left_out", label: t`Left out: not approved yet` },
];

export function askedOf(query: URLSearchParams): Asked {
  return {
    state: query.get("state") ?? "",
    code: query.get("code") ?? "",
    due: query.get("due") === "true" ? "true" : "",
  };
}

/** @returns as CHOICES has it */
export function choiceOf({ code, due, state }: Asked): string {
  const given = Object.entries({ code, due, state }).filter(([, value]) => value);
  return new URLSearchParams(given).toString();
}

/**
 * @param id of a connection
 * @param choice of its items
 */
export function addressOf(id: string, choice: string = "") {
  return choice ? `/books/${id}?${choice}` : `/books/${id}`;
}

/**
 * The items behind a reason.
 *
 * @returns a choice
 */
export function choiceFor({ state, code }: { state: string; code: string | null }): string {
  // Why is only foretold for these: the list says it of each.
  if (state === "new") return choiceOf({ state, code: "", due: "" });
  if (code === "changed" || code === "again" || (state === "written" && code !== "file"))
    return choiceOf({ state, code: "", due: "true" });
  return choiceOf({ state, code: code ?? "", due: "" });
}

/** @param query of the address that a provider has sent a person back to */
export function returnedWith(query: URLSearchParams): {
  body: { state: string; code: string; realmId?: string } | null;
  problem: string | null;
} {
  const [state, code, realmId] = ["state", "code", "realmId"].map((name) => query.get(name));
  const refused = query.get("error");
  if (refused === "access_denied")
    return { body: null, problem: t`You said no there. Nothing is connected.` };
  if (refused)
    return {
      body: null,
      problem: t`The provider refused: ${query.get("error_description") ?? refused}. Connect again.`,
    };
  if (!state || !code)
    return {
      body: null,
      problem: t`This address is only for coming back from a provider. Connect from the page Books.`,
    };
  return { body: { state, code, ...(realmId ? { realmId } : {}) }, problem: null };
}

/** What can be typed to find expenses, as the server declares it, with the names that are known. */

import { signal } from "@preact/signals";

import { ApiError, get } from "../../api/client.ts";
import { fill } from "../../state/gaps.ts";
import type { SearchToken } from "../../api/types.d.ts";

export const tokens = signal<SearchToken[]>([]);

/** Ask for them. Without them one types without completion, and people are shown without names. */
export function loadTokens() {
  return fill(tokens, ask, (error) => {
    if (!(error instanceof ApiError)) throw error;
  });
}

async function ask() {
  tokens.value = (await get("/api/expenses/search-tokens")).items;
}

/** @param person an id */
export function nameOf(person: string): string | undefined {
  return tokens.value
    .find(({ parameter }) => parameter === "person")
    ?.values.find(({ value }) => value === person)?.label;
}

export interface Completion {
  /** what stands in place of the word that is typed */
  text: string;
  says: string;
  /** a token with its value; else its name, whose value comes next */
  isWhole: boolean;
}

/** Names that a person wrote need quotes where they have blanks. */
function whole(name: string, label: string) {
  return `${name}:${/\s/.test(label) ? `"${label}"` : label}`;
}

const MOST = 8;

/**
 * @param typed up to where one types
 * @returns `from`: where the word begins that a completion replaces
 */
export function completionsOf(typed: string): { from: number; completions: Completion[] } {
  const word = /(?:[^\s":]+:"[^"]*|\S*)$/.exec(typed)?.[0] ?? "";
  const from = typed.length - word.length;
  const [name = "", value] = word.split(":", 2);
  const bare = name.replace(/^-/, "").toLowerCase();
  if (value === undefined) {
    const fits = tokens.value.filter((each) =>
      word ? each.name?.startsWith(word.toLowerCase()) : true,
    );
    const shown = fits.map((each) => ({
      text: each.name ? `${each.name}:` : each.example,
      says: each.says,
      isWhole: !each.name,
    }));
    return {
      from,
      completions: word ? shown : shown.filter(({ text }) => text.endsWith(":") || !typed.trim()),
    };
  }
  const token = tokens.value.find(
    (each) => each.name === bare && (bare === name.toLowerCase() || each.parameter === "is"),
  );
  const wanted = value.replaceAll('"', "").toLowerCase();
  const labels = [
    ...(token?.values.map(({ label }) => label) ?? []),
    ...(token?.name === "category" ? ["none"] : []),
  ];
  const begins = labels.filter(
    (label) =>
      label
        .toLowerCase()
        .split(/[\s-]+/)
        .some((part) => part.startsWith(wanted)) || label.toLowerCase().startsWith(wanted),
  );
  return {
    from,
    completions: begins
      .slice(0, MOST)
      .map((label) => ({ text: whole(name, label), says: "", isWhole: true })),
  };
}

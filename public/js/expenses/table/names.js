// @ts-check
/** What can be typed to find expenses, as the server declares it, with the names that are known. */

import { signal } from "@preact/signals";

import { ApiError, ConnectionError, get } from "../../api/client.js";

/** @import { SearchToken } from "../../api/types.js" */

export const tokens = signal(/** @type {SearchToken[]} */ ([]));

/** Ask for them. Without them one types without completion, and people are shown without names. */
export async function loadTokens() {
  try {
    tokens.value = (await get("/api/expenses/search-tokens")).items;
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof ConnectionError)) throw error;
  }
}

/** @param {string} person an id @returns {string | undefined} */
export function nameOf(person) {
  return tokens.value.find(({ parameter }) => parameter === "person")?.values.find(({ value }) => value === person)?.label;
}

/**
 * @typedef {object} Completion
 * @property {string} text what stands in place of the word that is typed
 * @property {string} says
 * @property {boolean} isWhole a token with its value; else its name, whose value comes next
 */

/** Names that a person wrote need quotes where they have blanks. @param {string} name @param {string} label */
function whole(name, label) {
  return `${name}:${/\s/.test(label) ? `"${label}"` : label}`;
}

const MOST = 8;

/**
 * @param {string} typed up to where one types
 * @returns {{ from: number, completions: Completion[] }} `from`: where the word begins that a completion replaces
 */
export function completionsOf(typed) {
  const word = /(?:[^\s":]+:"[^"]*|\S*)$/.exec(typed)?.[0] ?? "";
  const from = typed.length - word.length;
  const [name = "", value] = word.split(":", 2);
  const bare = name.replace(/^-/, "").toLowerCase();
  if (value === undefined) {
    const fits = tokens.value.filter((each) => (word ? each.name?.startsWith(word.toLowerCase()) : true));
    const shown = fits.map((each) => ({ text: each.name ? `${each.name}:` : each.example, says: each.says, isWhole: !each.name }));
    return { from, completions: word ? shown : shown.filter(({ text }) => text.endsWith(":") || !typed.trim()) };
  }
  const token = tokens.value.find((each) => each.name === bare && (bare === name.toLowerCase() || each.parameter === "is"));
  const wanted = value.replaceAll('"', "").toLowerCase();
  const labels = [...(token?.values.map(({ label }) => label) ?? []), ...(token?.name === "category" ? ["none"] : [])];
  const begins = labels.filter((label) => label.toLowerCase().split(/[\s-]+/).some((part) => part.startsWith(wanted)) || label.toLowerCase().startsWith(wanted));
  return { from, completions: begins.slice(0, MOST).map((label) => ({ text: whole(name, label), says: "", isWhole: true })) };
}

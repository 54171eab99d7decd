// @ts-check
/** Handing expenses on: a month in a format becomes a file, and the newest files stay at hand. */

import { ApiError, askForExport, ConnectionError, listExports } from "./api.js";
import { byId, el } from "./dom.js";
import { counted, date, fileSize } from "./format.js";

/** @import { Export } from "./api.js" */

const POLL_MS = 1000;
const SHOWN = 5;

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/**
 * The form and the list show how things are whenever the menu opens, and while it is open.
 *
 * @param {(error: unknown) => void} onError exports could not be asked for or read
 */
export function offerExports(onError) {
  const month = byId("export-month", HTMLInputElement);
  month.value = new Date().toLocaleDateString("sv").slice(0, "2026-03".length);
  byId("export-menu", HTMLElement).addEventListener("toggle", (event) => {
    clearTimeout(timer);
    if (/** @type {ToggleEvent} */ (event).newState === "open") follow(onError);
  });
  byId("export-form", HTMLFormElement).addEventListener("submit", (event) => {
    event.preventDefault();
    ask(month.value, onError).catch(onError);
  });
}

/**
 * @param {string} month YYYY-MM; empty for all expenses
 * @param {(error: unknown) => void} onError
 */
async function ask(month, onError) {
  const button = byId("export-ask", HTMLButtonElement);
  const currency = byId("export-currency", HTMLInputElement).value.trim().toUpperCase();
  button.disabled = true;
  showProblem("");
  try {
    const filter = { ...daysOf(month), ...(currency && { currency }) };
    await askForExport(byId("export-format", HTMLSelectElement).value, filter);
  } catch (error) {
    const problem = error instanceof ApiError ? error.fieldErrors[0] : undefined;
    if (!problem) throw error;
    showProblem(problem.message);
    return;
  } finally {
    button.disabled = false;
  }
  follow(onError);
}

/** @param {string} text what is to be put right; empty for nothing */
function showProblem(text) {
  byId("export-currency", HTMLInputElement).setAttribute("aria-invalid", String(text !== ""));
  const place = byId("export-problem", HTMLElement);
  place.textContent = text;
  place.hidden = text === "";
}

/**
 * @param {string} month YYYY-MM; empty for all expenses
 * @returns {{ from?: string, to?: string }} its first and its last day
 */
export function daysOf(month) {
  const [year, number] = month.split("-").map(Number);
  if (!year || !number) return {};
  const days = new Date(Date.UTC(year, number, 0)).getUTCDate();
  return { from: `${month}-01`, to: `${month}-${days}` };
}

/**
 * Show the newest exports, and again as long as one of them is being made.
 *
 * @param {(error: unknown) => void} onError
 */
async function follow(onError) {
  clearTimeout(timer);
  let isUnderWay = true;
  try {
    const exports = await listExports(SHOWN);
    byId("exports-empty", HTMLElement).hidden = exports.length > 0;
    byId("export-list", HTMLUListElement).replaceChildren(...exports.map(item));
    isUnderWay = exports.some(({ status }) => status === "processing");
  } catch (error) {
    onError(error);
    isUnderWay = error instanceof ConnectionError;
  }
  if (isUnderWay && byId("export-menu", HTMLElement).matches(":popover-open")) {
    timer = setTimeout(() => follow(onError), POLL_MS);
  }
}

/** @param {Export} shown */
function item(shown) {
  const { fileUrl, fileName, message, createdAt } = shown;
  const words = [el("span", { class: "menu-title" }, fileName), el("span", { class: "quiet" }, says(shown))];
  const when = `Asked for ${date(createdAt.slice(0, 10))}`;
  if (fileUrl) return el("li", {}, el("a", { href: fileUrl, download: fileName, title: when }, ...words));
  return el("li", {}, el("span", { class: "menu-text", title: `${when}. ${message}` }, ...words));
}

/** @param {Export} shown */
function says({ status, message, progress, count, totals, size }) {
  if (status === "processing") return `${progress.done} of ${counted(progress.of, "expense")} …`;
  if (size === null) return message;
  const sums = totals.map(({ currency, total }) => `${currency} ${total}`);
  return [counted(count, "expense"), ...sums, fileSize(size)].join(" · ");
}

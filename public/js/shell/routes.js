// @ts-check
/** The views of the app: one line each. */

import { lists } from "../receipts/inbox/addresses.js";
import * as firstView from "../receipts/inbox/inbox.js";

/** @import { ComponentType } from "preact" */
/** @import { Session } from "../api.js" */

/** @typedef {{ params: Record<string, string>, query: URLSearchParams }} ViewProps what a view is given */

/**
 * @typedef {object} Route
 * @property {string} path `:name` stands for one part of the address, which the view gets as `params.name`
 * @property {string} title of the window
 * @property {() => Promise<{ default: ComponentType<any> }>} load the view, which is given ViewProps
 * @property {string} [icon] a symbol of icons.svg: the view stands in the navigation
 * @property {string} [under] path of the view that the navigation marks while this one is open
 * @property {(session: Session) => boolean} [isFor] who sees it in the navigation; without one, everybody
 * @property {import("../api/types.js").Permission[]} [needs] one of these permissions; whoever has none is told so in its place
 */

/** @typedef {{ route: Route | null, params: Record<string, string>, query: URLSearchParams }} Place */

const inbox = async () => firstView;

/** @type {Route[]} */
export const ROUTES = [
  { path: "/", title: "Inbox", icon: "inbox", load: inbox },
  { path: lists.review, title: "Needs review", under: "/", load: inbox },
  { path: lists.failed, title: "Failed", under: "/", load: inbox },
  { path: "/runs/:id", title: "Receipt", under: "/", load: ofExpenses("run") },
  { path: "/expenses", title: "Expenses", icon: "coins", load: ofExpenses("expenses") },
  {
    path: "/expenses/new",
    title: "Expense without a receipt",
    under: "/expenses",
    load: ofExpenses("voucher"),
    needs: ["submit"],
  },
  { path: "/expenses/new/mileage", title: "Mileage", under: "/expenses", load: ofExpenses("mileage"), needs: ["submit"] },
  { path: "/expenses/new/per-diem", title: "Per diem", under: "/expenses", load: ofExpenses("perDiem"), needs: ["submit"] },
  { path: "/expenses/:id", title: "Expense", under: "/expenses", load: ofExpenses("expense") },
  { path: "/bank", title: "Bank", icon: "bank", load: ofBank("bank"), isFor: ({ may }) => may.includes("ledger"), needs: ["ledger"] },
  { path: "/bank/statements", title: "Bank statements", under: "/bank", load: ofBank("bankStatements"), needs: ["ledger"] },
  { path: "/bank/statements/:id", title: "Bank statement", under: "/bank", load: ofBank("bankStatement"), needs: ["ledger"] },
  { path: "/bank/months", title: "Months", under: "/bank", load: ofBank("bankMonths"), needs: ["ledger"] },
  { path: "/bank/months/:id", title: "Month", under: "/bank", load: ofBank("bankMonth"), needs: ["ledger"] },
  { path: "/bank/sources", title: "Bank sources", under: "/bank", load: ofBank("bankSources"), needs: ["ledger"] },
  { path: "/bank/connected", title: "Back from the bank", under: "/bank", load: ofBank("bankConnected"), needs: ["book"] },
  { path: "/bank/entries/:id", title: "Bank entry", under: "/bank", load: ofBank("bankEntry"), needs: ["ledger"] },
  { path: "/books", title: "Books", icon: "book", load: ofBank("books"), isFor: keepsBooks, needs: ["read"] },
  { path: "/books/authorized", title: "Connecting", under: "/books", load: ofBank("booksAuthorized"), needs: ["administer"] },
  { path: "/books/conflicts", title: "Conflicts", under: "/books", load: ofBank("booksConflicts"), needs: ["read"] },
  { path: "/books/clients", title: "Clients and projects", under: "/books", load: ofBank("booksClients"), needs: ["read"] },
  { path: "/books/:id/mapping", title: "Mapping", under: "/books", load: ofBank("booksMapping"), needs: ["read"] },
  { path: "/books/:id/dry-run", title: "Dry run", under: "/books", load: ofBank("booksDryRun"), needs: ["read"] },
  { path: "/books/:id", title: "Connection", under: "/books", load: ofBank("booksConnection"), needs: ["read"] },
  { path: "/reports", title: "Reports", icon: "chart", load: ofExpenses("reports") },
  { path: "/exports", title: "Exports", icon: "download", load: ofOthers("exports"), isFor: seesAll, needs: ["read"] },
  { path: "/exports/:id", title: "Export", under: "/exports", load: ofOthers("exported"), needs: ["read"] },
  { path: "/runs", title: "Runs", icon: "list", load: ofOthers("runs"), isFor: mayOperate },
  { path: "/schedules", title: "Schedules", under: "/runs", load: ofOthers("schedules"), needs: ["read"] },
  { path: "/claims", title: "Claims", under: "/expenses", load: ofOthers("claims"), needs: ["ledger"] },
  { path: "/claims/:id", title: "Claim", under: "/expenses", load: ofOthers("claim"), needs: ["ledger"] },
  { path: "/ledger", title: "Ledger", under: "/expenses", load: ofOthers("ledger"), needs: ["ledger"] },
  {
    path: "/ledger/:id",
    title: "Account of the ledger",
    under: "/expenses",
    load: ofOthers("ledgerAccount"),
    needs: ["ledger"],
  },
  { path: "/duplicates", title: "Duplicates", under: "/expenses", load: ofExpenses("duplicates") },
  { path: "/settings/policies", title: "Approval policies", under: "/settings", load: ofOthers("policies"), needs: ["read"] },
  { path: "/settings/categories", title: "Categories and rules", under: "/settings", load: ofOthers("categories"), needs: ["read"] },
  { path: "/settings/merchants", title: "Merchants", under: "/settings", load: ofOthers("merchants") },
  { path: "/payouts", title: "Payouts", under: "/settings", load: ofOthers("payouts"), needs: ["ledger", "pay"] },
  {
    path: "/settings/webhooks",
    title: "Webhooks",
    under: "/settings",
    load: ofOthers("webhooks"),
    needs: ["administer", "operate"],
  },
  { path: "/settings/notices", title: "Notices", under: "/settings", load: ofOthers("notices") },
  { path: "/settings/mail", title: "Receipts by mail", under: "/settings", load: ofOthers("mail"), needs: ["submit"] },
  { path: "/settings/privacy", title: "Privacy", under: "/settings", load: ofOthers("privacy") },
  { path: "/settings", title: "Settings", icon: "settings", load: ofOthers("settings") },
];

/** @param {keyof typeof import("./views/expenses.js")} name */
function ofExpenses(name) {
  return async () => (await import("./views/expenses.js"))[name];
}

/** @param {keyof typeof import("./views/bank.js")} name */
function ofBank(name) {
  return async () => (await import("./views/bank.js"))[name];
}

/** @param {keyof typeof import("./views/others.js")} name */
function ofOthers(name) {
  return async () => (await import("./views/others.js"))[name];
}

/** Load all views: an open page then needs no file, whatever is deployed. What does not come is asked for once it is opened. */
export async function loadViews() {
  await Promise.allSettled([import("./views/expenses.js"), import("./views/others.js"), import("./views/bank.js")]);
}

/** Not only what is their own. @param {Session} session */
function seesAll({ may }) {
  return may.includes("read");
}

/** @param {Session} session */
function keepsBooks({ may }) {
  return may.includes("export") || may.includes("administer");
}

/** @param {Session} session */
function mayOperate({ may }) {
  return may.includes("operate") || may.includes("deployment");
}

/**
 * @param {Route[]} routes the first that fits is taken
 * @param {string} path
 * @param {URLSearchParams} query
 * @returns {Place} `route` is null where there is no such page
 */
export function match(routes, path, query) {
  const parts = path.replace(/(.)\/$/, "$1").split("/");
  for (const route of routes) {
    const params = paramsOf(route.path.split("/"), parts);
    if (params) return { route, params, query };
  }
  return { route: null, params: {}, query };
}

/**
 * @param {string[]} pattern
 * @param {string[]} parts
 * @returns {Record<string, string> | null} null where they do not fit
 */
function paramsOf(pattern, parts) {
  if (pattern.length !== parts.length) return null;
  /** @type {Record<string, string>} */
  const params = {};
  for (const [index, name] of pattern.entries()) {
    const part = parts[index] ?? "";
    if (name.startsWith(":") && part) params[name.slice(1)] = decoded(part);
    else if (name !== part) return null;
  }
  return params;
}

/** @param {string} part */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // a lone percent sign
  }
}

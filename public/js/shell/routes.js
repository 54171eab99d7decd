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
  { path: "/runs/:id", title: "Receipt", under: "/", load: view("run") },
  { path: "/expenses", title: "Expenses", icon: "coins", load: view("expenses") },
  {
    path: "/expenses/new",
    title: "Expense without a receipt",
    under: "/expenses",
    load: view("voucher"),
    needs: ["submit"],
  },
  { path: "/expenses/new/mileage", title: "Mileage", under: "/expenses", load: view("mileage"), needs: ["submit"] },
  { path: "/expenses/new/per-diem", title: "Per diem", under: "/expenses", load: view("perDiem"), needs: ["submit"] },
  { path: "/expenses/:id", title: "Expense", under: "/expenses", load: view("expense") },
  { path: "/bank", title: "Bank", icon: "bank", load: view("bank"), isFor: ({ may }) => may.includes("ledger"), needs: ["ledger"] },
  { path: "/bank/statements", title: "Bank statements", under: "/bank", load: view("bankStatements"), needs: ["ledger"] },
  { path: "/bank/statements/:id", title: "Bank statement", under: "/bank", load: view("bankStatement"), needs: ["ledger"] },
  { path: "/bank/months", title: "Months", under: "/bank", load: view("bankMonths"), needs: ["ledger"] },
  { path: "/bank/months/:id", title: "Month", under: "/bank", load: view("bankMonth"), needs: ["ledger"] },
  { path: "/bank/sources", title: "Bank sources", under: "/bank", load: view("bankSources"), needs: ["ledger"] },
  { path: "/bank/connected", title: "Back from the bank", under: "/bank", load: view("bankConnected"), needs: ["book"] },
  { path: "/bank/entries/:id", title: "Bank entry", under: "/bank", load: view("bankEntry"), needs: ["ledger"] },
  { path: "/books", title: "Books", icon: "book", load: view("books"), isFor: keepsBooks, needs: ["read"] },
  { path: "/books/authorized", title: "Connecting", under: "/books", load: view("booksAuthorized"), needs: ["administer"] },
  { path: "/books/conflicts", title: "Conflicts", under: "/books", load: view("booksConflicts"), needs: ["read"] },
  { path: "/books/clients", title: "Clients and projects", under: "/books", load: view("booksClients"), needs: ["read"] },
  { path: "/books/:id/mapping", title: "Mapping", under: "/books", load: view("booksMapping"), needs: ["read"] },
  { path: "/books/:id/dry-run", title: "Dry run", under: "/books", load: view("booksDryRun"), needs: ["read"] },
  { path: "/books/:id", title: "Connection", under: "/books", load: view("booksConnection"), needs: ["read"] },
  { path: "/reports", title: "Reports", icon: "chart", load: view("reports") },
  { path: "/exports", title: "Exports", icon: "download", load: view("exports") },
  { path: "/exports/:id", title: "Export", under: "/exports", load: view("exported") },
  { path: "/runs", title: "Runs", icon: "list", load: view("runs"), isFor: mayOperate },
  { path: "/schedules", title: "Schedules", under: "/runs", load: view("schedules") },
  { path: "/claims", title: "Claims", under: "/expenses", load: view("claims"), needs: ["ledger"] },
  { path: "/claims/:id", title: "Claim", under: "/expenses", load: view("claim"), needs: ["ledger"] },
  { path: "/ledger", title: "Ledger", under: "/expenses", load: view("ledger"), needs: ["ledger"] },
  {
    path: "/ledger/:id",
    title: "Account of the ledger",
    under: "/expenses",
    load: view("ledgerAccount"),
    needs: ["ledger"],
  },
  { path: "/duplicates", title: "Duplicates", under: "/expenses", load: view("duplicates") },
  { path: "/settings/policies", title: "Approval policies", under: "/settings", load: view("policies") },
  { path: "/settings/categories", title: "Categories and rules", under: "/settings", load: view("categories") },
  { path: "/settings/merchants", title: "Merchants", under: "/settings", load: view("merchants") },
  { path: "/payouts", title: "Payouts", under: "/settings", load: view("payouts"), needs: ["ledger", "pay"] },
  {
    path: "/settings/webhooks",
    title: "Webhooks",
    under: "/settings",
    load: view("webhooks"),
    needs: ["administer", "operate"],
  },
  { path: "/settings/notices", title: "Notices", under: "/settings", load: view("notices") },
  { path: "/settings/mail", title: "Receipts by mail", under: "/settings", load: view("mail"), needs: ["submit"] },
  { path: "/settings/privacy", title: "Privacy", under: "/settings", load: view("privacy") },
  { path: "/settings", title: "Settings", icon: "settings", load: view("settings") },
];

/** One of those that are loaded together. @param {keyof typeof import("./later.js")} name */
function view(name) {
  return async () => (await import("./later.js"))[name];
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

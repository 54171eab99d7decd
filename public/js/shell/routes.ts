/** The views of the app, and the features that have a part in its frame: one line each. */

import { CLAIMS } from "../claims/frame.ts";
import { toApprove } from "../expenses/approval/to-approve.ts";
import { EXPENSES } from "../expenses/frame.ts";
import { EXPORTS } from "../exports/frame.ts";
import { HOME } from "../home/frame.ts";
import { openDuplicates, sentBack } from "../home/waiting.ts";
import { IDENTITY } from "../identity/frame.ts";
import { NOTIFICATIONS } from "../notifications/frame.ts";
import { PAYOUTS } from "../payouts/frame.ts";
import { RECEIPTS } from "../receipts/frame.ts";
import { lists } from "../receipts/inbox/addresses.ts";
import * as firstView from "../receipts/inbox/inbox.tsx";
import { may } from "../state/session.ts";
import { waitingRuns } from "../state/runs.ts";
import { t } from "../words.ts";
import type { ComponentType } from "preact";
import type { Permission } from "../api/types.d.ts";
import type { Feature } from "./feature.ts";
import type { ViewProps } from "./view-props.ts";

export interface Route {
  /**
   * `:name` stands for one part of the address, which the view gets as `params.name`; a query is
   * asked for exactly
   */
  path: string;
  /** of the window */
  title: string;
  /** the view, which is given ViewProps */
  load: () => Promise<{ default: ComponentType<ViewProps> }>;
  /** the menu that lists it */
  menu?: Menu;
  /** a symbol of icons.svg, for the menu */
  icon?: string;
  /** after `g`, it leads here */
  key?: string;
  /** what waits here for a person, such as "3"; empty for nothing */
  count?: () => string;
  /** path of the view above it, which the breadcrumbs lead back to */
  under?: string;
  /** whoever has none of these permissions finds it in no menu */
  offeredTo?: Permission[];
  /** the same, and who comes by an address is told so in its place */
  needs?: Permission[];
  /** whoever has one of these finds it in no menu: another view shows it to them */
  notFor?: Permission[];
  /** another site sends people here; nobody goes here by themselves */
  isReturn?: boolean;
}

/** The sidebar's groups, and the menu of the settings */
export type Menu = "work" | "money" | "system" | "settings";

/** What is drawn at one place of the frame stands there in this order. */
export const FEATURES: Feature[] = [
  RECEIPTS,
  EXPENSES,
  HOME,
  CLAIMS,
  PAYOUTS,
  EXPORTS,
  NOTIFICATIONS,
  IDENTITY,
];

const inbox = async () => firstView;
const expenses = ofExpenses("expenses");

export const ROUTES: Route[] = [
  { path: "/home", title: t`Home`, menu: "work", icon: "home", key: "h", load: ofExpenses("home") },
  {
    path: "/",
    title: t`Inbox`,
    menu: "work",
    icon: "inbox",
    key: "i",
    count: () => waitingRuns(sentBack()),
    load: inbox,
  },
  { path: "/companies", title: t`Companies`, under: "/home", load: ofSettings("companies") },
  { path: lists.all, title: t`All receipts`, under: "/", load: inbox },
  { path: lists.review, title: t`Needs review`, under: "/", load: inbox },
  { path: lists.failed, title: t`Failed`, under: "/", load: inbox },
  { path: "/runs/:id", title: t`Run`, under: "/", load: ofExpenses("run") },
  {
    path: "/approvals",
    title: t`To approve`,
    menu: "work",
    icon: "approve",
    key: "a",
    count: toApprove,
    needs: ["approve"],
    load: ofExpenses("approvals"),
  },
  {
    path: "/approvals/waiting",
    title: t`Open approvals by approver`,
    under: "/approvals",
    load: ofMoney("approvalsWaiting"),
    needs: ["approve"],
  },
  { path: "/expenses", title: t`Expenses`, menu: "work", icon: "coins", key: "e", load: expenses },
  {
    path: "/expenses/new",
    title: t`Expense without a receipt`,
    under: "/expenses",
    load: ofMoney("voucher"),
    needs: ["submit"],
  },
  {
    path: "/expenses/new/mileage",
    title: t`Mileage`,
    under: "/expenses",
    load: ofMoney("mileage"),
    needs: ["submit"],
  },
  {
    path: "/expenses/new/per-diem",
    title: t`Per diem`,
    under: "/expenses",
    load: ofMoney("perDiem"),
    needs: ["submit"],
  },
  { path: "/expenses/:id", title: t`Expense`, under: "/expenses", load: ofExpenses("expense") },
  {
    path: "/duplicates",
    title: t`Duplicates`,
    menu: "work",
    icon: "copies",
    key: "d",
    count: openDuplicates,
    load: ofMoney("duplicates"),
  },
  {
    path: "/claims",
    title: t`Billing`,
    menu: "money",
    icon: "claim",
    key: "c",
    load: ofMoney("claims"),
    needs: ["ledger"],
  },
  {
    path: "/claims/new",
    title: t`New invoice`,
    under: "/claims",
    load: ofMoney("newClaim"),
    needs: ["book"],
  },
  {
    path: "/claims/:id",
    title: t`Invoice`,
    under: "/claims",
    load: ofMoney("claim"),
    needs: ["ledger"],
  },
  {
    path: "/clients",
    title: t`Clients`,
    menu: "money",
    icon: "person",
    key: "n",
    load: ofMoney("clients"),
    needs: ["read"],
  },
  {
    path: "/clients/:id",
    title: t`Client`,
    under: "/clients",
    load: ofMoney("client"),
    needs: ["read"],
  },
  {
    path: "/payouts",
    title: t`Payouts`,
    menu: "money",
    icon: "send",
    key: "p",
    load: ofMoney("payouts"),
    needs: ["ledger", "pay"],
  },
  {
    path: "/my-money",
    title: t`My money`,
    menu: "money",
    icon: "wallet",
    load: ofMoney("myMoney"),
    needs: ["own"],
    notFor: ["ledger", "pay"],
  },
  {
    path: "/bank",
    title: t`Bank`,
    menu: "money",
    icon: "bank",
    key: "b",
    load: ofBank("bank"),
    needs: ["ledger"],
  },
  {
    path: "/bank/statements",
    title: t`Bank statements`,
    under: "/bank",
    load: ofBank("bankStatements"),
    needs: ["ledger"],
  },
  {
    path: "/bank/statements/:id",
    title: t`Bank statement`,
    under: "/bank/statements",
    load: ofBank("bankStatement"),
    needs: ["ledger"],
  },
  {
    path: "/bank/months",
    title: t`Months`,
    under: "/bank",
    load: ofBank("bankMonths"),
    needs: ["ledger"],
  },
  {
    path: "/bank/months/:id",
    title: t`Month`,
    under: "/bank/months",
    load: ofBank("bankMonth"),
    needs: ["ledger"],
  },
  {
    path: "/bank/sources",
    title: t`Bank sources`,
    under: "/bank",
    load: ofBank("bankSources"),
    needs: ["ledger"],
  },
  {
    path: "/bank/connected",
    title: t`Back from the bank`,
    under: "/bank",
    isReturn: true,
    load: ofBank("bankConnected"),
    needs: ["book"],
  },
  {
    path: "/bank/entries/:id",
    title: t`Bank entry`,
    under: "/bank",
    load: ofBank("bankEntry"),
    needs: ["ledger"],
  },
  {
    path: "/books",
    title: t`Books`,
    menu: "money",
    icon: "book",
    key: "k",
    load: ofBank("books"),
    offeredTo: ["export", "administer"],
    needs: ["read"],
  },
  {
    path: "/books/authorized",
    title: t`Connecting`,
    under: "/books",
    isReturn: true,
    load: ofBank("booksAuthorized"),
    needs: ["administer"],
  },
  {
    path: "/books/conflicts",
    title: t`Conflicts`,
    under: "/books",
    load: ofBank("booksConflicts"),
    needs: ["read"],
  },
  {
    path: "/books/:id/mapping",
    title: t`Mapping`,
    under: "/books",
    load: ofBank("booksMapping"),
    needs: ["read"],
  },
  {
    path: "/books/:id/dry-run",
    title: t`Dry run`,
    under: "/books",
    load: ofBank("booksDryRun"),
    needs: ["read"],
  },
  {
    path: "/books/:id",
    title: t`Connection`,
    under: "/books",
    load: ofBank("booksConnection"),
    needs: ["read"],
  },
  {
    path: "/reports",
    title: t`Reports`,
    menu: "money",
    icon: "chart",
    key: "r",
    load: ofMoney("reports"),
  },
  {
    path: "/reports/tax",
    title: t`Expenses in the tax report`,
    under: "/reports",
    load: ofMoney("taxExpenses"),
    needs: ["read"],
  },
  {
    path: "/reports/sales",
    title: t`Charged by invoices`,
    under: "/reports",
    load: ofMoney("taxSales"),
    needs: ["ledger"],
  },
  {
    path: "/months",
    title: t`Month end`,
    menu: "money",
    icon: "calendar",
    key: "m",
    load: ofBank("monthEnd"),
    offeredTo: ["export", "administer"],
    needs: ["read"],
  },
  {
    path: "/months/:id",
    title: t`Month end`,
    under: "/months",
    load: ofBank("monthEnd"),
    needs: ["read"],
  },
  {
    path: "/exports",
    title: t`Exports`,
    menu: "money",
    icon: "download",
    key: "x",
    load: ofBank("exports"),
    needs: ["read"],
  },
  {
    path: "/exports/:id",
    title: t`Export`,
    under: "/exports",
    load: ofBank("exported"),
    needs: ["read"],
  },
  {
    path: "/ledger",
    title: t`Ledger`,
    menu: "system",
    icon: "ledger",
    key: "l",
    load: ofSettings("ledger"),
    needs: ["ledger"],
  },
  {
    path: "/ledger/:id",
    title: t`Account of the ledger`,
    under: "/ledger",
    load: ofSettings("ledgerAccount"),
    needs: ["ledger"],
  },
  {
    path: "/audit",
    title: t`Audit`,
    menu: "system",
    icon: "shield",
    key: "t",
    load: ofSettings("audit"),
    needs: ["audit"],
  },
  {
    path: "/audit/expenses/:id",
    title: t`Story of an expense`,
    under: "/audit",
    load: ofSettings("story"),
    needs: ["audit"],
  },
  {
    path: "/runs",
    title: t`Runs`,
    menu: "system",
    icon: "list",
    key: "u",
    load: ofMoney("runs"),
    offeredTo: ["operate", "deployment"],
  },
  {
    path: "/alerts",
    title: t`Alerts`,
    under: "/runs",
    load: ofMoney("alerts"),
    needs: ["deployment"],
  },
  {
    path: "/schedules",
    title: t`Schedules`,
    under: "/runs",
    load: ofMoney("schedules"),
    needs: ["read"],
  },
  {
    path: "/settings",
    title: t`Settings`,
    menu: "system",
    icon: "settings",
    key: "s",
    load: ofSettings("settings"),
  },
  {
    path: "/settings/people",
    title: t`People`,
    under: "/settings",
    menu: "settings",
    load: ofSettings("people"),
    needs: ["people"],
  },
  {
    path: "/settings/currency",
    title: t`Currency`,
    under: "/settings",
    menu: "settings",
    load: ofSettings("rates"),
    needs: ["read"],
  },
  {
    path: "/settings/access",
    title: t`Sign-in and tokens`,
    under: "/settings",
    menu: "settings",
    load: ofSettings("access"),
  },
  {
    path: "/settings/notices",
    title: t`Notices`,
    under: "/settings",
    menu: "settings",
    load: ofSettings("notices"),
  },
  {
    path: "/settings/mail",
    title: t`Receipts by mail`,
    under: "/settings",
    menu: "settings",
    load: ofSettings("mail"),
    needs: ["submit"],
  },
  {
    path: "/settings/categories",
    title: t`Categories and rules`,
    under: "/settings",
    menu: "settings",
    load: ofMoney("categories"),
    needs: ["read"],
  },
  {
    path: "/settings/merchants",
    title: t`Merchants`,
    under: "/settings",
    menu: "settings",
    load: ofMoney("merchants"),
  },
  {
    path: "/settings/policies",
    title: t`Approval policies`,
    under: "/settings",
    menu: "settings",
    load: ofMoney("policies"),
    needs: ["read"],
  },
  {
    path: "/settings/payments",
    title: t`Payments`,
    under: "/settings",
    menu: "settings",
    load: ofMoney("paymentSettings"),
    needs: ["pay"],
  },
  {
    path: "/settings/sources",
    title: t`Event sources`,
    under: "/settings",
    menu: "settings",
    load: ofSettings("sources"),
    needs: ["administer"],
  },
  {
    path: "/settings/webhooks",
    title: t`Webhooks`,
    under: "/settings",
    menu: "settings",
    load: ofSettings("webhooks"),
    needs: ["administer", "operate"],
  },
  {
    path: "/settings/privacy",
    title: t`Privacy`,
    under: "/settings",
    menu: "settings",
    load: ofSettings("privacy"),
  },
];

/** Whether whoever is signed in finds it in menus. */
export function isOffered({ needs, offeredTo, notFor = [] }: Route) {
  return (
    !notFor.some(may) && [needs, offeredTo].every((allowing) => !allowing || allowing.some(may))
  );
}

function ofExpenses<Name extends keyof typeof import("./views/expenses.ts")>(name: Name) {
  return async () => (await import("./views/expenses.ts"))[name];
}

function ofBank<Name extends keyof typeof import("./views/bank.ts")>(name: Name) {
  return async () => (await import("./views/bank.ts"))[name];
}

function ofMoney<Name extends keyof typeof import("./views/money.ts")>(name: Name) {
  return async () => (await import("./views/money.ts"))[name];
}

function ofSettings<Name extends keyof typeof import("./views/settings.ts")>(name: Name) {
  return async () => (await import("./views/settings.ts"))[name];
}

/**
 * Load all views: an open page then needs no file, whatever is deployed. What does not come is
 * asked for once it is opened.
 */
export async function loadViews() {
  await Promise.allSettled([
    import("./views/expenses.ts"),
    import("./views/money.ts"),
    import("./views/settings.ts"),
    import("./views/bank.ts"),
  ]);
}

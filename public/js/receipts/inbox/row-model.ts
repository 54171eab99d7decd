/** What a row of the list shows: from the file that waits to be sent to the expense it became. */

import { smallPicture } from "../../api.ts";
import { baseTotal } from "../../accounts/base-currency.tsx";
import { ago, date, fileSize, money } from "../../format.ts";
import { nameOfRun } from "../../kinds.ts";
import { STAGES, stageOf, stateOfRun } from "../../labels.ts";
import { pageOfReceipt } from "../address.ts";
import { moneyBack } from "../../claims/money-back.ts";
import { t } from "../../words.ts";
import type { ReadValues, RunSummary, Status } from "../../api.ts";
import type { Upload } from "../uploads.ts";

/** What a row shows */
export interface RowModel {
  key: string;
  href: string | null;
  status: Status | "sending" | "refused" | "known";
  /** the state, by which its chip is coloured */
  state: string;
  /** of the state */
  label: string;
  title: string;
  note: string;
  date: string;
  amount: string;
  /** the amount in the base currency, where that is another */
  base: string;
  /** the values were read, and no expense holds them yet */
  isUnconfirmed: boolean;
  /** address of an image */
  picture: string | null;
  /** address of a PDF, of which a picture is made */
  pdf: string | null;
  /** 0 to 4: sending, then a quarter for each stage; as far as it has come */
  progress: number;
  canDismiss: boolean;
  canRetry: boolean;
  /** null where it cannot be selected */
  isSelected: boolean | null;
}

/** How many quarters the bar has: sending and the stages. */
export const QUARTERS = STAGES.length + 1;
export const UNCONFIRMED = t`Read, not confirmed`;
/** Pixels: what a thumbnail has on the sharpest screens. */
const THUMB_WIDTH = 160;
/** The kind of problem with which the server refuses a bank statement as a receipt. */
const BANK_STATEMENT = "bank-statement";

/** @param upload one that is no run yet */
export function uploadModel(upload: Upload, picture: string | null): RowModel {
  const { state } = upload;
  const model: RowModel = {
    key: upload.key,
    href: null,
    status: "sending",
    state: "sending",
    label: "",
    title: upload.file.name,
    note: fileSize(upload.file.size),
    date: "",
    amount: "",
    base: "",
    isUnconfirmed: false,
    picture,
    pdf: null,
    progress: state === "sending" ? upload.progress : 0,
    canDismiss: false,
    canRetry: upload.canRetry,
    isSelected: null,
  };
  if (state === "refused") {
    const href = upload.code === BANK_STATEMENT ? "/bank" : null;
    return {
      ...model,
      status: "refused",
      state: "refused",
      label: t`Not accepted`,
      note: upload.problem,
      href,
      canDismiss: true,
    };
  }
  if (state === "known") {
    const href = pageOfReceipt(upload.runId ?? "");
    const note = t`This very file is here already. Nothing was added.`;
    return {
      ...model,
      status: "known",
      state: "known",
      label: t`Already here`,
      note,
      href,
      canDismiss: true,
    };
  }
  const labels = {
    waiting: t`Waiting`,
    paused: t`Trying again`,
    sending: sendingLabel(upload.progress),
  };
  return { ...model, label: labels[state as keyof typeof labels] ?? t`Sending` };
}

/** @param progress 0 to 1 */
function sendingLabel(progress: number) {
  return progress > 0 && progress < 1 ? t`Sending ${Math.round(100 * progress)} %` : t`Sending`;
}

/**
 * @param upload a file that is here already
 * @param run which it started then
 */
export function knownModel(upload: Upload, run: RunSummary, picture: string | null): RowModel {
  const model = uploadModel(upload, picture);
  if (!run.expense) return model;
  const { merchant, date: day, total, currency } = run.expense;
  const note = t`${upload.file.name} · This very file is here already.`;
  return {
    ...model,
    title: merchant,
    note,
    date: date(day),
    amount: money(total, currency),
    base: baseTotal(run.expense),
  };
}

/** @param picture a local one; null while it is being made; without one, the server's is shown */
export function runModel(run: RunSummary, key: string, picture?: string | null): RowModel {
  const { expense, receipt } = run;
  const name = nameOfRun(run);
  const state = stateOfRun(run);
  const isProcessing = run.status === "processing" && !run.escalated;
  const values = expense ?? (isProcessing ? null : run.read) ?? null;
  const hasValues = !isProcessing && receipt !== undefined;
  const paidBy = expense?.paidBy ?? receipt?.paidBy;
  const back = paidBy === "employee" && run.status !== "failed" ? t`To be paid back · ` : "";
  const asked = run.sentBack ? (run.sentBack.reason ?? t`Sent back to review`) : "";
  const says = run.status === "complete" || isProcessing ? asked : noteOf(run);
  const firm =
    values?.registeredName && values.registeredName !== values.merchant
      ? `${values.registeredName} · `
      : "";
  const added = values?.merchant
    ? `${kindOf(values)}${firm}${name} · ${ago(run.createdAt)}`
    : t`Added ${ago(run.createdAt)}`;
  return {
    key,
    href: receipt ? pageOfReceipt(run.id, expense?.id) : `/runs/${run.id}`,
    status: run.notUndone || run.escalated ? "failed" : run.sentBack ? "needs_review" : run.status,
    state: state.status,
    label: state.text,
    title: values?.merchant ?? name,
    note: back + (says && values?.merchant && !expense ? `${says} · ${name}` : says || added),
    date: hasValues ? date(values?.date) : "",
    amount: hasValues ? money(values?.total, values?.currency) : "",
    base: hasValues ? baseTotal(expense ?? null) : "",
    isUnconfirmed: expense === null && Boolean(values?.merchant || values?.date || values?.total),
    picture:
      picture === undefined && receipt ? smallPicture(receipt, THUMB_WIDTH) : (picture ?? null),
    pdf: receipt?.mediaType === "application/pdf" ? receipt.imageUrl : null,
    progress: isProcessing ? 1 + stageOf(run) : QUARTERS,
    canDismiss: false,
    canRetry: false,
    isSelected: null,
  };
}

/**
 * What stands before the shop's firm: that it is an invoice, or that money comes back, and the
 * document's number.
 */
function kindOf(values: ReadValues) {
  const kind = moneyBack(values) ?? (values.documentKind === "invoice" ? t`Invoice` : null);
  return kind
    ? `${kind}${kind !== t`Refund` && values.receiptNumber ? ` ${values.receiptNumber}` : ""} · `
    : "";
}

/**
 * What a run that is not at its goal says in the list: a failed one, or one that is not undone,
 * why.
 */
function noteOf(run: RunSummary) {
  return (run.status === "failed" || run.notUndone) && run.error
    ? `${run.message} (${run.error.summary})`
    : run.message;
}

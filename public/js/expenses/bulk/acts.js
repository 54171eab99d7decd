// @ts-check
/** What can be done with several expenses: its names, and what it asks for. */

import { counted } from "../../format.js";
import { t } from "../../words.js";

/** @import { ChosenRequest } from "../../api/types.js" */

/**
 * @typedef {object} ListAct
 * @property {ChosenRequest["kind"]} kind
 * @property {string} label of its button; "…" where something is to be typed
 * @property {string} title of its dialogue
 * @property {string} action what the dialogue's button does
 * @property {(count: number) => string} done what came of it
 * @property {(count: number) => string} [reopens] the button that takes `count` approvals back first
 * @property {boolean} [isUsual] it has a button of its own; else it is in the menu
 * @property {boolean} [isDanger]
 * @property {boolean} [isApprovers] only who may approve does it
 * @property {boolean} [cannotBeUndone]
 * @property {"category" | "tags" | "client" | "project" | "paidBy" | "billable" | "note" | "reason"} [asks]
 */

const some = (/** @type {number} */ count) => counted(count, "expense");

/** @type {ListAct[]} */
export const ACTS = [
  {
    ...{ kind: "approve", label: t`Approve`, title: t`Approve`, action: t`Approve`, done: (count) => t`${some(count)} approved.` },
    ...{ isApprovers: true, isUsual: true },
  },
  {
    ...{ kind: "category", label: t`Category …`, title: t`Set the category`, action: t`Set the category`, asks: "category" },
    reopens: (count) => t`Reopen ${some(count)} and set the category`,
    ...{ done: (count) => t`Category of ${some(count)} set.`, isUsual: true },
  },
  {
    ...{ kind: "proposed_category", label: t`Accept proposed categories`, title: t`Accept proposed categories`, action: t`Accept them` },
    reopens: (count) => t`Reopen ${some(count)} and accept`,
    ...{ done: (count) => t`Proposed category of ${some(count)} accepted.` },
  },
  {
    ...{ kind: "client", label: t`Client …`, title: t`Set the client`, action: t`Set the client`, asks: "client" },
    reopens: (count) => t`Reopen ${some(count)} and set the client`,
    ...{ done: (count) => t`Client of ${some(count)} set.`, isUsual: true },
  },
  {
    ...{ kind: "project", label: t`Project …`, title: t`Set the project`, action: t`Set the project`, asks: "project" },
    reopens: (count) => t`Reopen ${some(count)} and set the project`,
    ...{ done: (count) => t`Project of ${some(count)} set.` },
  },
  {
    ...{ kind: "paid_by", label: t`Paid by …`, title: t`Set who paid`, action: t`Set who paid`, asks: "paidBy" },
    reopens: (count) => t`Reopen ${some(count)} and set who paid`,
    ...{ done: (count) => t`Payer of ${some(count)} set.`, isUsual: true },
  },
  {
    ...{ kind: "billable", label: t`Billable …`, title: t`Say whether it is billable`, action: t`Set it`, asks: "billable" },
    reopens: (count) => t`Reopen ${some(count)} and set it`,
    ...{ done: (count) => t`Set for ${some(count)} whether it is billable.` },
  },
  {
    ...{ kind: "tags", label: t`Tags …`, title: t`Add and remove tags`, action: t`Change the tags`, asks: "tags" },
    reopens: (count) => t`Reopen ${some(count)} and change the tags`,
    ...{ done: (count) => t`Tags of ${some(count)} changed.` },
  },
  {
    ...{ kind: "note", label: t`Note …`, title: t`Set the note`, action: t`Set the note`, asks: "note" },
    reopens: (count) => t`Reopen ${some(count)} and set the note`,
    ...{ done: (count) => t`Note of ${some(count)} set.` },
  },
  {
    ...{ kind: "unapprove", label: t`Take the approval back`, title: t`Take the approval back`, action: t`Take it back` },
    ...{ done: (count) => t`Approval of ${some(count)} taken back.`, isApprovers: true, cannotBeUndone: true },
  },
  {
    ...{ kind: "send_back", label: t`Send back to review …`, title: t`Send back to review`, action: t`Send back` },
    ...{ done: (count) => t`${some(count)} sent back to review.`, asks: "reason" },
  },
  {
    ...{ kind: "void", label: t`Void …`, title: t`Void`, action: t`Void`, isDanger: true, asks: "reason" },
    reopens: (count) => t`Reopen ${some(count)} and void`,
    ...{ done: (count) => t`${some(count)} voided.` },
  },
];

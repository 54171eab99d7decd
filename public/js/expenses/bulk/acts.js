// @ts-check
/** What can be done with several expenses: its names, and what it asks for. */

import { t } from "../../words.js";

/** @import { ChosenRequest } from "../../api/types.js" */

/**
 * @typedef {object} ListAct
 * @property {ChosenRequest["kind"]} kind
 * @property {string} label of its button; "…" where something is to be typed
 * @property {string} title of its dialogue
 * @property {string} action what the dialogue's button does
 * @property {string} done what the expenses are then, behind their number
 * @property {boolean} [isDanger]
 * @property {boolean} [isApprovers] only who may approve does it
 * @property {boolean} [cannotBeUndone]
 * @property {"category" | "tags" | "reason"} [asks]
 */

/** @type {ListAct[]} */
export const ACTS = [
  { kind: "category", label: t`Category…`, title: t`Set the category`, action: t`Set the category`, done: "sorted", asks: "category" },
  { kind: "tags", label: t`Tags…`, title: t`Add and remove tags`, action: t`Change the tags`, done: t`tagged anew`, asks: "tags" },
  { kind: "approve", label: t`Approve`, title: t`Approve`, action: t`Approve`, done: "approved", isApprovers: true },
  {
    ...{ kind: "unapprove", label: t`Take the approval back`, title: t`Take the approval back`, action: t`Take it back` },
    ...{ done: t`not approved any more`, isApprovers: true, cannotBeUndone: true },
  },
  {
    ...{ kind: "send_back", label: t`Send back to review…`, title: t`Send back to review`, action: t`Send back` },
    ...{ done: t`in review`, asks: "reason" },
  },
  { kind: "void", label: t`Void…`, title: t`Void`, action: t`Void`, done: "voided", isDanger: true, asks: "reason" },
];

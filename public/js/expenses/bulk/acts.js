// @ts-check
/** What can be done with several expenses: its names, and what it asks for. */

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
  { kind: "category", label: "Category…", title: "Set the category", action: "Set the category", done: "sorted", asks: "category" },
  { kind: "tags", label: "Tags…", title: "Add and remove tags", action: "Change the tags", done: "tagged anew", asks: "tags" },
  { kind: "approve", label: "Approve", title: "Approve", action: "Approve", done: "approved", isApprovers: true },
  {
    ...{ kind: "unapprove", label: "Take the approval back", title: "Take the approval back", action: "Take it back" },
    ...{ done: "not approved any more", isApprovers: true, cannotBeUndone: true },
  },
  {
    ...{ kind: "send_back", label: "Send back to review…", title: "Send back to review", action: "Send back" },
    ...{ done: "in review", asks: "reason" },
  },
  { kind: "void", label: "Void…", title: "Void", action: "Void", done: "voided", isDanger: true, asks: "reason" },
];

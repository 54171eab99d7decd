/** What can be done with several expenses: its names, and what it asks for. */

import { counted } from "../../format.ts";
import { t } from "../../words.ts";
import type { ChosenRequest } from "../../api/types.d.ts";

export interface ListAct {
  kind: ChosenRequest["kind"];
  /** of its button; "…" where something is to be typed */
  label: string;
  /** of its dialogue */
  title: string;
  /** what the dialogue's button does */
  action: string;
  /** what came of it */
  done: (count: number) => string;
  /** the button that takes `count` approvals back first */
  reopens?: (count: number) => string;
  /** it has a button of its own; else it is in the menu */
  isUsual?: boolean;
  isDanger?: boolean;
  /** only who may approve does it */
  isApprovers?: boolean;
  cannotBeUndone?: boolean;
  asks?:
    | "category"
    | "tags"
    | "client"
    | "project"
    | "paidBy"
    | "billable"
    | "note"
    | "costCenter"
    | "reason";
}

const some = (count: number) => counted(count, "expense");

export const ACTS: ListAct[] = [
  {
    ...{
      kind: "approve",
      label: t`Approve`,
      title: t`Approve`,
      action: t`Approve`,
      done: (count) => t`${some(count)} approved.`,
    },
    ...{ isApprovers: true, isUsual: true },
  },
  {
    ...{
      kind: "category",
      label: t`Category …`,
      title: t`Set the category`,
      action: t`Set the category`,
      asks: "category",
    },
    reopens: (count) => t`Reopen ${some(count)} and set the category`,
    ...{ done: (count) => t`Category of ${some(count)} set.`, isUsual: true },
  },
  {
    ...{
      kind: "proposed_category",
      label: t`Accept proposed categories`,
      title: t`Accept proposed categories`,
      action: t`Accept them`,
    },
    reopens: (count) => t`Reopen ${some(count)} and accept`,
    ...{ done: (count) => t`Proposed category of ${some(count)} accepted.` },
  },
  {
    ...{
      kind: "client",
      label: t`Client …`,
      title: t`Set the client`,
      action: t`Set the client`,
      asks: "client",
    },
    reopens: (count) => t`Reopen ${some(count)} and set the client`,
    ...{ done: (count) => t`Client of ${some(count)} set.`, isUsual: true },
  },
  {
    ...{
      kind: "project",
      label: t`Project …`,
      title: t`Set the project`,
      action: t`Set the project`,
      asks: "project",
    },
    reopens: (count) => t`Reopen ${some(count)} and set the project`,
    ...{ done: (count) => t`Project of ${some(count)} set.` },
  },
  {
    ...{
      kind: "paid_by",
      label: t`Paid by …`,
      title: t`Set who paid`,
      action: t`Set who paid`,
      asks: "paidBy",
    },
    reopens: (count) => t`Reopen ${some(count)} and set who paid`,
    ...{ done: (count) => t`Payer of ${some(count)} set.`, isUsual: true },
  },
  {
    ...{
      kind: "billable",
      label: t`Billable …`,
      title: t`Say whether it is billable`,
      action: t`Set it`,
      asks: "billable",
    },
    reopens: (count) => t`Reopen ${some(count)} and set it`,
    ...{ done: (count) => t`Set for ${some(count)} whether it is billable.` },
  },
  {
    ...{
      kind: "tags",
      label: t`Tags …`,
      title: t`Add and remove tags`,
      action: t`Change the tags`,
      asks: "tags",
    },
    reopens: (count) => t`Reopen ${some(count)} and change the tags`,
    ...{ done: (count) => t`Tags of ${some(count)} changed.` },
  },
  {
    ...{
      kind: "note",
      label: t`Note …`,
      title: t`Set the note`,
      action: t`Set the note`,
      asks: "note",
    },
    reopens: (count) => t`Reopen ${some(count)} and set the note`,
    ...{ done: (count) => t`Note of ${some(count)} set.` },
  },
  {
    ...{
      kind: "cost_center",
      label: t`Cost centre …`,
      title: t`Set the cost centre`,
      action: t`Set the cost centre`,
      asks: "costCenter",
    },
    reopens: (count) => t`Reopen ${some(count)} and set the cost centre`,
    ...{ done: (count) => t`Cost centre of ${some(count)} set.` },
  },
  {
    ...{
      kind: "unapprove",
      label: t`Take the approval back`,
      title: t`Take the approval back`,
      action: t`Take it back`,
    },
    ...{
      done: (count) => t`Approval of ${some(count)} taken back.`,
      isApprovers: true,
      cannotBeUndone: true,
    },
  },
  {
    ...{
      kind: "send_back",
      label: t`Send back to review …`,
      title: t`Send back to review`,
      action: t`Send back`,
    },
    ...{ done: (count) => t`${some(count)} sent back to review.`, asks: "reason" },
  },
  {
    ...{
      kind: "void",
      label: t`Void …`,
      title: t`Void`,
      action: t`Void`,
      isDanger: true,
      asks: "reason",
    },
    reopens: (count) => t`Reopen ${some(count)} and void`,
    ...{ done: (count) => t`${some(count)} voided.` },
  },
];

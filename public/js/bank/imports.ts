/**
 * Files of banks on their way: sent one after the other, and followed until their run has ended or
 * asks a person.
 */

import { signal } from "@preact/signals";

import { get } from "../api/client.ts";
import { MB, MEGABYTES } from "../api/limits.ts";
import { sendTo } from "../api/send.ts";
import { fileSize } from "../format.ts";
import { followRun } from "../runs/run/follow.ts";
import { showIfOver } from "../state/report.ts";
import { sentenceOf } from "../state/request.ts";
import { KNOWN, knownInWords, outcomeOf } from "./words.ts";
import { t } from "../words.ts";
import type { Run } from "../api.ts";
import type { BankStatementDetail } from "../api/types.d.ts";

export interface Import {
  key: number;
  name: string;
  /** stopped: it ended without entries */
  state: "waits" | "sending" | "processing" | "needs_review" | "complete" | "stopped" | "refused";
  /** part sent, 0 to 1 */
  progress: number;
  /** a sentence on where it is */
  says: string;
  /** once it is taken */
  statementId: string | null;
}

/** Those of this visit, the newest first. */
export const imports = signal<readonly Import[]>([]);

/** Grows with each file whose entries are stored: lists are to be loaded again. */
export const stored = signal(0);

let count = 0;
let before = Promise.resolve();

/** @param of what it is of, and what its text is in; empty where the file itself tells */
export function importFile(file: File, of: { account: string; encoding: string }) {
  count += 1;
  const key = count;
  imports.value = [
    {
      key,
      name: file.name,
      state: "waits",
      progress: 0,
      says: t`Waits for its turn.`,
      statementId: null,
    },
    ...imports.value,
  ];
  before = before.then(() => send(key, file, of));
}

/** @param key of an import that is done */
export function dismissImport(key: number) {
  imports.value = imports.value.filter((each) => each.key !== key);
}

/** What a person has decided of a file elsewhere on the page: its line says so at once. */
export function importMoved(
  statementId: string,
  { status, message }: Pick<Run, "status" | "message">,
) {
  for (const { key } of imports.value.filter((each) => each.statementId === statementId))
    set(key, { state: stateOf(status), says: message });
}

/** @param status of a run */
function stateOf(status: string): Import["state"] {
  return status === "processing" || status === "needs_review" || status === "complete"
    ? status
    : "stopped";
}

function set(key: number, to: Partial<Import>) {
  imports.value = imports.value.map((each) => (each.key === key ? { ...each, ...to } : each));
}

async function send(key: number, file: File, of: { account: string; encoding: string }) {
  if (file.size > MEGABYTES.statement * MB) {
    set(key, {
      state: "refused",
      says: t`This file has ${fileSize(file.size)}; it may have at most ${MEGABYTES.statement} MB.
        Ask the bank for shorter periods.`,
    });
    return;
  }
  set(key, { state: "sending", says: t`Is being sent.` });
  try {
    const asked = new URLSearchParams(Object.entries(of).filter(([, value]) => value));
    const path = asked.size > 0 ? `/api/bank/statements?${asked}` : "/api/bank/statements";
    const { answer, isNew } = await sendTo(path, file, (progress) => set(key, { progress }));
    set(key, {
      state: "processing",
      progress: 1,
      says: t`Is being read.`,
      statementId: answer.statementId,
    });
    void follow(key, answer.runId, isNew);
  } catch (error) {
    if (!showIfOver(error)) set(key, { state: "refused", says: sentenceOf(error) });
  }
}

/** @param isNew whether these bytes were not here before */
async function follow(key: number, runId: string, isNew: boolean) {
  const following = new AbortController();
  try {
    await followRun(runId, following.signal, ({ status, message }) => {
      // A person decides on it on the statement's own page: until then it is looked at now and
      // then.
      if (!imports.value.some((each) => each.key === key)) following.abort();
      set(key, { state: stateOf(status), says: isNew ? message : `${KNOWN} ${message}` });
      if (status === "complete") void complete(key, isNew);
    });
  } catch (error) {
    if (!showIfOver(error)) set(key, { says: sentenceOf(error) });
  }
}

async function complete(key: number, isNew: boolean) {
  stored.value += 1;
  const id = imports.value.find((each) => each.key === key)?.statementId;
  if (!id) return;
  try {
    const found = await get("/api/bank/statements/{statement_id}", { path: { statement_id: id } });
    set(key, { says: isNew ? outcomeOf(found) : knownInWords(found, await accountsOf(found)) });
  } catch (error) {
    // Its run has told enough.
    showIfOver(error);
  }
}

/** @returns the names of the bank accounts in it */
async function accountsOf({ sections }: BankStatementDetail): Promise<string> {
  const of = new Set(sections.map(({ bankAccountId }) => bankAccountId));
  const { items } = await get("/api/bank/accounts");
  return items
    .filter(({ id }) => of.has(id))
    .map(({ name }) => name)
    .join(t` and `);
}

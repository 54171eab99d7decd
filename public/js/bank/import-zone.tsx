/**
 * The ways a bank's files come in: chosen, or dropped anywhere on the page; and what becomes of
 * them.
 */

import { useEffect, useId, useRef, useState } from "preact/hooks";

import { Icon, Spinner } from "../parts/icon.tsx";
import { taker } from "../receipts/intake.ts";
import { SelectField } from "../parts/fields.tsx";
import { ENCODINGS } from "./mapping.ts";
import { dismissImport, importFile, imports } from "./imports.ts";
import { t } from "../words.ts";
import type { BankAccount, BankStatement } from "../api/types.d.ts";
import type { Import } from "./imports.ts";

const ENDINGS =
  ".xml,.sta,.mt940,.940,.ofx,.qfx,.csv,.txt,.bai,.bai2,.cod,.coda,.n43,.q43,.afb,.cfo,.qif,.asc";
const TYPES = `${ENDINGS},application/xml,text/xml,text/csv,text/plain`;

/**
 * @returns the account that a file is sent for; empty where it names it itself, as all but tables
 * of banks do
 */
function accountFor(
  { name }: File,
  { said, chosen, active }: { said: string; chosen: string; active: BankAccount[] },
): string {
  const [first, ...others] = active;
  const only = others.length === 0 ? first : undefined;
  if (said || !/\.(?:csv|txt|qif)$/i.test(name))
    return said || (only?.number === null ? only.id : "");
  return active.find(({ id }) => id === chosen)?.id ?? only?.id ?? "";
}

/** `chosen` is the account whose entries are shown */
export function ImportZone({ accounts, chosen }: { accounts: BankAccount[]; chosen: string }) {
  const active = accounts.filter(({ archivedAt }) => !archivedAt);
  const [said, say] = useState("");
  const [encoding, setEncoding] = useState("");
  const input = useRef<HTMLInputElement | null>(null);
  const id = useId();
  const take = useRef((_files: File[]) => {});
  take.current = (files) => {
    for (const file of files)
      importFile(file, { account: accountFor(file, { said, chosen, active }), encoding });
  };
  useEffect(() => {
    taker.current = (files) => take.current(files);
    return () => {
      taker.current = null;
    };
  }, []);
  const onChange = (event: Event) => {
    const element = event.currentTarget as HTMLInputElement;
    take.current([...(element.files ?? [])]);
    element.value = "";
  };
  if (active.length === 0) return null;
  return (
    <div class="bank-import">
      <input
        hidden
        type="file"
        multiple
        accept={TYPES}
        ref={input}
        onChange={onChange}
        aria-label="Files of the bank"
      />
      <button type="button" class="button primary" onClick={() => input.current?.click()}>
        <Icon name="upload" />
        Import statements
      </button>
      {active.length > 1 && (
        <>
          <label for={id}>of</label>
          <select
            id={id}
            value={said}
            onChange={(event: Event) => say((event.target as HTMLSelectElement).value)}
          >
            <option value="">the account that the file names</option>
            {active.map((each) => (
              <option key={each.id} value={each.id}>
                {each.name}
              </option>
            ))}
          </select>
        </>
      )}
      <details class="bank-encoding">
        <summary>Character set</summary>
        <SelectField
          label="Character set"
          options={ENCODINGS}
          value={encoding}
          onValue={setEncoding}
          hint="Choose one where names were read with wrong letters."
        />
      </details>
    </div>
  );
}

/**
 * @param statements the newest
 * @returns files that wait for a person, also those of this visit
 */
export function waitingOf(statements: BankStatement[]): number {
  const own = imports.value
    .filter(({ state }) => state === "needs_review")
    .map(({ statementId }) => statementId);
  const known = new Set(imports.value.map(({ statementId }) => statementId));
  return new Set([
    ...own,
    ...statements
      .filter(({ id, status }) => status === "needs_review" && !known.has(id))
      .map(({ id }) => id),
  ]).size;
}

/** Files of this visit, and others that wait for a person. Nothing where there are none. */
export function Imports({ waiting = [] }: { waiting?: BankStatement[] | undefined }) {
  const own = new Set(imports.value.map(({ statementId }) => statementId));
  const others = waiting.filter(({ id, status }) => status === "needs_review" && !own.has(id));
  if (imports.value.length + others.length === 0) return null;
  return (
    <ul class="lines is-wrapped" aria-label="Imported files">
      {imports.value.map((each) => (
        <Line key={each.key} of={each} />
      ))}
      {others.map(({ id, fileName }) => (
        <Line
          key={id}
          of={{
            key: 0,
            name: fileName ?? t`File without a name`,
            state: "needs_review" as const,
            progress: 1,
            says: t`It waits for you.`,
            statementId: id,
          }}
        />
      ))}
    </ul>
  );
}

const LABELS = {
  waits: t`Waits`,
  sending: t`Sending`,
  processing: t`Reading`,
  needs_review: t`Needs you`,
  complete: t`Imported`,
  stopped: t`Not imported`,
  refused: t`Not imported`,
};
const STATUS = {
  waits: "processing",
  sending: "processing",
  processing: "processing",
  needs_review: "needs_review",
  complete: "complete",
  stopped: "failed",
  refused: "refused",
};

function Line({ of: { key, name, state, progress, says, statementId } }: { of: Import }) {
  const isBusy = state === "waits" || state === "sending" || state === "processing";
  return (
    <li class="line">
      <div class="line-text">
        <span class="line-title">
          {isBusy && (
            <>
              <Spinner />{" "}
            </>
          )}
          {name}{" "}
          <span class="pill" data-status={STATUS[state]}>
            {LABELS[state]}
          </span>
        </span>
        <span class="line-note" role="status">
          {state === "sending" ? t`${Math.round(100 * progress)} % are sent.` : says}
        </span>
        <span class="line-actions">
          {statementId && (
            <a
              class={state === "needs_review" ? "button small primary" : "button small"}
              href={`/bank/statements/${statementId}`}
              aria-label={`${state === "needs_review" ? t`Decide` : t`Show`}: ${name}`}
            >
              {state === "needs_review" ? t`Decide` : t`Show`}
            </a>
          )}
          {!isBusy && key > 0 && (
            <button
              type="button"
              class="icon-button"
              aria-label={t`Hide ${name}`}
              title="Hide"
              onClick={() => dismissImport(key)}
            >
              <Icon name="close" />
            </button>
          )}
        </span>
      </div>
    </li>
  );
}

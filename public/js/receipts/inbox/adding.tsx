/** The ways to add receipts that stand in the list, and what it says while it is empty. */

import { MEGABYTES } from "../../api/limits.ts";
import { Icon, icon } from "../../parts/icon.tsx";
import { AddButtons } from "../add-buttons.tsx";
import { chooseFiles, takePhoto } from "../intake.ts";
import { WhoPaysNext } from "../payer.tsx";
import { may } from "../../state/session.ts";
import { justAdded } from "./added.ts";
import { lists } from "./addresses.ts";
import { t } from "../../words.ts";
import type { ListName } from "../../state/run-store.ts";

export function AddStrip() {
  if (!may("submit")) return null;
  return (
    <div class="add-strip" id="add-strip">
      <Icon name="upload" class="only-fine" />
      <p class="only-fine">
        Drop receipts anywhere on this page, paste them, or{" "}
        <button type="button" class="link-button" onClick={chooseFiles}>
          choose files
        </button>
        . No receipt? <a href="/expenses/new">Add the expense by hand</a>
      </p>
      {/* One question at a time: what was just added is asked of below. */}
      {justAdded().length === 0 && <WhoPaysNext />}
    </div>
  );
}

/** `hasNoReceipt`: there is no receipt at all */
export function EmptyList({ name, hasNoReceipt }: { name: ListName; hasNoReceipt: boolean }) {
  if (hasNoReceipt) return <EmptyInbox />;
  if (name === "open" || name === "all") return <AllDone />;
  const [title, text] =
    name === "review"
      ? [
          t`Nothing needs review`,
          t`When Tillroll is not sure of a total, a date or a merchant, the receipt waits here for you.`,
        ]
      : [
          t`Nothing has failed`,
          t`A receipt that cannot be finished waits here until it is retried or given up. Nothing of it is lost.`,
        ];
  return (
    <div class="empty">
      <Icon name="check" class="empty-mark" />
      <h2>{title}</h2>
      <p>{text}</p>
    </div>
  );
}

/** Nothing waits: a moment to enjoy, and the ways on. */
function AllDone() {
  return (
    <div class="empty all-done" id="all-done">
      <Icon name="check" class="empty-mark" />
      <h2>All done</h2>
      <p>Each receipt is read and confirmed.</p>
      <p class="empty-actions">
        {may("submit") && (
          <button type="button" class="button only-coarse" onClick={takePhoto}>
            <Icon name="camera" />
            Take a photo
          </button>
        )}
        <a class="button" href="/expenses">
          Expenses
        </a>
        <a class="button" href={lists.all}>
          All receipts
        </a>
      </p>
    </div>
  );
}

function EmptyInbox() {
  if (!may("submit"))
    return (
      <div class="empty" id="empty-all">
        <h2>There is no receipt yet</h2>
      </div>
    );
  return (
    <div class="empty" id="empty-all">
      <svg class="empty-picture" viewBox="0 0 120 140" aria-hidden="true">
        <use href={icon("receipt")} />
      </svg>
      <h2 class="only-fine">Drop your receipts here</h2>
      <h2 class="only-coarse">Photograph a receipt, or choose files</h2>
      <p>
        One photo or fifty at once: JPEG, PNG, WebP, PDF or e-invoice (XML), up to{" "}
        {MEGABYTES.receipt} MB each. Tillroll reads them and makes an expense of each; where it is
        unsure, it asks you.
      </p>
      <WhoPaysNext />
      <div class="empty-actions">
        <AddButtons isPrimary />
      </div>
      <p class="quiet only-fine">You can also paste a picture.</p>
      <p class="quiet">
        No receipt? <a href="/expenses/new">Add the expense by hand</a>
      </p>
    </div>
  );
}

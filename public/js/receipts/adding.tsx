/** The ways to add receipts that every page has: a button at a desk, a sheet on a phone. */

import { Icon } from "../parts/icon.tsx";
import { Sheet } from "../parts/sheet.tsx";
import { may } from "../state/session.ts";
import { chooseFiles, SHEET_ID, takePhoto } from "./intake.ts";
import { WhoPaysNext } from "./payer.tsx";

/** In the sidebar. */
export function AddButton() {
  if (!may("submit")) return null;
  return (
    <button
      type="button"
      class="button primary side-add"
      id="choose-button"
      title="Add receipts (a)"
      onClick={chooseFiles}
    >
      <Icon name="plus" />
      <span class="side-label">Add receipts</span>
    </button>
  );
}

/** In a phone's bar. A tap opens the camera; what else there is shows behind it. */
export function AddSheet() {
  if (!may("submit")) return null;
  return (
    <Sheet id={SHEET_ID} title="Add" icon="camera" act={takePhoto}>
      <div class="sheet-payer" onClick={(event: Event) => event.stopPropagation()}>
        <WhoPaysNext />
      </div>
      <button type="button" onClick={takePhoto}>
        <Icon name="camera" />
        Take a photo
      </button>
      <button type="button" onClick={chooseFiles}>
        <Icon name="upload" />
        Choose files
      </button>
      <a href="/expenses/new">
        <Icon name="pencil" />
        Add the expense by hand
      </a>
    </Sheet>
  );
}

/**
 * What files come in by, wherever the page is: the browser's dialogues, and what is dropped on it.
 */

import { Icon } from "../parts/icon.tsx";
import { CHOOSE_ID, isDropping, PHOTO_ID, takeChosen } from "./intake.ts";

// HEIC by its ending too: browsers but Safari know no type of it.
const TYPES =
  "image/jpeg,image/png,image/webp,image/heic,.heic,.heif,application/pdf,application/xml,text/xml,.xml";

export function Intake() {
  return (
    <>
      <input hidden type="file" id={CHOOSE_ID} accept={TYPES} multiple onChange={takeChosen} />
      <input
        hidden
        type="file"
        id={PHOTO_ID}
        accept="image/*"
        capture="environment"
        onChange={takeChosen}
      />
      {isDropping.value && (
        <div class="drop-overlay" id="drop-overlay">
          <p>
            <Icon name="upload" />
            Drop to add
          </p>
        </div>
      )}
    </>
  );
}

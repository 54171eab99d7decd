/** How a receipt is handed in wherever one is wanted: by files, or on a phone by its camera. */

import { Icon } from "../parts/icon.tsx";
import { chooseFiles, takePhoto } from "./intake.ts";

/** `isPrimary`: it is what the place is for */
export function AddButtons({ isPrimary = false }: { isPrimary?: boolean }) {
  return (
    <>
      <button type="button" class={isPrimary ? "button primary" : "button"} onClick={chooseFiles}>
        <Icon name="upload" />
        Choose files
      </button>
      <button type="button" class="button only-coarse" onClick={takePhoto}>
        <Icon name="camera" />
        Take a photo
      </button>
    </>
  );
}

/** How a receipt is handed in wherever one is wanted: by files, or on a phone by its camera. */

import { Icon } from "../parts/icon.tsx";
import { answerByFiles, answerByPhoto, chooseFiles, takePhoto } from "./intake.ts";

/**
 * `isPrimary`: it is what the place is for; `isAnswer`: they are receipts of what the company's
 * account paid
 */
export function AddButtons({ isPrimary = false, isAnswer = false }) {
  return (
    <>
      <button
        type="button"
        class={isPrimary ? "button primary" : "button"}
        onClick={isAnswer ? answerByFiles : chooseFiles}
      >
        <Icon name="upload" />
        Choose files
      </button>
      <button
        type="button"
        class="button only-coarse"
        onClick={isAnswer ? answerByPhoto : takePhoto}
      >
        <Icon name="camera" />
        Take a photo
      </button>
    </>
  );
}

// @ts-check
/** Which field a person looks at: the one under the pointer, else the one with the focus; or which line of the text. */

import { computed, signal } from "@preact/signals";

/** @import { ReadonlySignal } from "@preact/signals" */
/** @import { FieldName } from "../api.js" */

/**
 * @typedef {object} Attention
 * @property {ReadonlySignal<FieldName | null>} active
 * @property {(field: FieldName) => Record<string, () => void>} watch listeners for what shows the field
 * @property {(field: FieldName | null, line?: number | null) => void} point at it from the text, or at the line alone
 * @property {ReadonlySignal<number | null>} line of the text, counted from 0, where no field of it is pointed at
 */

/** @returns {Attention} */
export function makeAttention() {
  const pointed = signal(/** @type {FieldName | null} */ (null));
  const line = signal(/** @type {number | null} */ (null));
  const focused = signal(/** @type {FieldName | null} */ (null));
  return {
    active: computed(() => pointed.value ?? focused.value),
    line,
    // Moves, and not entering: an element that appears under a pointer at rest is not pointed at.
    watch: (field) => ({
      onPointerMove: () => void (pointed.value = field),
      onPointerLeave: () => void (pointed.value = null),
      onFocusIn: () => void (focused.value = field),
      onFocusOut: () => void (focused.value = null),
    }),
    point(field, at = null) {
      pointed.value = field;
      line.value = field === null ? at : null;
    },
  };
}

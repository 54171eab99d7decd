/**
 * Which field a person looks at: the one under the pointer, else the one with the focus; or which
 * line of the text.
 */

import { computed, signal } from "@preact/signals";
import type { ReadonlySignal } from "@preact/signals";
import type { FieldName } from "../api.ts";

export interface Attention {
  active: ReadonlySignal<FieldName | null>;
  /** listeners for what shows the field */
  watch: (field: FieldName) => Record<string, () => void>;
  /** at it from the text, or at the line alone */
  point: (field: FieldName | null, line?: number | null) => void;
  /** of the text, counted from 0, where no field of it is pointed at */
  line: ReadonlySignal<number | null>;
}

export function makeAttention(): Attention {
  const pointed = signal<FieldName | null>(null);
  const line = signal<number | null>(null);
  const focused = signal<FieldName | null>(null);
  return {
    active: computed(() => pointed.value ?? focused.value),
    line,
    // Moves, and not entering: an element that appears under a pointer at rest is not pointed at.
    watch: (field) => ({
      onPointerMove: () => {
        pointed.value = field;
      },
      onPointerLeave: () => {
        pointed.value = null;
      },
      onFocusIn: () => {
        focused.value = field;
      },
      onFocusOut: () => {
        focused.value = null;
      },
    }),
    point(field, at = null) {
      pointed.value = field;
      line.value = field === null ? at : null;
    },
  };
}

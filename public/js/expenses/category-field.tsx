/** A field for a category. It says whether what is typed is one in use, several, or a new one. */

import { TextField } from "../parts/fields.tsx";
import { categories, loadCategories } from "./categories.ts";
import { nameMeant } from "../values/name-meant.ts";
import { t } from "../words.ts";
import type { FieldProps } from "../parts/fields.tsx";
import type { Meant } from "../values/name-meant.ts";

const LONGEST = 60;
const MOST_NAMED = 3;

export function CategoryField(props: FieldProps) {
  const { value, onValue } = props;
  const meant = nameMeant(value, categories.value);
  const attributes = {
    onFocus: (event: FocusEvent) => {
      (event.currentTarget as HTMLInputElement).select();
      void loadCategories();
    },
    onBlur: () => {
      if (meant.several.length === 0 && meant.name !== value) onValue(meant.name);
    },
  };
  return (
    <TextField
      maxLength={LONGEST}
      {...props}
      list="categories"
      hint={hintFor(value, meant) ?? props.hint}
      attributes={attributes}
    />
  );
}

function hintFor(typed: string, { name, isNew, several }: Meant): string | null {
  if (several.length > 0) {
    const names = several.slice(0, MOST_NAMED).join(", ");
    return several.length > MOST_NAMED ? t`Begin so: ${names}, …` : t`Begin so: ${names}`;
  }
  if (isNew && categories.value.length > 0) return t`A new category`;
  if (name !== typed.trim()) return `→ ${name}`;
  return null;
}

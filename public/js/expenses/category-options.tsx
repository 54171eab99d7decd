/** What is offered while one types a category. */

import { categories } from "./categories.ts";

export function CategoryOptions() {
  return (
    <datalist id="categories">
      {categories.value.map((value) => (
        <option key={value} value={value} />
      ))}
    </datalist>
  );
}

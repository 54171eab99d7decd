/** What is offered while one types a currency or a category. */

import { currencyName } from "../format.ts";
import { categories } from "../expenses/categories.ts";

export function Options() {
  return (
    <>
      <Currencies />
      <datalist id="categories">
        {categories.value.map((value) => (
          <option key={value} value={value} />
        ))}
      </datalist>
    </>
  );
}

function Currencies() {
  return (
    <datalist id="currencies">
      {Intl.supportedValuesOf("currency").map((code) => (
        <option key={code} value={code} label={`${code} ${currencyName(code)}`} />
      ))}
    </datalist>
  );
}

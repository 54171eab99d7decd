/** What is offered while one types a currency. */

import { currencyName } from "../format.ts";

export function CurrencyOptions() {
  return (
    <datalist id="currencies">
      {Intl.supportedValuesOf("currency").map((code) => (
        <option key={code} value={code} label={`${code} ${currencyName(code)}`} />
      ))}
    </datalist>
  );
}

// @ts-check
/** The currencies that are offered while one types a code. */

import { byId, el } from "./dom.js";
import { currencyName } from "./format.js";

/** Fill the list that index.html has for it. */
export function offerCurrencies() {
  const codes = Intl.supportedValuesOf("currency");
  const options = codes.map((code) => el("option", { value: code, label: `${code} ${currencyName(code)}` }));
  byId("currencies", HTMLDataListElement).replaceChildren(...options);
}

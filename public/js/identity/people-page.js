// @ts-check
/** Settings: who is in the account, and who was not let in. */

import { View } from "../parts/view.js";
import { People } from "./people.js";
import { Refusals } from "./refusals.js";
import { html } from "../words.js";

export default function PeoplePage() {
  return html`<${View} title="People"><${People} /><${Refusals} /><//>`;
}

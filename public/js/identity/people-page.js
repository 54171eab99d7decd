// @ts-check
/** Settings: who is in the account, and who was not let in. */

import { html } from "htm/preact";

import { View } from "../parts/view.js";
import { People } from "./people.js";
import { Refusals } from "./refusals.js";

export default function PeoplePage() {
  return html`<${View} title="People"><${People} /><${Refusals} /><//>`;
}

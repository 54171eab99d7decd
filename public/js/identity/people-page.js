// @ts-check
/** Settings: who is in the account, and who was not let in. */

import { get } from "../api/client.js";
import { View } from "../parts/view.js";
import { useRequest } from "../state/request.js";
import { People } from "./people.js";
import { Refusals } from "./refusals.js";
import { html } from "../words.js";

export default function PeoplePage() {
  const people = useRequest((signal) => get("/api/people", { signal }), []);
  return html`<${View} title="People"><${People} people=${people} /><${Refusals} people=${people.answer?.items ?? []} /><//>`;
}

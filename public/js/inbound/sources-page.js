// @ts-check
/** Settings: other systems whose events begin work here. */

import { View } from "../parts/view.js";
import { Sources } from "./sources.js";
import { html } from "../words.js";

export default function SourcesPage() {
  return html`<${View} title="Event sources"><${Sources} /><//>`;
}

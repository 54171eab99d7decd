// @ts-check
/** Settings: other systems whose events begin work here. */

import { html } from "htm/preact";

import { View } from "../parts/view.js";
import { Sources } from "./sources.js";

export default function SourcesPage() {
  return html`<${View} title="Event sources"><${Sources} /><//>`;
}

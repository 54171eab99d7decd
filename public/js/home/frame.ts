/** What home adds to the page's frame: the menu counts what waits for a person. */

import { lookForWaiting } from "./waiting.ts";
import type { Feature } from "../shell/feature.ts";

export const HOME: Feature = { onViewQuiet: () => void lookForWaiting() };

/** The companies of the person who is signed in, and the way to another one of them. */

import { signal } from "@preact/signals";

import { get, post } from "../api/client.ts";
import { leave } from "../session.ts";
import { fill } from "./gaps.ts";
import { report } from "./report.ts";
import type { Companies, Company } from "../api/types.d.ts";

/** Null until somebody opened a list of them. */
export const companies = signal<Companies | null>(null);

/** Asked when a list opens, since each database of the deployment is. */
export function refreshCompanies() {
  return fill(companies, ask, report);
}

async function ask() {
  companies.value = await get("/api/companies");
}

/** Go on in another company: the browser's session is there from then on, so the page loads anew, at `to`. */
export async function switchTo({ id }: Pick<Company, "id">, to = "/home") {
  try {
    await leave(async () => {
      await post("/api/companies/{company_id}/switch", null, { path: { company_id: id } });
    }, to);
  } catch (error) {
    report(error);
  }
}

/** When a schedule would be due next, while it is typed. */

import { ApiError, post } from "../../api/client.ts";
import { useRequest } from "../../state/request.ts";
import { locale } from "../../words.ts";

/**
 * What it says, and its next moments in words; nothing while it cannot be read, which is said when
 * it is saved.
 *
 * @param cron null while it is none
 */
export function useNext(cron: string | null, timeZone: string) {
  return useRequest(
    async (signal) => {
      if (!cron) return null;
      try {
        const { inWords, nextTicks } = await post(
          "/api/schedules/preview",
          { cron, timeZone },
          { signal },
        );
        // Written in the zone that was asked for: what is shown stays while the next one is typed,
        // and half a name is no zone.
        return { inWords, moments: nextTicks.map((tick) => momentIn(tick, timeZone)) };
      } catch (error) {
        if (error instanceof ApiError && error.status === 422) return null;
        throw error;
      }
    },
    [cron, timeZone],
  ).answer;
}

/** @param zone one that the server has read; a browser may not know it, and then it is UTC */
export function momentIn(tick: string, zone: string) {
  const said = (timeZone: string) =>
    new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone }).format(
      new Date(tick),
    );
  try {
    return said(zone);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return `${said("UTC")} UTC`;
  }
}

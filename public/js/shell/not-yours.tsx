/** What stands in the place of a page whose work none of one's roles allows. */

import { View } from "../parts/view.tsx";
import { SCOPES } from "../values/roles.ts";
import { t } from "../words.ts";

/** `needs`: any of these permissions would do */
export function NotYours({ title, needs }: { title: string; needs: readonly string[] }) {
  const allowed = SCOPES.filter(({ value }) => needs.includes(value)).map(({ says }) => says);
  return (
    <View title={title}>
      <p>
        None of your roles in the account allows this page. It is for those who{" "}
        {allowed.join(t`, or `)}.
      </p>
      <p>
        Ask an owner of the account for such a role, or <a href="/">go to the inbox</a>.
      </p>
    </View>
  );
}

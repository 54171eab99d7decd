/** What an address shows that leads nowhere. */

import { View } from "../parts/view.tsx";

export function NoSuchPage() {
  return (
    <View title="There is no such page">
      <p>
        Tillroll has no page at <code>{location.pathname}</code>
      </p>
      <p>
        Check how it is spelled, or <a href="/">go to the inbox</a>.
      </p>
    </View>
  );
}

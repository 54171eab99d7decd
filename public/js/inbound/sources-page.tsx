/** Settings: other systems whose events begin work here. */

import { View } from "../parts/view.tsx";
import { Sources } from "./sources.tsx";

export default function SourcesPage() {
  return (
    <View title="Event sources">
      <Sources />
    </View>
  );
}

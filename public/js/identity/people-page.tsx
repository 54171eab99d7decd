/** Settings: who is in the account, and who was not let in. */

import { get } from "../api/client.ts";
import { View } from "../parts/view.tsx";
import { useRequest } from "../state/request.ts";
import { People } from "./people.tsx";
import { Refusals } from "./refusals.tsx";

export default function PeoplePage() {
  const people = useRequest((signal) => get("/api/people", { signal }), []);
  return (
    <View title="People">
      <People people={people} />
      <Refusals people={people.answer?.items ?? []} />
    </View>
  );
}

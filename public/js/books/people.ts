/** The account's people by their ids, for words that name them. */

import { get } from "../api/client.ts";
import { useRequest } from "../state/request.ts";

/** @returns names; null while they are asked for, empty for who may not see them */
export function usePeople(): Map<string, string> | null {
  const { answer, isLoading } = useRequest((signal) => get("/api/people", { signal }), []);
  if (!answer && !isLoading) return new Map();
  return answer && new Map(answer.items.map(({ id, name }) => [id, name]));
}

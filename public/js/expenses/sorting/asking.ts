/** What dialogues and forms of sorting have in common: they are busy, they fail. */

import { useState } from "preact/hooks";

import { ApiError } from "../../api/client.ts";
import { sentenceOf } from "../../state/request.ts";
import { useBusy } from "../../parts/use-busy.ts";

interface Asking {
  isBusy: boolean;
  /** what is wrong, also where a field says it */
  problem: string | null;
  /** what is wrong, where no field says it */
  unplaced: string | null;
  /** what is wrong, by the field's name */
  fields: Record<string, string>;
  ask: (ask: () => Promise<void>) => Promise<void>;
}

export function useAsking(): Asking {
  const [isBusy, whileBusy] = useBusy();
  const [problem, setProblem] = useState<string | null>(null);
  const [fields, setFields] = useState<Record<string, string>>({});
  async function ask(doIt: () => Promise<void>) {
    return whileBusy(async () => {
      setProblem(null);
      setFields({});
      try {
        await doIt();
      } catch (error) {
        if (error instanceof ApiError && error.fieldErrors.length > 0) {
          setFields(
            Object.fromEntries(error.fieldErrors.map(({ field, message }) => [field, message])),
          );
        }
        setProblem(sentenceOf(error));
      }
    });
  }
  const unplaced = Object.keys(fields).length === 0 ? problem : null;
  return { isBusy, problem, unplaced, fields, ask };
}

/** What fields of a form are given: by its name, what is filled in and what is wrong with it. */
export function fieldsOf<Given extends Record<string, string>>(
  given: Given,
  setGiven: (given: Given) => void,
  problems: Record<string, string>,
) {
  return (name: keyof Given & string, label: string) => ({
    label,
    value: given[name] ?? "",
    onValue: (value: string) => setGiven({ ...given, [name]: value }),
    problem: problems[name] ?? null,
  });
}

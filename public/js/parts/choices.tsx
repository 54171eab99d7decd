/** Several of a few: a box to tick for each, with what it means. */

import { useId } from "preact/hooks";

export function Choices<Value extends string>({
  legend,
  options,
  chosen,
  onChange,
  problem,
}: {
  legend: string;
  options: { value: Value; label: string; says?: string }[];
  chosen: readonly Value[];
  onChange: (chosen: Value[]) => void;
  problem?: string | null;
}) {
  const id = useId();
  const onTick = (value: Value) =>
    onChange(chosen.includes(value) ? chosen.filter((each) => each !== value) : [...chosen, value]);
  return (
    <fieldset class="choices" aria-describedby={problem ? `${id}-problem` : undefined}>
      <legend>{legend}</legend>
      {options.map(({ value, label, says }) => (
        <label key={value} class="check">
          <input type="checkbox" checked={chosen.includes(value)} onChange={() => onTick(value)} />
          <span>
            <strong>{label}</strong> <span class="quiet">{says}</span>
          </span>
        </label>
      ))}
      {problem && (
        <p class="input-problem" id={`${id}-problem`} role="alert">
          {problem}
        </p>
      )}
    </fieldset>
  );
}

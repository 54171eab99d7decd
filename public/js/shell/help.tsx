/** The keyboard's shortcuts, and the switch for them. */

// It is there by then. By this line esbuild knows, and leaves what they share with it in one file.
import "../app.tsx";

import { useLayoutEffect, useRef } from "preact/hooks";

import { allKeys, capsOf, GO_TO, isHelpShown, setSingleKeys, singleKeys } from "../shortcuts.ts";
import { isOffered, ROUTES } from "./routes.ts";

/** @returns but the ways to what one is not offered */
function groups(): [where: string, keys: [key: string, what: string][]][] {
  const ways = ROUTES.filter(isOffered).map(({ key }) => `g ${key}`);
  return allKeys().map(([where, keys]) => [
    where,
    where === GO_TO ? keys.filter(([key]) => ways.includes(key)) : keys,
  ]);
}

export default function Help() {
  const dialog = useRef<HTMLDialogElement | null>(null);
  useLayoutEffect(() => {
    if (isHelpShown.value) dialog.current?.showModal();
  }, [isHelpShown.value]);
  const onChange = (event: Event) =>
    setSingleKeys((event.currentTarget as HTMLInputElement).checked);
  const onClose = () => {
    isHelpShown.value = false;
  };
  return (
    <dialog class="help" id="help" aria-labelledby="help-title" ref={dialog} onClose={onClose}>
      <h2 id="help-title" tabindex={-1} autofocus>
        Keyboard shortcuts
      </h2>
      <div class="help-groups">
        {isHelpShown.value &&
          groups().map(([where, keys]) => (
            <section key={where}>
              <h3>{where}</h3>
              <dl>
                {keys.map(([key, what]) => (
                  <div key={key}>
                    <dt>{what}</dt>
                    <dd>
                      {capsOf(key).map((cap) => (
                        <>
                          <kbd key={cap}>{cap}</kbd>{" "}
                        </>
                      ))}
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
      </div>
      <label class="check">
        <input type="checkbox" id="single-keys" checked={singleKeys.value} onChange={onChange} />{" "}
        Single keys work as shortcuts
      </label>
      <form method="dialog">
        <button class="button primary">Close</button>
      </form>
    </dialog>
  );
}

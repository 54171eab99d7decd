/**
 * What this browser keeps as JSON, under keys of one beginning. Where it has no room, or allows no
 * storage, nothing is kept.
 */

/**
 * @param prefix of all its keys
 * @param storage of this tab, or of this device; asked for late, since asking may be forbidden
 */
export function storedUnder(prefix: string, storage: () => Storage) {
  function keys(): string[] {
    try {
      return Object.keys(storage()).filter((key) => key.startsWith(prefix));
    } catch (error) {
      if (error instanceof DOMException) return [];
      throw error;
    }
  }
  return {
    keep(key: string, value: unknown) {
      try {
        storage().setItem(prefix + key, JSON.stringify(value));
      } catch (error) {
        if (!(error instanceof DOMException)) throw error;
      }
    },
    /** @returns undefined where there is nothing */
    read(key: string): any {
      if (!keys().includes(prefix + key)) return undefined;
      return JSON.parse(storage().getItem(prefix + key) ?? "null");
    },
    drop(isMeant: (key: string) => boolean) {
      for (const key of keys()) {
        if (isMeant(key.slice(prefix.length))) storage().removeItem(key);
      }
    },
  };
}

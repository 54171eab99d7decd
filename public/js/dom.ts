/** The elements of a page that has them in its HTML. */

/** The element with this id. */
export function byId<Type extends typeof HTMLElement>(id: string, type: Type): InstanceType<Type> {
  const element = document.getElementById(id);
  if (!(element instanceof type))
    throw new TypeError(`The page has no ${type.name} with the id ${id}`);
  return element as InstanceType<Type>;
}

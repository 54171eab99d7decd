// @ts-check
/** The elements of a page that has them in its HTML. */

/**
 * The element with this id.
 *
 * @template {typeof HTMLElement} Type
 * @param {string} id
 * @param {Type} type
 * @returns {InstanceType<Type>}
 */
export function byId(id, type) {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new TypeError(`The page has no ${type.name} with the id ${id}`);
  return /** @type {InstanceType<Type>} */ (element);
}

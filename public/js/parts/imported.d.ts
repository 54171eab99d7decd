/** A picture that a module imports: the build gives its address, which changes with its content. */
declare module "*.svg" {
  const address: string;
  export default address;
}

/** A catalogue of translations: where a number chooses, one for each form. */
declare module "*.po" {
  const catalogue: Record<string, string | string[]>;
  export default catalogue;
}

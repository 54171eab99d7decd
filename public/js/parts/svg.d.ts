/** A picture that a module imports: the build gives its address, which changes with its content. */
declare module "*.svg" {
  const address: string;
  export default address;
}

/** What every view is given. */

export interface ViewProps {
  /** the `:names` of its path */
  params: Record<string, string>;
  query: URLSearchParams;
}

/** The dialogue of an operation, loaded once one is asked for. */

import { lazy } from "../../../parts/lazy.ts";

export const OperationDialog = lazy(() =>
  import("./operation-dialog.tsx").then((module) => module.OperationDialog),
);

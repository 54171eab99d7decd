// Made by `make docs` from the Worker's own limits: change them there.

/** Bytes of a megabyte. */
export const MB = 1024 * 1024;
/** How many megabytes a file may have that is sent, by what it is. */
export const MEGABYTES = {
  receipt: 10,
  statement: 32,
};

/** Where it is found who is on call. */
export type OnCallSource =
  /** The members of an Entra group, by display name or object id. */
  | { readonly name: string; readonly kind: 'entra-group'; readonly group: string }
  /** A file with shifts; its path is taken from the folder of the rulebook. */
  | { readonly name: string; readonly kind: 'rota'; readonly file: string };

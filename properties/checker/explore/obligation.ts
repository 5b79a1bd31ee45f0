/**
 * What has to follow: wherever it begins to be owed and is not over at once, it ends some time
 * later, unless something pardons it before.
 */
export type Obligation<S> = {
  readonly id: string;
  readonly begins: (state: S) => boolean;
  readonly ends: (state: S) => boolean;
};

/** One step of a path. */
export type Stride<S, E> = { readonly event: E; readonly after: S };

/** A path that never ends what it owes, and does all that is fair. */
export type Lasso<S, E> = {
  readonly start: S;
  readonly stem: readonly Stride<S, E>[]; // once
  readonly begins: number; // strides of the stem before it is owed
  readonly cycle: readonly Stride<S, E>[]; // for ever; empty: nothing more has to happen
};

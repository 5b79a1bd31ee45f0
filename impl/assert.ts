/** States a fact that only a bug of ours can make false; `invariant` says it with its values. */
export function assert(condition: boolean, invariant: string): asserts condition {
  if (!condition) throw new Error(`broken invariant: ${invariant}`);
}

/**
 * What becomes of an extreme as the scope grows: it stays as it is, it grows too, or there is no
 * telling because too little was seen.
 */
export type Growth = 'bound' | 'grows' | 'open';

/**
 * From the values in a scope and in the next larger ones, each within the one after it; `null`
 * where the scope was not exhausted, so that there may be more.
 */
export const growthOf = (values: readonly (number | null)[]): Growth => {
  const [first = null, ...others] = values;
  if (first !== null && others.some((value) => value !== null && value > first)) return 'grows';
  return first === null || others.length === 0 || others.includes(null) ? 'open' : 'bound';
};

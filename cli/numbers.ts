/** A number as people read it. */
export const counted = (value: number): string => Math.round(value).toLocaleString('en-US');

/** `1 run`, `2,000 runs`. */
export const many = (value: number, noun: string): string =>
  `${counted(value)} ${noun}${value === 1 ? '' : 's'}`;

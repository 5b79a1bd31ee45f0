/** A number as people read it; by hand, for loading a locale takes some 20 ms. */
export const counted = (value: number): string =>
  `${Math.round(value)}`.replace(/\B(?=(\d{3})+$)/g, ',');

/** `1 run`, `2,000 runs`. */
export const many = (value: number, noun: string): string =>
  `${counted(value)} ${noun}${value === 1 ? '' : 's'}`;

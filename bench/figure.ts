/** One line of the results: what was measured, what was asked for, and what came out. */
export type Figure = { readonly what: string; readonly asked: string; readonly measured: string };

/** A number as people read it. */
export const counted = (value: number): string => Math.round(value).toLocaleString('en-US');

/** The middle one; 0 of none. */
export const median = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;

/** Seconds of this process's processor time that something takes. */
export const cpuSeconds = (work: () => void): number => {
  const began = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1e6;
};

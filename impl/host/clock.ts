/** This machine's time in milliseconds, the same for all its processes; it never goes back. */
export const preciseMs = (): number => Number(process.hrtime.bigint() / 1000n) / 1000;

/** The same in whole milliseconds. */
export const monotonicMs = (): number => Math.floor(preciseMs());

/** The time of day in milliseconds, for the guest's clock and for people. */
export const timeOfDayMs = (): number => Date.now();

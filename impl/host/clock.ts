/** The time of this process in whole milliseconds since it began; it never goes back. */
export const monotonicMs = (): number => Math.floor(performance.now());

/** The time of day in milliseconds, for the guest's clock and for people. */
export const timeOfDayMs = (): number => Date.now();

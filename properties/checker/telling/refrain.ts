/** What is said of a lasso where its cycle begins or, with no event left, where it stops. */
export const refrain = (loop: number, events: number): string =>
  loop < events ? '… and then for ever:' : '… and nothing more has to happen';

const asksEvery = 1 << 12;

/** Whether to go on with what may take long; once it is not, it never is again. */
export type Patience = () => boolean;

/** To be asked at each step of a work; it asks itself only at the first one, and after many. */
export const patient = (goesOn: () => boolean): Patience => {
  let steps = 0;
  let isOver = false;
  return () => {
    if (!isOver && steps % asksEvery === 0) isOver = !goesOn();
    steps++;
    return !isOver;
  };
};

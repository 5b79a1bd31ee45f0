import type { Guest } from './guest.ts';

/** The reading of the clock at which a guest's timer has to strike; `null` if there is none. */
export const alarmOf = ({ alarmMs }: Guest): number | null => alarmMs ?? null;

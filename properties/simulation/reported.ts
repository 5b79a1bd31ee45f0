/** What a run of the program leaves behind: the same around real processes (`lockstep run`). */
export type { Happening, Net, Reported } from '../../impl/observed/reported.ts';

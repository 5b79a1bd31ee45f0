import type { Figure } from './figure.ts';
import { pairFigures } from './pair.ts';
import { servedFigures } from './served.ts';
import { simulatedFigures } from './simulated.ts';

/** What the program comes to, simulated and as real processes. */
export const programFigures = async (): Promise<readonly Figure[]> => [
  ...simulatedFigures(),
  ...(await servedFigures()),
  ...(await pairFigures()),
];

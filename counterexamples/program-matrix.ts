import { isLeft } from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';

/** How a wrong program died: which check noticed what, by a script, a soak or a timed run. */
export type Died = {
  readonly kind: string;
  readonly cause: string;
  readonly events?: number;
  readonly soak?: { readonly seed: string; readonly troubledMs: number };
  readonly timed?: { readonly seed: string };
};

/** The kill matrix of the program: the wrong programs that are refuted. */
export type ProgramMatrix = Readonly<Record<string, Died>>;

const soak = t.type({ seed: t.string, troubledMs: t.number });
const common = { kind: t.string, cause: t.string };

const matrix: t.Decoder<unknown, ProgramMatrix> = t.record(
  t.string,
  t.union([
    t.strict({ ...common, events: t.number }),
    t.strict({ ...common, soak }),
    t.strict({ ...common, timed: t.type({ seed: t.string }) }),
  ]),
);

/** The matrix in a file's text; `null` if it is none. */
export const decodeProgramMatrix = (text: string): ProgramMatrix | null => {
  const decoded = matrix.decode(JSON.parse(text));
  return isLeft(decoded) ? null : decoded.right;
};

/** One wrong program a line. */
export const programMatrixJson = (of: ProgramMatrix): string => {
  const lines = Object.entries(of).map(
    ([name, died]) => `  ${JSON.stringify(name)}: ${JSON.stringify(died)}`,
  );
  return `{\n${lines.join(',\n')}\n}\n`;
};

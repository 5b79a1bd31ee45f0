import { isLeft } from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { type BadInput, badInput } from '../../counterexamples/bad-input.ts';
import {
  type Codec,
  closed,
  codecOf,
  listOf,
  textLike,
  truth,
  whole,
} from '../../counterexamples/codec.ts';
import { type Complaint, complaint, firstOf } from '../../counterexamples/complaint.ts';
import { parseJson } from '../../counterexamples/json.ts';
import { word } from '../fields.ts';
import { header } from '../header.ts';
import { type Observed, observed } from '../observation.ts';
import type { Finding } from './finding.ts';
import { type Episode, headerFor } from './pair-world.ts';
import { isScript, type Script } from './script.ts';

/** A script that has refuted a program, as it is kept in a file. */
export type ConformCase = {
  readonly format: 4;
  readonly kind: 'conform';
  readonly command: readonly string[]; // that was refuted; others can be put to it
  readonly eachHost: boolean; // whether it ran as one process for each host, or for the pair
  readonly seed: number;
  readonly number: number; // of the script that the seed gave, before it was made small
  readonly finding: Pick<Finding, 'kind' | 'key' | 'cites' | 'sentence'>;
  readonly script: Script;
};

/** What was recorded as a script was played. */
export const linesOf = (episodes: readonly Episode[]): readonly Observed[] =>
  episodes.flatMap((episode) =>
    episode.kind === 'line' && !episode.isUnheard ? [episode.line] : [],
  );

/** The file of a case: with all that was observed, so that it can be judged without a program. */
export const encodeCase = (one: ConformCase, log: readonly Observed[]): string =>
  `${JSON.stringify({ ...one, header: headerFor(one.script), log }, null, 1)}\n`;

const most = 1_000_000;
const sameNumber = (value: number): number => value;
const text: Codec<string> = textLike('a text', /^[^\0]*$/s);

const script: Codec<Script> = codecOf('the settings and events of a script', (value, context) =>
  isScript(value) ? t.success(value) : t.failure(value, context),
);

const common = {
  kind: word<'conform'>('conform'),
  command: listOf(text, 1, most),
  seed: whole(0, 2 ** 31 - 1, sameNumber),
  number: whole(0, Number.MAX_SAFE_INTEGER, sameNumber),
  finding: closed({
    kind: word<Finding['kind']>('refused', 'owed', 'unusable'),
    key: text,
    cites: listOf(text, 0, 100),
    sentence: text,
  }),
  script,
  header,
  log: listOf(observed, 0, most),
};

/** Until there could be a process for each host, or nobody knew of it afterwards. */
const third = closed({ format: word<3>(3), ...common });
const fourth = closed({ format: word<4>(4), eachHost: truth, ...common });

/** Whether a text says of itself that it is such a case; nothing else is known of it then. */
export const claimsToBeCase = (content: string): boolean => {
  const parsed = parseJson(content, 'a file');
  return !('sentence' in parsed) && t.UnknownRecord.is(parsed.value) && isKind(parsed.value);
};

const isKind = ({ kind }: { readonly [name: string]: unknown }): boolean => kind === 'conform';

const decode = (value: unknown): ConformCase | Complaint => {
  const expected = 'a counterexample of lockstep conform';
  if (!t.UnknownRecord.is(value) || !isKind(value)) return complaint('the file', expected, value);
  const { format } = value;
  if (format !== 3 && format !== 4) {
    return complaint('format', '3 or 4, the versions known here', format);
  }
  const decoded = format === 3 ? third.decode(value) : fourth.decode(value);
  if (isLeft(decoded)) return firstOf(decoded.left, 'the file', expected);
  const { header: _, log: __, ...one } = decoded.right;
  return one.format === 3 ? { ...one, format: 4, eachHost: false } : one;
};

/** The case in a file's text. In the third format it is of one process. */
export const decodeCase = (content: string, file: string): ConformCase | BadInput => {
  const parsed = parseJson(content, file);
  if ('sentence' in parsed) return parsed;
  const decoded = decode(parsed.value);
  return 'place' in decoded
    ? badInput(file, decoded.place, decoded.expected, decoded.found)
    : decoded;
};

import { isLeft } from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { hasDisk, largestGroup, type Settings } from '../model/settings.ts';
import { type BadInput, badInput, isBadInput } from './bad-input.ts';
import { closed, codecOf, listOf, oneOf, textLike, truth } from './codec.ts';
import { type Complaint, complaint, firstOf } from './complaint.ts';
import { type Endless, endless, misfitIn, owedClaim } from './endless.ts';
import { parseJson } from './json.ts';
import { event, type Identified, natural, settings } from './model-codecs.ts';

/** How sure it is that nothing can be left out of the script, and what it took to know. */
export type Certificate =
  | {
      readonly kind: 'locally minimal' | 'not minimized';
      readonly tried: number; // reductions that were tried and lose the violation
    }
  | {
      readonly kind: 'globally shortest';
      readonly scope: string; // every shorter story within it was tried
      readonly states: number; // different ones to which they lead
    };

/** A counterexample as a file: what replays it, what it breaks, and how it ends. */
export type Bundle = {
  readonly format: 1;
  readonly spec: string; // the specification's name
  readonly claim: string; // id of the claim that it breaks
  readonly at: number; // index of the event that breaks it; the number of events: the calm does
  readonly calm: boolean; // whether the faults then stop and the protocol is left to itself
  readonly end: string; // hash of the state at the end
  readonly certificate: Certificate;
  readonly settings: Settings;
  readonly script: readonly Identified[];
};

/** A path on which something that is owed never comes, as a file. */
export type LassoBundle = Omit<Bundle, 'format' | 'at' | 'calm'> & {
  readonly format: 2;
  readonly lasso: Endless;
};

/** Whatever a file can hold that replays. */
export type Counterexample = Bundle | LassoBundle;

/** Whether it goes on for ever, or stops, instead of ending with what breaks the claim. */
export const isLasso = (one: Counterexample): one is LassoBundle => one.format === 2;

const shrunk = closed({
  kind: oneOf({ 'locally minimal': null, 'not minimized': null }),
  tried: natural,
});

const explored = closed({
  kind: t.literal('globally shortest'),
  scope: textLike('the name of a scope', /^[\w-]{1,80}$/),
  states: natural,
});

const isExplored = (value: unknown): boolean =>
  t.type({ kind: t.literal('globally shortest') }).is(value);

const certificate = codecOf<Certificate>(shrunk.name, (value, context) =>
  isExplored(value) ? explored.validate(value, context) : shrunk.validate(value, context),
);

const spec = textLike('the name of a specification', /^[^\p{Cc}]{1,200}$/u);

const last = {
  end: textLike('16 hexadecimal digits in lower case', /^[\da-f]{16}$/),
  certificate,
  settings,
  script: listOf(event, 0, 1_000_000),
};

const bundle: t.Type<Bundle, unknown> = closed({
  format: t.literal(1),
  spec,
  claim: textLike('the id of a claim such as "S1"', /^[A-Z]\d{1,3}[a-z]?$/),
  at: natural,
  calm: truth,
  ...last,
});

const lassoBundle: t.Type<LassoBundle, unknown> = closed({
  format: t.literal(2),
  spec,
  claim: owedClaim,
  lasso: endless,
  ...last,
});

/** Sizes and thresholds that do not go together: a group would never fit, lag never be slight. */
const inSettings = ({ settings: constants }: Counterexample): Complaint | null => {
  const { clock, ...sizes } = constants;
  if (hasDisk(constants) && !constants.features.disk) {
    return complaint('settings.features.disk', 'true, for the program uses the disk', false);
  }
  const group = largestGroup(constants);
  for (const buffer of ['primaryCapacity', 'backupCapacity'] as const) {
    const expected = `at least ${group}, the entries of the largest group`;
    if (sizes[buffer] < group) return complaint(`settings.${buffer}`, expected, sizes[buffer]);
  }
  if (clock === null || clock.slightLag <= clock.significantLag) return null;
  const expected = `at most ${clock.significantLag}, the significant lag`;
  return complaint('settings.clock.slightLag', expected, clock.slightLag);
};

/** An identity names one event, a link joins two hosts, and no interrupt hands over too much. */
const inScript = ({ script, settings: { packetGroup } }: Counterexample): Complaint | null => {
  const seen = new Map<number, number>();
  for (const [index, one] of script.entries()) {
    const earlier = seen.get(one.id);
    const place = `script[${index}]`;
    if (earlier !== undefined) {
      return complaint(`${place}.id`, `another than that of script[${earlier}]`, one.id);
    }
    if ((one.type === 'cut' || one.type === 'heal') && one.from === one.to) {
      return complaint(`${place}.to`, 'another host than the one it leads from', one.to);
    }
    if (one.type === 'deliver' && one.count > packetGroup) {
      const expected = `at most ${packetGroup}, the packets of one interrupt`;
      return complaint(`${place}.count`, expected, one.count);
    }
    seen.set(one.id, index);
  }
  return null;
};

/** A claim breaks at an event or, if the faults stop at the end, by what never follows. */
const inPlace = ({ at, calm, script }: Bundle): Complaint | null => {
  if (at < script.length || (calm && at === script.length)) return null;
  if (calm) return complaint('at', `at most ${script.length}, the number of events`, at);
  if (script.length === 0) return complaint('script', 'at least one event, for want of a calm', []);
  return complaint('at', `at most ${script.length - 1}, the index of the last event`, at);
};

/** What a lasso cannot be: with a clock, nothing ever comes again. */
const inLasso = ({ lasso, script, settings: { clock } }: LassoBundle): Complaint | null => {
  const misfit = misfitIn(lasso, script.length);
  if (misfit !== null) return complaint(misfit.place, misfit.expected, misfit.found);
  if (clock === null) return null;
  return complaint('settings.clock', 'null, for a lasso is without time', clock);
};

const decode = (value: unknown): Counterexample | Complaint => {
  if (!t.UnknownRecord.is(value)) return complaint('the file', 'a bundle', value);
  const { format } = value;
  if (format !== 1 && format !== 2) {
    return complaint('format', '1 or 2, the versions known here', format);
  }
  const decoded = format === 1 ? bundle.decode(value) : lassoBundle.decode(value);
  if (isLeft(decoded)) return firstOf(decoded.left, 'the file', bundle.name);
  const { right } = decoded;
  const inEnd = isLasso(right) ? inLasso(right) : inPlace(right);
  return inSettings(right) ?? inScript(right) ?? inEnd ?? right;
};

/** The counterexample in the text of a file, or the first thing that is wrong with it. */
export const decodeBundle = (text: string, file: string): Counterexample | BadInput => {
  const parsed = parseJson(text, file);
  if (isBadInput(parsed)) return parsed;
  const decoded = decode(parsed.value);
  return 'place' in decoded
    ? badInput(file, decoded.place, decoded.expected, decoded.found)
    : decoded;
};

/** JSON on one line, with air in it. */
const onOneLine = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(onOneLine).join(', ')}]`;
  if (!t.UnknownRecord.is(value)) return JSON.stringify(value);
  const fields = Object.entries(value).map(
    ([key, one]) => `${JSON.stringify(key)}: ${onOneLine(one)}`,
  );
  return `{ ${fields.join(', ')} }`;
};

const block = (lines: readonly string[], open: string, close: string): string =>
  lines.length === 0 ? open + close : `${open}\n    ${lines.join(',\n    ')}\n  ${close}`;

/** A bundle as the text of a file that people can read and compare: one event a line. */
export const encodeBundle = (encoded: Counterexample): string => {
  const { settings: constants, script, ...head } = encoded;
  const fieldsOf = (value: object): readonly string[] =>
    Object.entries(value).map(([key, one]) => `"${key}": ${onOneLine(one)}`);
  const events = script.map(({ id, type, ...more }) => onOneLine({ id, type, ...more }));
  const fields = [
    ...fieldsOf(head),
    `"settings": ${block(fieldsOf(constants), '{', '}')}`,
    `"script": ${block(events, '[', ']')}`,
  ];
  return `{\n  ${fields.join(',\n  ')}\n}\n`;
};

import { shortened } from '../counterexamples/bad-input.ts';
import { type Claims, type Said, type Stimulus, spokenIn } from '../oracle/conform/stimulus.ts';
import { inexact } from './exact-json.ts';

/** What a program was told and has not yet answered in full. */
export type Question = {
  readonly id: number;
  readonly stimulus: Stimulus;
  readonly said: Said[];
  claims: Claims | null; // until it has said hello
  size: number; // characters
};

/** How much a process has said since it was last told to reset. */
export type Script = { lines: number; size: number };

/** What is wrong with what a program does: a key for the kind, and a predicate. */
export type Fault = { readonly key: string; readonly does: string };

/** What a line means: there is more to come, the answer is whole, or it is none. */
export type Heard = 'more' | 'done' | 'cannotReset' | Fault;

const mostLines = 10_000; // in one answer
const mostText = 4_194_304; // characters, likewise
const linesOfScript = 100_000;
const textOfScript = 67_108_864;

/** A stimulus as it is named in a sentence. */
export const nameOf = (stimulus: Stimulus): string =>
  `${stimulus.do}${'host' in stimulus ? ` on ${stimulus.host}` : ''}`;

/** Bounds are on what has to be kept: of an answer, and of a script. */
const excess = (question: Question, script: Script): Fault | null => {
  const told = nameOf(question.stimulus);
  if (question.size > mostText) {
    return { key: 'too much', does: `answers ${told} with more than ${mostText} characters` };
  }
  if (question.said.length > mostLines) {
    return { key: 'too many lines', does: `answers ${told} with more than ${mostLines} lines` };
  }
  if (script.lines > linesOfScript) {
    return { key: 'too many lines', does: `says more than ${linesOfScript} lines in one script` };
  }
  if (script.size <= textOfScript) return null;
  return { key: 'too much', does: `says more than ${textOfScript} characters in one script` };
};

const garbled = (does: string): Fault => ({ key: 'garbled', does });

const ended = (question: Question, id: number): Heard => {
  const { stimulus, claims } = question;
  if (id !== question.id) {
    const once = id > 0 && id < question.id ? ' once more' : '';
    return {
      key: 'another id',
      does: `says done to ${id}${once}, and it was asked ${question.id}`,
    };
  }
  if (stimulus.do !== 'hello' || claims !== null) return 'done';
  return { key: 'no hello', does: 'answers hello without a line {"lockstep":"conform",…}' };
};

const greeted = (question: Question, claims: Claims): Heard => {
  const { stimulus } = question;
  if (stimulus.do !== 'hello') return garbled(`says hello when told ${nameOf(stimulus)}`);
  if (question.claims !== null) return garbled('says hello twice');
  question.claims = claims;
  return 'more';
};

/** A line of a program that has been asked something, or nothing (`null`). */
export const heard = (question: Question | null, text: string, script: Script): Heard => {
  if (question === null) {
    return { key: 'late', does: `speaks although it was told nothing: ${shortened(text)}` };
  }
  if (text.startsWith('\ufeff')) {
    return garbled('begins a line with a byte order mark (BOM), which is no JSON');
  }
  question.size += text.length;
  script.size += text.length;
  script.lines++;
  const spoken = spokenIn(text);
  const lost = spoken.kind === 'garbled' ? null : inexact(text);
  if (lost !== null) return garbled(`says ${shortened(text)}, ${lost}`);
  switch (spoken.kind) {
    case 'garbled':
      return garbled(spoken.sentence.replace(/^it /, ''));
    case 'cannotReset': {
      if (question.stimulus.do === 'reset') return 'cannotReset';
      const does = `says that it cannot reset when told ${nameOf(question.stimulus)}`;
      return { key: 'cannot reset', does };
    }
    case 'hello':
      return greeted(question, spoken.settings);
    case 'said':
      if (question.stimulus.do === 'hello') return garbled('answers hello with something else');
      question.said.push(spoken);
      return excess(question, script) ?? 'more';
    case 'done':
      return excess(question, script) ?? ended(question, spoken.id);
  }
};

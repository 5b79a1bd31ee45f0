import type { Breach, Value } from '../candidate.ts';
import type { Refused } from '../judge.ts';
import type { Observed } from '../observation.ts';
import { valuesBehind } from '../reason.ts';
import { requirementOf } from '../requirement.ts';
import type { Owed } from './owed.ts';

/** Why a program is refuted, or cannot be judged. */
export type Finding = {
  readonly kind: 'refused' | 'owed' | 'unusable';
  readonly key: string; // the same for the same mistake, whatever the script
  readonly cites: readonly string[];
  readonly sentence: string;
  readonly line: Observed | null; // the one that cannot be
};

const said = (value: Value): string => `${value ?? 'nothing'}`;

const clauseOf = (refused: Refused): string => {
  const { line, breach } = refused;
  const { did } = line;
  if (breach.kind === 'refused') {
    return `cannot ${did}: ${breach.refusal}${valuesBehind(refused, breach.refusal)}`;
  }
  if (breach.kind === 'senseless') return `cannot ${did}: ${breach.sentence}`;
  const { what, specification } = breach;
  const own = `says ${did} with ${what}: ${said(breach.said)}`;
  return `${own}, and the specification has ${said(specification)}`;
};

const keyOf = (line: Observed, breach: Breach): string => {
  if (breach.kind === 'refused') return `${breach.event.type}: ${breach.refusal}`;
  if (breach.kind === 'senseless') return `${line.did}: ${breach.sentence.replace(/\d+/g, '#')}`;
  return `${line.did} differs: ${breach.what.replace(/\d+/g, '#')}`;
};

/** The specification does not allow the line there. */
export const refusedLine = (refused: Refused): Finding => {
  const { line, breach } = refused;
  const requirement = requirementOf(refused);
  const who = 'copy' in line ? `${line.copy} on ${line.node}` : line.node;
  return {
    kind: 'refused',
    key: keyOf(line, breach),
    cites: requirement === null ? [] : [requirement],
    sentence: `${who} ${clauseOf(refused)}`,
    line,
  };
};

/** A rule of the harness's own is broken: what the guest did, what time it is. */
export const refusedBy = (
  line: Observed,
  rule: string,
  cites: readonly string[],
  sentence: string,
): Finding => ({ kind: 'refused', key: rule, cites, sentence, line });

/** Something is due, and it is not done. */
export const notDoing = (what: string, cites: readonly string[], sentence: string): Finding => ({
  kind: 'owed',
  key: `owed: ${what}`,
  cites,
  sentence,
  line: null,
});

/** Nothing is in its way, for as long as it takes, and it is not done. */
export const notDone = (who: string, { event, cites, because }: Owed): Finding =>
  notDoing(event, cites, `${who} does not ${event}: ${because}`);

/** It does not speak the protocol, or not any more. */
export const unusable = (key: string, sentence: string): Finding => ({
  kind: 'unusable',
  key,
  cites: [],
  sentence,
  line: null,
});

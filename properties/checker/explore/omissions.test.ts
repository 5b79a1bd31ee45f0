import { expect, it } from 'vitest';
import type { Event } from '../../../model/event.ts';
import { copyId, type HostId } from '../../../model/ids.ts';
import { paper } from '../../../model/paper.ts';
import { isRefusal, step } from '../../../model/spec.ts';
import type { State } from '../../../model/state.ts';
import { type Line, play } from '../../scenarios/play.ts';
import { type Omission, omissions } from './omissions.ts';
import { systemFor } from './protocol.ts';
import type { Scope } from './scope.ts';
import { onePair, small } from './scopes/frame.ts';

const after = (...lines: readonly Line[]): State => play(paper, small, ...lines).state;

const won = ['B1 suspect', 'B1 testAndSet', 'B1 arbitrate', 'B1 learn', 'B1 goLive'] as const;

const [a, b] = [copyId(0), copyId(1)];
const crash = (host: HostId): Event => ({ type: 'crash', host });
const cut = (from: HostId, to: HostId): Event => ({ type: 'cut', net: 'log', from, to });

type Sample = readonly [Omission, state: State, event: Event];

const suspicion = 'suspicion by a primary';
const request = 'second request while an answer is under way';
const clone = 'clone where a copy has been';
const crashes = 'crash but of a host whose copy serves';
const cuts = 'cut but between a primary and what it sends its backup';

const alone = after(...won, 'B1 requestBackup');
const cloning = after(...won, 'B1 requestBackup', 'B1 place C');
const replying = after('B1 suspect', 'B1 testAndSet', 'B1 arbitrate');

const leftOut: readonly Sample[] = [
  [suspicion, after(), { type: 'suspect', copy: a }],
  [request, replying, { type: 'testAndSet', copy: b }],
  [clone, alone, { type: 'place', copy: b, host: 'A' }],
  [crashes, after(), crash('B')],
  [crashes, after(), crash('C')],
  [cuts, after(), cut('B', 'A')],
  [cuts, after(), cut('A', 'C')],
  [cuts, after('B1 suspect'), cut('A', 'B')],
  [cuts, cloning, cut('A', 'B')],
];

const contested = after('A0 suspect', 'B1 suspect', 'B1 testAndSet', 'B1 arbitrate');

const leftIn: readonly Sample[] = [
  [suspicion, after(), { type: 'suspect', copy: b }],
  [request, after('B1 suspect'), { type: 'testAndSet', copy: b }],
  [request, contested, { type: 'testAndSet', copy: a }],
  [clone, alone, { type: 'place', copy: b, host: 'C' }],
  [crashes, after(), crash('A')],
  [crashes, alone, crash('B')],
  [cuts, after(), cut('A', 'B')],
  [cuts, cloning, cut('B', 'C')],
];

const tried = (scope: Scope, state: State): readonly Event[] => {
  const { init, moves } = systemFor(paper, scope);
  const found: Event[] = [];
  for (const first of init) moves({ ...first, state }, (event) => found.push(event));
  return found;
};

const scopeWith = (event: Event, omits: readonly Omission[]): Scope => ({
  ...{ name: 'one kind', says: 'one kind of events', settings: small },
  ...{ most: { [event.type]: 1 }, instructions: 1, ...onePair, omits },
});

it.each(leftOut)('no %s', (omission, state, event) => {
  expect(isRefusal(step(paper, state, event))).toBe(false);
  expect(omissions[omission](state, event)).toBe(true);
  expect(tried(scopeWith(event, []), state)).toContainEqual(event);
  expect(tried(scopeWith(event, [omission]), state)).not.toContainEqual(event);
});

it.each(leftIn)('and nothing more: %s', (omission, state, event) => {
  expect(isRefusal(step(paper, state, event))).toBe(false);
  expect(tried(scopeWith(event, [omission]), state)).toContainEqual(event);
});

import { match } from 'ts-pattern';
import type { Event } from '../../../model/event.ts';
import type { Reply, State } from '../../../model/state.ts';
import { counted, entriesText, holderIn, nameIn, outputsText } from './names.ts';
import { bufferOf, type Change, changeOf, positionOf, type Scene, waiting } from './scene.ts';

/** Detecting a failure and responding to it: section 2.3. */
export type FailoverType = 'suspect' | 'testAndSet' | 'arbitrate' | 'learn' | 'goLive' | 'announce';

const suspects = ({ before }: Scene, { was, is }: Change): string => {
  if (was?.mode === 'recording') {
    const held =
      was.withheld.length === 0 ? '' : `, withholds ${counted(was.withheld.length, 'output')}`;
    return `suspects its backup ${holderIn(before, was.backup)}${held}`;
  }
  if (was?.mode !== 'replaying') return 'suspects its peer';
  const primary = holderIn(before, was.primary);
  if (is?.mode === 'halted') {
    return `suspects its primary ${primary}, knows of the power-off and stops`;
  }
  const upTo = is?.mode === 'frozen' ? is.received : was.received;
  return `suspects its primary ${primary}, freezes its log at ${upTo}`;
};

const asks = ({ before, after }: Scene, { was, is }: Change): string => {
  const isSent = after.storage.requests.length > before.storage.requests.length;
  const generation = was !== undefined && 'generation' in was ? was.generation + 1 : '?';
  if (isSent) return `asks the arbiter for generation ${generation}`;
  return `cannot reach the arbiter and is ${is?.mode ?? 'gone'}`;
};

/** The reply of the arbiter that is on its way to a copy, the oldest one. */
export const replyTo = ({ storage }: State, id: number): Reply | undefined =>
  storage.replies.find(({ copy }) => copy === id);

const decides = ({ after }: Scene, id: number): string => {
  const name = nameIn(after, id);
  const { generation, owner } = after.storage;
  const reply = after.storage.replies.findLast(({ copy }) => copy === id);
  if (reply === undefined) return `the arbiter does not answer ${name}`;
  const asked = reply.generation + 1;
  if (reply.outcome === 'won') return `the arbiter gives generation ${asked} to ${name}`;
  const holder = owner === null ? 'nobody' : nameIn(after, owner);
  return `the arbiter refuses generation ${asked} to ${name}: ${holder} has ${generation}`;
};

const goesOnAs = (change: Change): string =>
  match(change.is?.mode)
    .with('draining', () => 'and drains its log')
    .with('live', () => {
      const count = waiting(change).length;
      return count === 0
        ? 'and goes live'
        : `and goes live with ${counted(count, 'output')} to send`;
    })
    .with('halted', () => 'and halts')
    .otherwise((mode) => `and is ${mode ?? 'gone'}`);

const learns = ({ before }: Scene, change: Change, id: number): string => {
  const reply = replyTo(before, id);
  if (reply === undefined) return 'learns nothing';
  const asked = `generation ${reply.generation + 1}`;
  if (change.was?.mode === change.is?.mode) return `ignores an answer about ${asked}`;
  const outcome = reply.outcome === 'won' ? `has won ${asked}` : 'has lost';
  return `learns that it ${outcome} ${goesOnAs(change)}`;
};

const goesLive = (change: Change): string => {
  const left = bufferOf(change.was);
  const outputs = waiting(change);
  const without = left.length === 0 ? '' : `, ${entriesText(left)} not replayed`;
  const sending = outputs.length === 0 ? '' : `, has ${outputsText(outputs)} to send`;
  return `goes live at instruction ${positionOf(change.is)}${without}${sending}`;
};

/** How a pair ends, and who goes on. */
export const tellFailover = (event: Event<FailoverType>, scene: Scene): string => {
  const change = changeOf(scene, event.copy);
  return match(event)
    .with({ type: 'suspect' }, () => suspects(scene, change))
    .with({ type: 'testAndSet' }, () => asks(scene, change))
    .with({ type: 'arbitrate' }, ({ copy }) => decides(scene, copy))
    .with({ type: 'learn' }, ({ copy }) => learns(scene, change, copy))
    .with({ type: 'goLive' }, () => goesLive(change))
    .with({ type: 'announce' }, () => 'announces its MAC address')
    .exhaustive();
};

import { match } from 'ts-pattern';
import type { Event } from '../../../model/event.ts';
import { type Guest, instructionAt } from '../../../model/guest.ts';
import type { LogEntry } from '../../../model/log.ts';
import type { State, Vm } from '../../../model/state.ts';
import { entriesText, entryText, outputText } from './names.ts';
import {
  bufferOf,
  type Change,
  changeOf,
  gone,
  hasSent,
  logged,
  produced,
  type Scene,
} from './scene.ts';

/** Recording, replay and output commit: sections 2.1 and 2.2 of the paper. */
export type ExecutionType = 'execute' | 'interrupt' | 'deliver' | 'replay' | 'release';

const guestOf = (copy: Vm | undefined): Guest | null =>
  copy !== undefined && 'guest' in copy ? copy.guest : null;

const joined = (...parts: readonly string[]): string =>
  parts.filter((part) => part !== '').join(', ');

const logging = (entries: readonly LogEntry[]): string =>
  entries.length === 0 ? '' : `logs ${entriesText(entries)}`;

const reads = (program: readonly string[], guest: Guest): boolean =>
  ['readTime', 'stamp'].includes(program[guest.position % program.length] ?? '');

/** Which instruction it is and, where no log entry says so, what a reading of the clock gave. */
const instructionText = (
  { settings: { program }, now, hosts }: State,
  copy: Vm | undefined,
  isLogged: boolean,
): string => {
  const guest = guestOf(copy);
  if (guest === null || copy === undefined) return 'an instruction';
  const reading = now + hosts[copy.host].skew;
  const read = reads(program, guest) && !isLogged ? `, the clock says ${reading}` : '';
  return `instruction ${guest.position} (${instructionAt(program, guest)}${read})`;
};

const outputOf = (change: Change): string => {
  const [output] = produced(change);
  if (output === undefined) return '';
  if (change.is?.mode === 'live') return `has ${outputText(output)} to send`;
  return `withholds ${outputText(output)} until ack ${output.needs}`;
};

const executes = (scene: Scene, change: Change): string => {
  const entries = logged(change);
  const isLogged = entries.some(({ kind }) => kind === 'ND');
  const instruction = instructionText(scene.before, change.was, isLogged);
  return joined(`runs ${instruction}`, logging(entries), outputOf(change));
};

const where = (change: Change): string => `at instruction ${guestOf(change.was)?.position ?? '?'}`;

const takes = (what: string, change: Change): string =>
  joined(`takes ${what} ${where(change)}`, logging(logged(change)));

/** What the log says, applied where it says so; an output is dropped unless the world sees it. */
const replays = (scene: Scene, id: number): string => {
  const change = changeOf(scene, id);
  const [was, is] = [guestOf(change.was), guestOf(change.is)];
  const [next] = bufferOf(change.was);
  if (was === null) return 'replays';
  if (is === null) {
    const entry = next === undefined ? 'nothing' : entryText(next);
    return `halts ${where(change)}: its log says ${entry}, it has diverged`;
  }
  const used = gone(change);
  if (is.position === was.position) return `replays ${entriesText(used)}`;
  const from = used.length === 0 ? '' : ` by ${entriesText(used)}`;
  const isLogged = used.some(({ kind }) => kind === 'ND');
  const isDropped = is.sent > was.sent && !hasSent(scene, id);
  const output = outputText({ ordinal: was.sent, content: is.word });
  return joined(
    `replays ${instructionText(scene.before, change.was, isLogged)}${from}`,
    isDropped ? `drops ${output}` : '',
  );
};

const releases = ({ was }: Change): string => {
  const [output] = was !== undefined && 'withheld' in was ? was.withheld : [];
  return output === undefined ? 'releases an output' : `releases ${outputText(output)}`;
};

const packetOf = ({ was }: Change): string => {
  const [packet] = was !== undefined && 'nic' in was ? was.nic : [];
  return packet === undefined ? 'a packet' : `packet ${packet}`;
};

/** What a guest does, and what its hypervisor makes of it. */
export const tellExecution = (event: Event<ExecutionType>, scene: Scene): string => {
  const change = changeOf(scene, event.copy);
  return match(event)
    .with({ type: 'execute' }, () => executes(scene, change))
    .with({ type: 'interrupt' }, () => takes('a timer interrupt', change))
    .with({ type: 'deliver' }, () => takes(packetOf(change), change))
    .with({ type: 'replay' }, ({ copy }) => replays(scene, copy))
    .with({ type: 'release' }, () => releases(change))
    .exhaustive();
};

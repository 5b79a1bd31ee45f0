import { match } from 'ts-pattern';
import type { Event } from '../../../model/event.ts';
import { contentOf, type Guest, instructionAt, type Output } from '../../../model/guest.ts';
import type { State, Vm } from '../../../model/state.ts';
import { entriesText, entryText, ioText, listed, outputsText, outputText } from './names.ts';
import {
  bufferOf,
  type Change,
  changeOf,
  gone,
  hasSent,
  joined,
  logged,
  loggingText,
  positionOf,
  produced,
  type Scene,
} from './scene.ts';

/** Recording, replay and output commit: sections 2.1 and 2.2 of the paper. */
export type ExecutionType = 'execute' | 'interrupt' | 'deliver' | 'feed' | 'replay' | 'release';

const guestOf = (copy: Vm | undefined): Guest | null =>
  copy !== undefined && 'guest' in copy ? copy.guest : null;

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
  const outputs = produced(change);
  const [output] = outputs;
  if (output === undefined) return '';
  if (change.is?.mode === 'live') return `has ${outputsText(outputs)} to send`;
  return `withholds ${outputsText(outputs)} until ack ${output.needs}`;
};

/** A read is put out nowhere: of it nothing else is told. */
const issued = (was: Guest | null, is: Guest | null): string => {
  const io = is?.pending.find(({ number }) => number >= (was?.issued ?? 0));
  return io?.kind === 'read' ? `issues ${ioText(io)}` : '';
};

const turnedOff = (was: Guest | null, is: Guest | null): string =>
  is?.isOff === true && was?.isOff === false ? ' and is off' : '';

const executes = (scene: Scene, change: Change): string => {
  const entries = logged(change);
  const isLogged = entries.some(({ kind }) => kind === 'ND');
  const instruction = instructionText(scene.before, change.was, isLogged);
  const [was, is] = [guestOf(change.was), guestOf(change.is)];
  const asked = joined(issued(was, is), outputOf(change));
  return joined(`runs ${instruction}`, loggingText(change), asked) + turnedOff(was, is);
};

const where = (change: Change): string => `at instruction ${positionOf(change.was)}`;

const takes = (what: string, change: Change): string =>
  joined(`takes ${what} ${where(change)}`, loggingText(change), outputOf(change));

/** What a guest put out on the way from one state to the next. */
const putOut = (was: Guest, is: Guest): readonly Output[] => {
  const { sent, transmitted, printed } = was;
  if (is.printed > printed) {
    return [{ device: 'console', ordinal: sent, number: printed, content: is.word }];
  }
  const written = is.pending.find(({ number }) => number >= was.issued);
  if (written !== undefined && written.ordinal !== null) {
    const { ordinal, number, data } = written;
    return [{ device: 'disk', ordinal, number, content: contentOf(data) }];
  }
  const packets = [...was.posted, is.word].slice(0, is.transmitted - transmitted);
  return packets.map((content, index) => ({
    device: 'network',
    ordinal: sent + index,
    number: transmitted + index,
    content,
  }));
};

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
  const outputs = hasSent(scene, id) ? [] : putOut(was, is);
  const drops = outputs.length === 0 ? '' : `drops ${outputsText(outputs)}`;
  const isEvent = is.position === was.position;
  const by = used.length === 0 ? '' : `${isEvent ? '' : ' by '}${entriesText(used)}`;
  const isLogged = used.some(({ kind }) => kind === 'ND');
  const instruction = isEvent ? '' : instructionText(scene.before, change.was, isLogged);
  return joined(`replays ${instruction}${by}`, issued(was, is), drops) + turnedOff(was, is);
};

const releases = ({ was }: Change): string => {
  const [output] = was !== undefined && 'withheld' in was ? was.withheld : [];
  if (output === undefined) return 'releases an output';
  return `releases ${outputText(output)}${output.device === 'disk' ? ' to its disk' : ''}`;
};

const packetsOf = ({ was }: Change, count: number): string => {
  const nic = was !== undefined && 'devices' in was ? was.devices.nic.slice(0, count) : [];
  if (nic.length === 0) return 'a packet';
  return `packet${nic.length > 1 ? 's' : ''} ${listed(nic.map(String))}`;
};

const inputOf = ({ was }: Change): string => {
  const [input] = was !== undefined && 'devices' in was ? was.devices.console : [];
  if (input === undefined) return 'an input';
  return input.kind === 'KEY' ? `key ${input.number}` : `movement ${input.number} of the mouse`;
};

/** What a guest does, and what its hypervisor makes of it. */
export const tellExecution = (event: Event<ExecutionType>, scene: Scene): string => {
  const change = changeOf(scene, event.copy);
  return match(event)
    .with({ type: 'execute' }, () => executes(scene, change))
    .with({ type: 'interrupt' }, () => takes('a timer interrupt', change))
    .with({ type: 'deliver' }, ({ count }) => takes(packetsOf(change, count), change))
    .with({ type: 'feed' }, () => takes(inputOf(change), change))
    .with({ type: 'replay' }, ({ copy }) => replays(scene, copy))
    .with({ type: 'release' }, () => releases(change))
    .exhaustive();
};

import { match, P } from 'ts-pattern';
import type { Event } from '../../../model/event.ts';
import type { Cut, Vm } from '../../../model/state.ts';
import { connectionIn } from './channel.ts';
import { counted, holderIn, listed, nameIn, nameOf } from './names.ts';
import type { Scene } from './scene.ts';

/** What the environment does: time, clients and faults. */
export type WorldType =
  | 'tick'
  | 'send'
  | 'operate'
  | 'crash'
  | 'repair'
  | 'pause'
  | 'resume'
  | 'wedge'
  | 'cut'
  | 'heal'
  | 'reset'
  | 'loseStorage'
  | 'regainStorage'
  | 'loseRequest'
  | 'loseReply'
  | 'loseService'
  | 'regainService'
  | 'skew'
  | 'overcommit';

const arrivals = (copy: Vm | undefined): number =>
  copy !== undefined && 'devices' in copy
    ? copy.devices.nic.length + copy.devices.console.length
    : 0;

/** The copy that took a packet, a key or a movement of the mouse in the step. */
export const takerOf = ({ before, after }: Scene): Vm | undefined =>
  after.copies.find((copy) => arrivals(copy) > arrivals(before.copies[copy.id]));

const sends = (scene: Scene): string => {
  const packet = `packet ${scene.before.network.packets}`;
  const taker = takerOf(scene);
  if (taker !== undefined) return `a client sends ${packet} to ${nameOf(taker)}`;
  return `a client sends ${packet}, nobody takes it`;
};

const operates = (scene: Scene, { kind }: Event<'operate'>): string => {
  const { operated } = scene.before.network;
  const what =
    kind === 'KEY' ? `presses key ${operated}` : `makes movement ${operated} of the mouse`;
  const taker = takerOf(scene);
  if (taker !== undefined) return `an operator ${what} at ${nameOf(taker)}`;
  return `an operator ${what}, nobody takes it`;
};

const wasRunning = (copy: Vm | undefined): boolean =>
  copy !== undefined && copy.mode !== 'halted' && copy.mode !== 'crashed';

const crashes = ({ before, after }: Scene, { host }: Event<'crash'>): string => {
  const lost = after.copies.filter(
    ({ id, mode }) => mode === 'crashed' && wasRunning(before.copies[id]),
  );
  const names = lost.length === 0 ? '' : `, and ${listed(lost.map(nameOf))} with it`;
  return `host ${host} crashes${names}`;
};

const network = ({ net, from, to }: Cut): string =>
  `the ${net === 'log' ? 'logging channel' : 'heartbeat network'} from ${from} to ${to}`;

const resets = ({ before }: Scene, { connection: id }: Event<'reset'>): string => {
  const connection = connectionIn(before, id);
  if (connection === undefined) return `connection ${id} is lost`;
  const { primary, backup, entries, acks } = connection;
  const all = [...entries.map(({ seq }) => `e${seq}`), ...acks.map(({ upTo }) => `ack ${upTo}`)];
  const many = [counted(entries.length, 'log entry'), counted(acks.length, 'ack')];
  const onWire = all.length > 4 ? many.filter((count) => !count.startsWith('0')) : all;
  const pair = `${holderIn(before, primary)} and ${holderIn(before, backup)}`;
  const lost = onWire.length === 0 ? '' : ` with ${listed(onWire)}`;
  return `the connection between ${pair} is lost${lost}`;
};

const isTimed = ({ before }: Scene): boolean => before.settings.clock !== null;

const overcommits = ({ host, speed }: Event<'overcommit'>): string =>
  speed === 100 ? `host ${host} has all its CPU again` : `host ${host} has ${speed} % of its CPU`;

const skews = ({ host, by }: Event<'skew'>): string =>
  `the clock of host ${host} jumps ${by < 0 ? 'back' : 'ahead'} by ${Math.abs(by)}`;

const ofHost = (event: Event<'repair' | 'pause' | 'resume' | 'loseStorage' | 'regainStorage'>) =>
  match(event.type)
    .with('repair', () => 'is repaired and boots, empty')
    .with('pause', () => 'stands still')
    .with('resume', () => 'goes on')
    .with('loseStorage', () => 'loses the storage')
    .with('regainStorage', () => 'reaches the storage again')
    .exhaustive();

/** What happens to the system rather than in it. */
export const tellWorld = (event: Event<WorldType>, scene: Scene): string =>
  match(event)
    .with({ type: 'tick' }, () =>
      isTimed(scene) ? `time passes: ${scene.after.now}` : 'time passes',
    )
    .with({ type: 'send' }, () => sends(scene))
    .with({ type: 'operate' }, (operation) => operates(scene, operation))
    .with({ type: 'crash' }, (crash) => crashes(scene, crash))
    .with({ type: 'wedge' }, ({ copy }) => `the VM of ${nameIn(scene.before, copy)} gets stuck`)
    .with({ type: 'cut' }, (cut) => `${network(cut)} is cut`)
    .with({ type: 'heal' }, (cut) => `${network(cut)} is whole again`)
    .with({ type: 'reset' }, (reset) => resets(scene, reset))
    .with(
      { type: 'loseRequest' },
      ({ copy }) => `a request of ${nameIn(scene.before, copy)} is lost`,
    )
    .with({ type: 'loseReply' }, ({ copy }) => `a reply to ${nameIn(scene.before, copy)} is lost`)
    .with({ type: 'loseService' }, () => 'the clustering service goes away')
    .with({ type: 'regainService' }, () => 'the clustering service is back')
    .with({ type: 'skew' }, skews)
    .with({ type: 'overcommit' }, overcommits)
    .with(
      { type: P.union('repair', 'pause', 'resume', 'loseStorage', 'regainStorage') },
      (change) => `host ${change.host} ${ofHost(change)}`,
    )
    .exhaustive();

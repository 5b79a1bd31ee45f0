import type { Bench, Faults, RareFaults, Rig } from '../../impl/host/contract-rig.ts';
import type { Command } from '../../impl/hypervisor/command.ts';
import type { Input } from '../../impl/hypervisor/input.ts';
import { defaultSettings } from '../../impl/hypervisor/settings.ts';
import { seeded } from '../checker/chooser.ts';
import { type Cluster, messageMs, newCluster } from './cluster.ts';
import { reset } from './connection.ts';
import { bootVm, place } from './creation.ts';
import * as mishap from './mishap.ts';
import { operate, send } from './outside.ts';
import { newTheatre, noImage, type Puppet } from './puppet.ts';
import type { Reported } from './reported.ts';
import { loseContest } from './storage.ts';
import { type Clockwork, newClockwork } from './timed-world.ts';
import { type Copy, clockOf, hostOf, type Pending } from './world.ts';

type Simulated = Bench & { readonly where: Copy };

const ports = (
  act: (command: Command) => void,
): Pick<Bench, 'channel' | 'heartbeats' | 'network' | 'storage' | 'service'> => ({
  channel: {
    connect: (host) => act({ type: 'connect', host }),
    send: (connection, bytes) => act({ type: 'send', connection, bytes }),
    allow: (connection, byteCount) => act({ type: 'allow', connection, byteCount }),
    close: (connection) => act({ type: 'close', connection, because: 'enough' }),
    flush: () => undefined, // each command is performed at once
  },
  heartbeats: { beat: (host, heartbeat) => act({ type: 'beat', host, ...heartbeat }) },
  network: {
    transmit: (bytes) => act({ type: 'transmit', bytes }),
    print: (bytes) => act({ type: 'print', bytes }),
    announce: () => act({ type: 'announce' }),
  },
  storage: {
    submit: (io, tag) => act({ type: 'submit', io, ...tag }),
    testAndSet: (generation, copy) => act({ type: 'testAndSet', generation, copy }),
    forget: () => undefined, // the storage answers no copy that is over
  },
  service: {
    askForBackup: (copy) => act({ type: 'askForBackup', copy, generation: 0 }),
    tell: (copy, what) => act({ type: 'tellService', copy, what }),
  },
});

const benchOf = ({ world }: Clockwork, where: Copy, puppet: Puppet): Simulated => {
  const inputs: Input[] = [];
  const { host, name: copy } = where;
  const hears = puppet.handle;
  Object.assign(puppet, {
    handle: (input: Input, nowMs: number): readonly Command[] => {
      if (input.type !== 'wake') inputs.push(input);
      return hears(input, nowMs);
    },
  });
  const act = (command: Command): void => {
    puppet.wants.push([command]);
    world.give(where, { type: 'wake' });
  };
  const nowMs = (): number => clockOf(world, host);
  return { name: host.name, copy, where, ...ports(act), nowMs, inputs };
};

/** Each odd one comes after the even one sent with it and before any sent later; all come twice. */
const shuffled = ({ weather }: Clockwork, from: string, to: string): void => {
  const isTheirs = (one: Pending): boolean =>
    one.kind === 'heartbeat' && one.from === from && one.to === to;
  const slow = new Set<Pending>();
  let count = 0;
  Object.assign(weather, {
    isDoubled: (one: Pending) => {
      if (isTheirs(one) && count++ % 2 === 0) slow.add(one);
      return isTheirs(one);
    },
    delayMs: (one: Pending) => (slow.has(one) ? 1.5 : 1),
  });
};

/** What is on its way to the service arrives where it is, or is not. */
const arriving = ({ agenda }: Clockwork): void => {
  const landedMs = agenda.nowMs() + messageMs;
  while (agenda.step(landedMs)) {
    // the agenda does it
  }
};

const faultsOf = (
  works: Clockwork,
  mute: Set<string>,
): Faults & Pick<RareFaults, 'pause' | 'resume'> => {
  const { world } = works;
  return {
    cut: (net, { name: from }, { name: to }) => void mishap.cut(world, net, from, to),
    heal: (net, { name: from }, { name: to }) => void mishap.heal(world, net, from, to),
    reset: () => {
      for (const connection of world.connections.values()) reset(world, connection);
    },
    loseStorage: ({ name }) => void mishap.loseStorage(world, name),
    loseAnswers: ({ name }) => void mute.add(name),
    regainStorage: ({ name }) => {
      mute.delete(name);
      mishap.regainStorage(world, name);
    },
    setService: async (isUp) => {
      arriving(works);
      mishap.setService(world, isUp);
    },
    crash: ({ name }) => void mishap.crash(world, name),
    shuffle: ({ name: from }, { name: to }) => shuffled(works, from, to),
    pause: ({ name }) => void mishap.pause(world, name),
    resume: ({ name }) => void mishap.resume(world, name),
  };
};

/** What the storage says to such a host gets lost, and all that it says later waits. */
const silence = ({ world }: Clockwork, name: string): void => {
  const { contests, flights } = world.storage;
  const isTheirs = ({ copy }: { readonly copy: string }): boolean =>
    world.copies.get(copy)?.host.name === name;
  for (const contest of contests.filter(isTheirs)) {
    if (contest.pending.kind === 'reply') loseContest(world, contest);
  }
  if (![...contests, ...flights].some(isTheirs)) hostOf(world, name).hasStorage = false;
};

const patienceMs = 60_000;

const untilIn =
  (works: Clockwork, mute: ReadonlySet<string>): Rig['until'] =>
  async (what, isSo) => {
    const endMs = works.agenda.nowMs() + patienceMs;
    while (!isSo()) {
      const isOn = works.agenda.step(endMs);
      for (const name of mute) silence(works, name);
      if (!isOn) throw new Error(`it never came: ${what}`);
    }
  };

const decoded = (all: readonly { readonly bytes: Uint8Array }[]): readonly string[] =>
  all.map(({ bytes }) => new TextDecoder().decode(bytes));

const encoded = (text: string): Uint8Array => new TextEncoder().encode(text);

const isHandled = (one: Reported): boolean =>
  one.by === 'world' && ['applied', 'refusedIo'].includes(one.happening.what);

/** The world without a hypervisor in it; a seed decides how long things take, and their pieces. */
export const simulatedRig = (seed: string): Rig => {
  const { program, puppets } = newTheatre();
  const reports: Reported[] = [];
  const cluster: Cluster = newCluster(() => works);
  const works: Clockwork = newClockwork(
    {
      ...{ program, image: noImage, settings: defaultSettings, hasConsole: true },
      ...{ hosts: ['A', 'B', 'C', 'nobody'], blockCount: 4, blockBytes: 4, windowBytes: 512 },
    },
    { sliceMs: 5, instructionsPerMs: 1, timerEveryMs: null, readsWhole: false },
    seeded(seed),
    { onReported: (one) => void reports.push(one), onTold: cluster.tell },
  );
  const { world } = works;
  cluster.start();
  Object.assign(hostOf(world, 'nobody'), { isUp: false });
  const first = bootVm(world, 'A');
  const second = place(world, first, 'B', 'clone');
  const [one, other] = [puppets.get('0'), puppets.get('1')];
  if (second === null || one === undefined || other === undefined) throw new Error('no rig');
  const mute = new Set<string>();
  const { transmitted, printed } = world.witnessed;
  return {
    one: benchOf(works, first, one),
    other: benchOf(works, second, other),
    free: 'C',
    client: {
      send: (text) => send(world, encoded(text)),
      get heard() {
        return decoded(transmitted);
      },
    },
    operator: {
      type: (text) => operate(world, 'KEY', encoded(text)),
      seen: () => decoded(printed).join(''),
    },
    until: untilIn(works, mute),
    handled: () => reports.filter(isHandled).length,
    faults: faultsOf(works, mute),
  };
};

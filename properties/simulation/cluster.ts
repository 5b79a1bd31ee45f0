import type { ServiceCommand, ServiceInput } from '../../impl/cluster/protocol.ts';
import { ClusteringService } from '../../impl/cluster/service.ts';
import { place } from './creation.ts';
import { type Clockwork, every } from './timed-world.ts';
import type { Copy, World } from './world.ts';

/** The program's clustering service in the simulated world. */
export type Cluster = {
  /** What a copy tells the service; nobody hears it while the service is away. */
  readonly tell: (copy: Copy, what: 'live' | 'halted' | 'askForBackup') => void;
  /** An administrator has a copy moved wherever is best. */
  readonly migrate: (copy: Copy) => void;
  /** It forgets everything: what it knows it hears from the hosts. */
  readonly forget: () => void;
  /** Hosts register, and tell it again and again what they have (R31-6). */
  readonly start: () => void;
};

/** So long a message to the service takes. */
export const messageMs: number = 2;
/** How often a host tells the service what it has. */
export const reportEveryMs: number = 500;

const newService = (world: World): ClusteringService =>
  new ClusteringService({ hostTimeoutMs: 3 * reportEveryMs, makeTimeoutMs: 2000 }, () =>
    String(world.copyCount),
  );

/** Everything that a command of the service leads to; its answers are inputs again. */
const obeyed = (world: World, command: ServiceCommand): readonly ServiceInput[] => {
  switch (command.type) {
    case 'make': {
      const source = world.copies.get(command.source);
      const copy =
        source === undefined ? null : place(world, source, command.host, command.purpose);
      return [{ type: copy === null ? 'notMade' : 'made', copy: command.copy }];
    }
    case 'notPlaced': {
      const source = world.copies.get(command.source);
      if (source !== undefined) world.give(source, { type: 'notPlaced' });
      return [];
    }
    case 'placed': // the source was told when its destination was made
    case 'move':
    case 'refuseMove':
      return [];
  }
};

const reported = (world: World, hear: (input: ServiceInput) => void): void => {
  if (!world.isServiceUp) return;
  for (const { name, isUp, isPaused, hasStorage, speedPercent, copy } of world.hosts.values()) {
    if (!isUp || isPaused) continue;
    const copies = copy === null ? [] : [copy.name];
    const state = { freePercent: speedPercent, reachesStorage: hasStorage, copies };
    hear({ type: 'heartbeat', host: name, ...state });
  }
};

/** A clustering service for a timed world, with what hosts say to it and it to them. */
export const newCluster = (works: () => Clockwork): Cluster => {
  let service: ClusteringService | null = null;
  const hear = (input: ServiceInput): void => {
    const { world, agenda } = works();
    service ??= newService(world);
    const inputs = [input];
    for (let next = inputs.shift(); next !== undefined; next = inputs.shift()) {
      const commands: readonly ServiceCommand[] = service.handle(next, agenda.nowMs());
      for (const command of commands) inputs.push(...obeyed(world, command));
    }
  };
  const say = (input: ServiceInput): void => {
    const { agenda, world } = works();
    agenda.at(agenda.nowMs() + messageMs, () => {
      if (world.isServiceUp) hear(input);
    });
  };
  return {
    tell: (copy, what) => {
      const { name, host } = copy;
      if (what === 'askForBackup') say({ type: what, copy: name, host: host.name });
      else say({ type: 'told', copy: name, what });
    },
    migrate: (copy) => say({ type: 'migrate', copy: copy.name, host: null }),
    forget: () => {
      service = null;
    },
    start: () => every(works(), reportEveryMs, () => reported(works().world, hear)),
  };
};

// Real processes, with sockets, files and kill -9: what they say that they did is a run of the
// specification too.

import { afterEach, describe, expect, it } from 'vitest';
import { preciseMs } from '../../impl/host/clock.ts';
import { type GatewayConfig, partyOf } from '../../impl/host/config.ts';
import { Server } from '../../impl/host/dialogue.ts';
import type { Told } from '../../impl/host/journal.ts';
import {
  type NetworkAnswers,
  type NetworkAsks,
  networkLanguage,
} from '../../impl/host/network-language.ts';
import { Trial } from '../../impl/host/trial.ts';
import { defaultSettings as durations } from '../../impl/hypervisor/settings.ts';
import { defaultSettings, type Settings } from '../../model/settings.ts';
import { everyStep } from '../catalogue.ts';
import { numbered } from '../simulation/clients.ts';
import type { Happening, Reported } from '../simulation/reported.ts';
import { conform } from './conform.ts';
import { divergenceText } from './divergence-text.ts';
import { foldDigest } from './trial.ts';

type Program = Settings['program'];

const withoutDisk: Program = ['readTime', 'transmit', 'compute', 'stamp', 'print'];
const withDisk: Program = [...withoutDisk, 'touch p', 'write x p', 'read x q'];

const settingsOf = (program: Program): Settings => ({
  ...defaultSettings,
  program,
  packetGroup: durations.packetGroupMax,
});

const perSecond = 200; // instructions: the specification has to follow each

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

/** The clients: packets with numbers for bytes, to the host that the VM was seen at last. */
type Clients = {
  readonly seenAt: () => string;
  readonly send: () => void;
  readonly transmittedCount: () => number;
};

const clientsAt = async (config: GatewayConfig, happened: Reported[]): Promise<Clients> => {
  let seenAt = 'A';
  let sentCount = 0;
  let transmittedCount = 0;
  const nothing = (): void => undefined;
  const server: Server<NetworkAsks, NetworkAnswers> = new Server(networkLanguage, {
    party: partyOf(config),
    at: config.listen,
    onCome: nothing,
    onGo: nothing,
    onStranger: nothing,
    onMessage: (host, { type }) => {
      if (type !== 'print') seenAt = host;
      if (type === 'transmit') transmittedCount++;
    },
  });
  await server.open();
  endings.push(() => server.shut());
  return {
    seenAt: () => seenAt,
    transmittedCount: () => transmittedCount,
    send: () => {
      const packet = sentCount++;
      const happening: Happening = { what: 'sent', packet, host: seenAt };
      happened.push({ by: 'world', atMs: preciseMs(), happening });
      server.send(seenAt, { type: 'packet', bytes: numbered(packet) });
    },
  };
};

type Facts = {
  readonly copy: string;
  readonly source: string;
  readonly purpose: 'boot' | 'clone' | 'arrive';
  readonly generation: number;
  readonly outcome: 'won' | 'lost';
  readonly io: number;
  readonly transferredCount: number;
  readonly isWhole: boolean;
};

const isFacts = (facts: object): facts is Facts => 'copy' in facts;

/** What the processes have told besides their reports, in the words of the simulated world. */
const happeningIn = ({ by, event, facts }: Told): Happening | null => {
  if (!isFacts(facts)) return null;
  const { copy, source, purpose, generation, outcome, io, transferredCount, isWhole } = facts;
  if (event === 'began' && purpose === 'boot') return { what: 'booted', copy, host: by };
  if (event === 'began' && purpose !== 'boot') {
    return { what: 'placed', source, copy, host: by, purpose };
  }
  if (by !== 'storage') return null;
  if (event === 'decided') return { what: 'arbitrated', copy, generation, outcome };
  if (event === 'refused') return { what: 'refusedIo', copy, generation, io };
  if (event !== 'done') return null;
  return { what: 'applied', copy, generation, io, transferredCount, isWhole };
};

/** All that happened on this machine, in the order of its one clock. */
const wholeReport = (run: Trial, happened: readonly Reported[]): readonly Reported[] => {
  const told = run.told.flatMap((one): readonly Reported[] => {
    const happening = happeningIn(one);
    return happening === null ? [] : [{ by: 'world', atMs: one.atMs, happening }];
  });
  const reports = ['A', 'B', 'C'].flatMap((host) => run.reports(host));
  return [...told, ...happened, ...reports].toSorted((one, other) => one.atMs - other.atMs);
};

/** A cluster whose clients are the test, and what the test itself does to it. */
const watched = async (program: Program) => {
  const run = await Trial.start({}, `fold ${program.join(' ')}`, perSecond);
  endings.push(() => run.end());
  const happened: Reported[] = [];
  run.cluster.signal('gateway', 'SIGKILL');
  await run.until('the gateway is gone', ({ by, event }) => by === 'gateway' && event === 'ended');
  const clients = await clientsAt(run.cluster.plan.gateway, happened);
  const isServed = async (): Promise<void> => {
    const before = clients.transmittedCount();
    await expect.poll(clients.transmittedCount, { timeout: 20_000 }).toBeGreaterThan(before + 5);
  };
  const note = (happening: Happening, atMs = preciseMs()): void => {
    happened.push({ by: 'world', atMs, happening });
  };
  return {
    run,
    serve: async (): Promise<void> => {
      for (let packets = 0; packets < 5; packets++) {
        await isServed();
        clients.send();
      }
      await isServed();
    },
    note,
    /** It comes right after what that host has done last before a time. */
    noteAfterLast: (happening: Happening, host: string, beforeMs: number): void => {
      const last = run.reports(host).findLast(({ atMs }) => atMs < beforeMs);
      note(happening, (last?.atMs ?? 0) + 0.0005);
    },
    /** Waits until a host has taken over, and the clients know. */
    taken: async (host: string, since: number): Promise<void> => {
      const isLive = (told: Told): boolean => told.by === host && told.event === 'wentLive';
      await run.until(`${host} takes over`, isLive, since);
      await expect.poll(clients.seenAt, { timeout: 20_000 }).toBe(host);
    },
    divergence: async (): Promise<string> => {
      await run.cluster.stop();
      const report = wholeReport(run, happened);
      const found = conform(report, settingsOf(program), {
        digestOf: foldDigest,
        claims: everyStep,
      });
      return found === null ? '' : divergenceText(found);
    },
  };
};

describe('what real processes do is a run of the specification', { timeout: 120_000 }, () => {
  it('when the primary is killed, and the next one too', async () => {
    const { run, serve, note, noteAfterLast, taken, divergence } = await watched(withDisk);
    for (const kill of [1, 2]) {
      await serve();
      const { primary, backup } = run;
      const since = run.told.length;
      run.cluster.signal(primary, 'SIGKILL');
      const isDead = ({ by, event }: Told): boolean => by === primary && event === 'ended';
      await run.until(`it is dead, kill ${kill}`, isDead, since);
      noteAfterLast({ what: 'crashed', host: primary }, primary, preciseMs());
      await taken(backup, since);
      note({ what: 'repaired', host: primary });
      run.cluster.repair(primary);
      await run.untilProtected();
    }
    await serve();
    expect(await divergence()).toBe('');
  });

  it('when the primary stands still, and goes on when it has been replaced', async () => {
    // what the storage refuses a copy that is over goes to it again, and is refused again, until
    // the copy knows that; the specification has nothing of the kind
    const { run, serve, note, noteAfterLast, taken, divergence } = await watched(withoutDisk);
    await serve();
    const { primary, backup } = run;
    const since = run.told.length;
    run.cluster.signal(primary, 'SIGSTOP');
    await taken(backup, since);
    await run.untilProtected();
    await serve();
    const resumedMs = preciseMs();
    note({ what: 'resumed', host: primary }, resumedMs);
    run.cluster.signal(primary, 'SIGCONT');
    const isHalted = ({ by, event }: Told): boolean => by === primary && event === 'halted';
    await run.until('the loser stops', isHalted, since);
    // it may have been stopped with the last lines in its hands
    noteAfterLast({ what: 'paused', host: primary }, primary, resumedMs);
    await serve();
    expect(await divergence()).toBe('');
  });
});

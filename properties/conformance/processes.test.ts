// Real processes, with sockets, files and kill -9: what they say that they did is a run of the
// specification too.

import { afterEach, describe, expect, it } from 'vitest';
import type { Image } from '../../impl/guest/guest.ts';
import { keyValueImage } from '../../impl/guest/key-value.ts';
import { preciseMs } from '../../impl/host/clock.ts';
import { type GatewayConfig, partyOf } from '../../impl/host/config.ts';
import { Server } from '../../impl/host/dialogue.ts';
import type { Told } from '../../impl/host/journal.ts';
import {
  type NetworkAnswers,
  type NetworkAsks,
  networkLanguage,
} from '../../impl/host/network-language.ts';
import { guestNamed } from '../../impl/host/software.ts';
import { Trial } from '../../impl/host/trial.ts';
import type { Report } from '../../impl/hypervisor/report.ts';
import { defaultSettings as durations } from '../../impl/hypervisor/settings.ts';
import { happeningIn } from '../../impl/observed/happening.ts';
import { defaultSettings, type Settings } from '../../model/settings.ts';
import { everyStep } from '../catalogue.ts';
import { clientsOf, numbered } from '../simulation/clients.ts';
import type { Happening, Reported } from '../simulation/reported.ts';
import { conform } from './conform.ts';
import type { ConformOptions } from './course.ts';
import { divergenceText } from './divergence-text.ts';
import { foldDigest } from './trial.ts';

type Program = Settings['program'];

const withoutDisk: Program = ['readTime', 'transmit', 'compute', 'stamp', 'print'];
const withDisk: Program = [...withoutDisk, 'touch p', 'write x p', 'read x q'];

/** What the cluster runs, how fast, and what the specification is told of it. */
type Tried = {
  readonly words: string;
  readonly perSecond: number; // instructions
  readonly settings: Settings;
  readonly options: ConformOptions;
  readonly packet: (number: number) => Uint8Array;
  readonly isTalkative: boolean; // it puts something out though nobody asks
};

const settingsOf = (program: Program): Settings => ({
  ...defaultSettings,
  program,
  packetGroup: durations.packetGroupMax,
});

const fold = (program: Program): Tried => ({
  words: `fold ${program.join(' ')}`,
  perSecond: 200, // the specification has to follow each
  settings: settingsOf(program),
  options: { digestOf: foldDigest },
  packet: numbered,
  isTalkative: true,
});

const given = (words: string, image: Image, perSecond: number): Tried => {
  const clients = clientsOf(image);
  return {
    words,
    perSecond,
    settings: settingsOf(['compute']),
    options: { guest: { image, clients } },
    packet: clients.packet,
    isTalkative: false,
  };
};

const keyValue = given('key-value', keyValueImage, 20_000);

const riscvWords = 'riscv key-value'; // what `lockstep run` runs by default

const riscv = (): Tried => {
  const image = guestNamed([riscvWords]);
  if (typeof image === 'string') throw new Error(image);
  return given(riscvWords, image, 1_000_000);
};

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

/** The clients: packets with numbers for bytes, to the host that the VM was seen at last. */
type Clients = {
  readonly seenAt: () => string;
  readonly isThere: () => boolean; // that host can be sent to
  readonly send: () => void;
  readonly transmittedCount: () => number;
};

const clientsAt = async (
  config: GatewayConfig,
  { packet: bytesOf }: Tried,
  happened: Reported[],
): Promise<Clients> => {
  let seenAt = 'A';
  let sentCount = 0;
  let transmittedCount = 0;
  const come = new Set<string>();
  const nothing = (): void => undefined;
  const server: Server<NetworkAsks, NetworkAnswers> = new Server(networkLanguage, {
    party: partyOf(config),
    at: config.listen,
    onCome: (host) => void come.add(host),
    onGo: (host) => void come.delete(host),
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
    isThere: () => come.has(seenAt),
    transmittedCount: () => transmittedCount,
    send: () => {
      const packet = sentCount++;
      const happening: Happening = { what: 'sent', packet, host: seenAt };
      happened.push({ by: 'world', atMs: preciseMs(), happening });
      server.send(seenAt, { type: 'packet', bytes: bytesOf(packet) });
    },
  };
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
const watched = async (tried: Tried) => {
  const run = await Trial.start({}, tried.words, tried.perSecond);
  endings.push(() => run.end());
  const happened: Reported[] = [];
  run.cluster.signal('gateway', 'SIGKILL');
  await run.until('the gateway is gone', ({ by, event }) => by === 'gateway' && event === 'ended');
  const clients = await clientsAt(run.cluster.plan.gateway, tried, happened);
  const isServed = async (): Promise<void> => {
    const before = clients.transmittedCount();
    const heardCount = (): number => {
      if (!tried.isTalkative && clients.isThere()) clients.send();
      return clients.transmittedCount();
    };
    await expect.poll(heardCount, { timeout: 20_000 }).toBeGreaterThan(before + 5);
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
    report: async (): Promise<readonly Reported[]> => {
      await run.cluster.stop();
      return wholeReport(run, happened);
    },
  };
};

const divergence = (report: readonly Reported[], { settings, options }: Tried): string => {
  const found = conform(report, settings, { ...options, claims: everyStep });
  return found === null ? '' : divergenceText(found).replace(/\s+/g, ' ');
};

/** The last line of which that is true with something else in it. */
const altered = (
  report: readonly Reported[],
  alter: (line: Report) => Report | null,
): readonly Reported[] => {
  const at = report.findLastIndex((line) => line.by === 'copy' && alter(line.report) !== null);
  return report.map((line, index) => {
    if (index !== at || line.by !== 'copy') return line;
    return { ...line, report: alter(line.report) ?? line.report };
  });
};

const withOtherOutput = (line: Report): Report | null => {
  const [first] = line.did === 'consumed' ? line.outputs : [];
  return line.did !== 'consumed' || first === undefined
    ? null
    : { ...line, outputs: [{ ...first, digest: first.digest + 1 }] };
};

const withOtherState = (line: Report): Report | null =>
  line.did === 'digested' ? { ...line, digest: line.digest + 1 } : null;

describe('what real processes do is a run of the specification', { timeout: 120_000 }, () => {
  it.each([
    ['the fold machine', fold(withDisk)],
    ['the key-value server', keyValue],
    ['the key-value server on the RISC-V machine', riscv()],
  ])('when the primary of %s is killed, and the next one too', async (_, tried) => {
    const { run, serve, note, noteAfterLast, taken, report } = await watched(tried);
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
    const lines = await report();
    expect(divergence(lines, tried)).toBe('');
    expect(divergence(altered(lines, withOtherOutput), tried)).toContain('They differ in outputs');
    if (tried.options.guest !== undefined) {
      const differing =
        /the digest of the guest at \d+: the program has \d+, the specification \d+/;
      expect(divergence(altered(lines, withOtherState), tried)).toMatch(differing);
    }
  });

  it('when the primary stands still, and goes on when it has been replaced', async () => {
    // what the storage refuses a copy that is over goes to it again, and is refused again, until
    // the copy knows that; the specification has nothing of the kind
    const tried = fold(withoutDisk);
    const { run, serve, note, noteAfterLast, taken, report } = await watched(tried);
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
    expect(divergence(await report(), tried)).toBe('');
  });
});

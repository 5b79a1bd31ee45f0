// The program as real processes on this machine, and what befalls those.

import { afterEach, describe, expect, it } from 'vitest';
import type { Told } from './journal.ts';
import { Trial } from './trial.ts';

let trial: Trial | null = null;
afterEach(async () => {
  await trial?.end();
  trial = null;
});

const begin = async (timeoutMs = 1000): Promise<Trial> => {
  trial = await Trial.start({ timeoutMs, stallTimeoutMs: 2 * timeoutMs });
  return trial;
};

const limitIn = ({ limitPercent }: Told['facts']): number => Number(limitPercent);

const isBy =
  (host: string, event: string) =>
  (told: { readonly by: string; readonly event: string }): boolean =>
    told.by === host && told.event === event;

/** No answer was ever taken back: each is larger than the one before (R22-1). */
const expectNothingLost = (seen: readonly number[]): void => {
  for (const [place, value] of seen.entries()) {
    expect(value, `answer ${place}`).toBeGreaterThan(seen[place - 1] ?? 0);
  }
};

describe('a protected guest', { timeout: 90_000 }, () => {
  it('survives kill -9 of its primary under load, and of the next one too', async () => {
    const run = await begin();
    const load = run.load();
    await run.ask('put colour blue');
    for (const generation of [1, 2]) {
      const { primary, backup } = run;
      run.cluster.signal(primary, 'SIGKILL');
      const live = await run.until('the backup takes over', isBy(backup, 'wentLive'));
      expect(live.facts).toMatchObject({ generation });
      expect(await run.ask('get colour')).toBe('blue');
      run.cluster.repair(primary);
      await run.untilProtected();
    }
    const seen = await load.stop();
    const left = Number(await run.ask('get load'));
    expectNothingLost([...seen, left + 1]); // a request that is sent again may count twice
  });

  it('lets no answer out that its backup does not hold (R22-4)', async () => {
    const run = await begin(10_000);
    const { primary, backup } = run;
    run.cluster.signal(backup, 'SIGSTOP');
    let isAnswered = false;
    const answer = run.ask('put colour blue').then((reply) => {
      isAnswered = true;
      return reply;
    });
    const isWithheld = async (): Promise<boolean> => (await run.status(primary)).withheldCount > 0;
    while (!isAnswered && !(await isWithheld())) expect(run.primary).toBe(primary);
    expect(isAnswered).toBe(false);
    run.cluster.signal(backup, 'SIGCONT');
    expect(await answer).toBe('ok');
  });

  it.each(['primary', 'backup'] as const)(
    'moves with its %s to another host (R33-4)',
    async (who) => {
      const run = await begin(5000);
      const load = run.load();
      const { primary, backup } = run;
      const from = run[who];
      const to = ['A', 'B', 'C'].find((host) => host !== primary && host !== backup) ?? '';
      run.cluster.order(from, { order: 'migrate', host: to });
      const halted = await run.until('its source is over', isBy(from, 'halted'));
      expect(halted.facts).toMatchObject({ because: 'moved' });
      await run.until('it is at its destination', isBy(to, 'tookUp'));
      await run.ask('put colour blue');
      expectNothingLost(await load.stop());
      run.cluster.signal(who === 'primary' ? to : primary, 'SIGKILL');
      expect(await run.ask('get colour')).toBe('blue');
    },
  );

  it('is slowed down for a slow backup, and no more once that has its CPU (R32-10)', async () => {
    const slack = { timeoutMs: 4000, stallTimeoutMs: 8000 };
    const loop = { adjustEveryMs: 100, stepPercent: 5, significantLagMs: 300, slightLagMs: 150 };
    trial = await Trial.start({ ...slack, ...loop }, 'fold compute');
    const run = trial;
    const isLimited =
      (isIt: (percent: number) => boolean) =>
      ({ event, facts }: Told): boolean =>
        event === 'limited' && isIt(limitIn(facts));
    const hurry = run.slow(run.backup);
    await run.until(
      'the primary is slowed down',
      isLimited((percent) => percent < 80),
    );
    hurry();
    const isFree = isLimited((percent) => percent === 100);
    await run.until('it is not slowed down any more', isFree, run.told.length);
    expect(run.told.map(({ event }) => event)).not.toContain('suspected');
  });

  it('goes on alone when its backup is killed, and finds another', async () => {
    const run = await begin();
    const load = run.load();
    const { primary, backup } = run;
    run.cluster.signal(backup, 'SIGKILL');
    await run.until('the primary goes on', isBy(primary, 'wentLive'));
    await run.untilProtected();
    expect(run.backup).not.toBe(backup);
    expectNothingLost(await load.stop());
  });

  it('is served by one copy though its primary stands still for a while (R23-17)', async () => {
    const run = await begin();
    const { primary, backup } = run;
    await run.ask('put colour blue');
    await run.ask('save colour');
    run.cluster.signal(primary, 'SIGSTOP');
    await run.until('the backup takes over', isBy(backup, 'wentLive'));
    await run.ask('put colour red');
    expect(await run.ask('save colour')).toBe('saved');
    const load = run.load();
    run.cluster.signal(primary, 'SIGCONT');
    const halted = await run.until('the loser stops', isBy(primary, 'halted'));
    expect(halted.facts).toMatchObject({ because: 'lost' });
    await run.ask('put colour none');
    expect(await run.ask('load colour')).toBe('red');
    expectNothingLost(await load.stop());
    expect(run.reports(primary).map(({ report }) => report.did)).not.toContain('wentLive');
  });

  it('waits for a storage that is away, and is served when that is back (R23-17)', async () => {
    const run = await begin();
    const { primary, backup } = run;
    await run.ask('put colour blue');
    run.cluster.signal('storage', 'SIGKILL');
    await run.until('the storage is gone', isBy('storage', 'ended'));
    run.cluster.signal(primary, 'SIGKILL');
    for (let since = 0, count = 0; count < 2; count++) {
      const known = await run.until('it learns nothing', isBy(backup, 'learned'), since);
      expect(known.facts).toMatchObject({ outcome: 'unreachable' });
      since = run.told.indexOf(known) + 1;
    }
    expect(run.told.map(({ event }) => event)).not.toContain('wentLive');
    run.cluster.restart('storage');
    await run.until('the backup takes over', isBy(backup, 'wentLive'));
    expect(await run.ask('get colour')).toBe('blue');
  });

  it('is powered off on both hosts when that is ordered (R33-2)', async () => {
    const run = await begin(10_000);
    const { primary, backup } = run;
    for (const host of [primary, backup]) run.cluster.order(host, { order: 'powerOff' });
    for (const host of [primary, backup]) await run.until(`${host} stops`, isBy(host, 'off'));
    expect(run.told.map(({ event }) => event)).not.toContain('wentLive');
  });

  it('does not notice a stranger on any port', async () => {
    const run = await begin(10_000);
    const { storage, service, gateway, hosts } = run.cluster.plan;
    for (const { name, listen } of [storage, service, gateway, ...hosts]) {
      await run.intrude(listen.port);
      await run.until(`${name} has seen him`, isBy(name, 'stranger'));
    }
    expect(await run.ask('put colour blue')).toBe('ok');
    expect(run.told.map(({ event }) => event)).not.toContain('suspected');
  });
});

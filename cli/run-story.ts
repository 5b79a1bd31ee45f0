import type { Told } from '../impl/host/journal.ts';

const textOf = (fact: unknown): string => (typeof fact === 'string' ? fact : String(fact ?? ''));

const whyHalted: Readonly<Record<string, string>> = {
  lost: 'the other copy has won: it stops for good',
  diverged: 'it has diverged from its primary: it stops for good',
  discarded: 'its source is gone before the clone was whole: it is discarded',
  moved: 'the VM has moved on',
  off: 'the VM is off',
};

/** What a run of the program comes to, one sentence for what a user wants to know. */
export type RunStory = {
  /** The sentence, or nothing if it is of no interest. */
  readonly tell: (told: Told) => string | null;
  /** The host that serves clients, as far as is known. */
  readonly serving: () => string | null;
  readonly isProtected: () => boolean;
};

type Teller = (by: string, facts: Told['facts']) => string | null;

/** Follows a run from its first event on. */
export const runStory = (): RunStory => {
  let serving: string | null = null;
  let backup: string | null = null;
  const alone = (host: string): void => {
    serving = host;
    backup = null;
  };
  const tellers: Readonly<Record<string, Teller>> = {
    began: (host, { purpose }) => {
      if (purpose !== 'boot') return null;
      alone(host);
      return `${host} boots the VM`;
    },
    armed: (host, { generation }) => {
      backup = host;
      const pair = `${serving} is the primary, ${host} its backup`;
      return `protected: ${pair} (generation ${textOf(generation)})`;
    },
    suspected: (host, { evidence }) => `${host} suspects its peer: ${textOf(evidence)}`,
    wentLive: (host, { generation }) => {
      const what = host === serving ? 'goes on alone' : 'took over';
      alone(host);
      return `${host} ${what} (generation ${textOf(generation)})`;
    },
    tookUp: (host) => {
      if (backup !== null && host !== serving) serving = host;
      return `${host} has the VM that was moved`;
    },
    learned: (host, { outcome }) =>
      outcome === 'unreachable' ? `${host} does not reach the storage, and waits` : null,
    stalled: (host) => `${host}: the log buffer is full; the VM waits`,
    limited: (host, { limitPercent: limit, lagMs: lag }) =>
      `${host}: the backup lags ${textOf(lag)} ms; the VM gets ${textOf(limit)} % of the CPU`,
    diverged: (host, { because }) => `${host} has diverged: ${textOf(because)}`,
    halted: (host, { because }) => `${host}: ${whyHalted[textOf(because)] ?? textOf(because)}`,
    off: (host) => `the VM is off on ${host}`,
    broken: (host, { because }) => `${host} has found a bug in itself: ${textOf(because)}`,
    stranger: (host, { from }) => `${host} has refused a stranger from ${textOf(from)}`,
    notBooted: (host, { because }) => `${host} does not boot the VM: ${textOf(because)}`,
    ended: (host, { code, signal }) =>
      `${host} has ended: ${textOf(signal ?? `code ${textOf(code)}`)}`,
  };
  return {
    tell: ({ by, event, facts }) => tellers[event]?.(by, facts) ?? null,
    serving: () => serving,
    isProtected: () => backup !== null,
  };
};

import { counting, msText, type Owing, sameMs, type Timely } from './timeliness-claim.ts';
import { type Ledger, standingOf } from './timeliness-ledger.ts';
import type { Turn } from './timeliness-turn.ts';

/** A copy that serves, as the switch and the clients know it. */
type Server = {
  readonly host: string;
  hasMoved: boolean; // no client has reached it where it is
  heardAtMs: number;
  announcedAtMs: number;
  withheldAtMs: number; // the last turn at which it awaited the arbiter, and announced nothing
  isAwaiting: boolean;
};

const modes: ReadonlySet<string> = new Set(['live', 'recording', 'withholding']);

const dueMs = (ledger: Ledger, server: Server): number => {
  const { timeoutMs, announceEveryMs } = ledger.settings;
  const { hasMoved, heardAtMs, announcedAtMs, withheldAtMs, host } = server;
  const { resumedAtMs } = standingOf(ledger, host);
  const quietAtMs = hasMoved ? heardAtMs : heardAtMs + timeoutMs + 1;
  return Math.max(quietAtMs, announcedAtMs + announceEveryMs, resumedAtMs, withheldAtMs);
};

const did = ({ commands }: Turn, what: string): boolean =>
  commands.some((one) => one.type === 'report' && one.report.did === what);

/** One that boots is where clients look for it; one that took over, or took up, is not. */
const begun = (turn: Turn): Server => ({
  host: turn.host,
  hasMoved: did(turn, 'wentLive') || did(turn, 'tookUp'),
  heardAtMs: turn.atMs,
  announcedAtMs: Number.NEGATIVE_INFINITY,
  withheldAtMs: turn.atMs,
  isAwaiting: false,
});

const isServer = ({ status, commands }: Turn): boolean =>
  modes.has(status.mode) && !status.isOff && !commands.some(({ type }) => type === 'halt');

/** That clients are told where the VM is (R23-13). */
export const ofAnnouncing: readonly Timely[] = [
  {
    name: 'unheard-announces',
    answersTo: 'L2',
    claim:
      'whoever serves and is reached by nobody for the timeout, or since it is there, announces ' +
      'itself again and again, alone or with a backup',
    cites: ['R23-13', 'R31-7'],
    reachedWhen: 'a primary that has a backup announces itself',
    watch: (ledger) => {
      const servers = new Map<string, Server>();
      return counting({
        passing: (nowMs): Owing | null => {
          for (const [copy, server] of servers) {
            if (!ledger.hosts.has(copy)) servers.delete(copy);
            if (!ledger.hosts.has(copy) || server.isAwaiting) continue;
            if (standingOf(ledger, server.host).isPaused) continue;
            const atMs = dueMs(ledger, server);
            if (nowMs <= atMs + sameMs) continue;
            const found = `the last one was at ${msText(server.announcedAtMs)}`;
            return { copy, atMs: nowMs, owed: `an announcement at ${msText(atMs)}`, found };
          }
          return null;
        },
        turn: (turn, reach) => {
          const { copy, atMs, input, status } = turn;
          if (!isServer(turn)) servers.delete(copy);
          else {
            const server = servers.get(copy) ?? begun(turn);
            servers.set(copy, server);
            server.isAwaiting = status.mode === 'withholding';
            if (server.isAwaiting) server.withheldAtMs = atMs;
            if (input.type === 'packets')
              Object.assign(server, { hasMoved: false, heardAtMs: atMs });
            if (did(turn, 'announced')) server.announcedAtMs = atMs;
            if (status.mode === 'recording' && did(turn, 'announced')) reach();
          }
          return null;
        },
      });
    },
  },
];

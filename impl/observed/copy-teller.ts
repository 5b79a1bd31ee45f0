import type { Put, Report } from '../hypervisor/report.ts';
import { doesOf, ownEnd } from './likeness.ts';
import { type Said, type SaidEntry, silence } from './line.ts';

/** The names that the copies of a run share with the world around them. */
export type Names = {
  /** The number of the packet that reaches a copy next, by its digest. */
  readonly packet: (copy: string, digest: number) => number;
  /** What the guest does at a position, if its program is known. */
  readonly does: ((position: number) => string) | null;
  /** The share of the CPU with which the VM boots. */
  readonly share: number;
  /** That a destination has been copied to, if nobody has said so yet. */
  readonly passesHeard: (destination: string | null) => readonly Said[];
};

type Of<D extends Report['did']> = Extract<Report, { readonly did: D }>;

type Executed = Of<'ran' | 'performed' | 'interrupted' | 'delivered' | 'fed' | 'completed'>;

type Heard = Of<'entrySent' | 'entryReceived' | 'ackSent' | 'ackRead'>;

/** How a link says that it was not this side that has closed it. */
const connectionIsGone = 'the connection is gone';

const puts = (outputs: readonly Put[]): { readonly outputs?: readonly object[] } =>
  outputs.length === 0 ? {} : { outputs: outputs.map(put) };

/** Equal bytes have equal digests: that is all that a digest has to say. */
const put = ({ device, ordinal, digest }: Put): object => ({
  ordinal,
  ...(device === 'network' ? {} : { device }),
  content: `${digest}`,
});

/**
 * What one copy reports in the words of an observation. It remembers what this copy has said, and
 * nothing of what the protocol makes of it: whether a line can be is for others to judge.
 */
export class CopyTeller {
  readonly #copy: string;
  readonly #names: Names;
  readonly #callers: Map<number, string> = new Map(); // by connection, of its own numbers
  #entries: readonly SaidEntry[] = []; // logged, and the step that they are of is not said yet
  #isFollowing = false; // it replays, as far as it has said
  #hasHello = false; // its first message as a backup was said along with that it is one
  #connection: number | null = null; // on which it has acknowledged last
  #destination: string | null = null; // of its last VMotion
  #isBetween = false; // two entries of its log, with instructions replayed that need none
  #isFrozen = false; // it follows nobody any more

  constructor(copy: string, names: Names) {
    this.#copy = copy;
    this.#names = names;
  }

  /** Whether it is a backup, as far as it has said. */
  get isFollowing(): boolean {
    return this.#isFollowing;
  }

  /** The VM of another copy has come here: this copy is what that one was (R33-6). */
  takeOver(other: CopyTeller): void {
    this.#isFollowing = other.#isFollowing;
  }

  /** Whether that is the connection, by its own number, on which it has acknowledged last. */
  hasSpokenOn(connection: number): boolean {
    return this.#connection === connection;
  }

  /** What a report says, in order: mostly one line. */
  tell(report: Report): readonly Said[] {
    return this.#of(report).map(({ did, ...rest }) => ({ did, copy: this.#copy, ...rest }));
  }

  #of(report: Report): readonly Said[] {
    switch (report.did) {
      case 'logged':
        // it goes with the step that it is of, which is reported behind it (R21-10)
        this.#entries = [...this.#entries, { seq: report.seq, kind: report.kind }];
        return silence();
      case 'ran':
      case 'performed':
      case 'interrupted':
      case 'delivered':
      case 'fed':
      case 'completed':
        return this.#executed(report);
      case 'entrySent':
      case 'entryReceived':
      case 'ackSent':
      case 'ackRead':
        return this.#heard(report);
      default:
        return this.#followed(report);
    }
  }

  #taken(reading: number | null = null): { readonly entries?: readonly SaidEntry[] } {
    const entries = this.#entries;
    this.#entries = [];
    if (entries.length === 0) return {};
    const isRead = ({ kind }: SaidEntry): boolean => kind === 'ND' && reading !== null;
    return {
      entries: entries.map((entry) => (isRead(entry) ? { ...entry, value: reading ?? 0 } : entry)),
    };
  }

  #executed(report: Executed): readonly Said[] {
    const { does } = this.#names;
    switch (report.did) {
      case 'ran': {
        // the last of a stretch: that those before it were executed goes without saying
        const position = report.to - 1;
        return [{ did: 'execute', position, does: does?.(position) ?? 'compute' }];
      }
      case 'performed': {
        const { position, reading, outputs } = report;
        const known = does?.(position) ?? doesOf(report);
        const all = { ...this.#taken(reading), ...puts(outputs) };
        if (known !== ownEnd) return [{ did: 'execute', position, does: known, ...all }];
        // nobody has pressed a key: to others it is as if it had been ordered to (R33-2)
        const last = { did: 'execute', position, does: 'compute' };
        return [last, { did: 'order', operation: 'powerOff', ...all }];
      }
      case 'interrupted':
        return [{ did: 'interrupt', position: report.position, ...this.#taken() }];
      case 'delivered': {
        const { position, digests, outputs } = report;
        const packets = digests.map((digest) => this.#names.packet(this.#copy, digest));
        return [{ did: 'deliver', position, packets, ...this.#taken(), ...puts(outputs) }];
      }
      case 'fed': {
        const { position, kind } = report;
        return [{ did: 'feed', position, kind, ...this.#taken() }];
      }
      case 'completed': {
        const { position, io } = report;
        return [{ did: 'complete', position, io, ...this.#taken() }];
      }
    }
  }

  #heard(report: Heard): readonly Said[] {
    switch (report.did) {
      case 'entrySent':
        return [{ did: 'flush', seq: report.seq }];
      case 'entryReceived':
        return [{ did: 'receive', seq: report.seq }];
      case 'ackSent':
        return this.#acknowledged(report);
      case 'ackRead': {
        const from = this.#callers.get(report.connection);
        return [{ did: 'readAck', upTo: report.upTo, ...(from === undefined ? {} : { from }) }];
      }
    }
  }

  /** A backup has to have heard of the first passes of its destination to ask for rest (R33-7). */
  #acknowledged({ upTo, isHello, connection, wantsQuiet }: Of<'ackSent'>): readonly Said[] {
    this.#connection = connection;
    const passed = wantsQuiet ? this.#names.passesHeard(this.#destination) : [];
    if (!isHello) return [...passed, { did: 'acknowledge', upTo }];
    // the first message of a new backup is a part of `arm`, or of `takeUp` (R31-2, R33-6)
    if (this.#hasHello) return [...passed, { did: 'reconnect', upTo }];
    this.#hasHello = true;
    return passed;
  }

  #followed(report: Report): readonly Said[] {
    switch (report.did) {
      case 'connected':
        this.#callers.set(report.connection, report.backup);
        return silence();
      case 'disconnected':
        return this.#disconnected(report);
      case 'replayed':
        this.#isBetween = true;
        return silence();
      case 'consumed':
        this.#isBetween = false;
        this.#isFollowing = true;
        return [{ did: 'replay', position: report.position, upTo: report.upTo }];
      case 'digested':
        // between two entries a backup is at no place that an observation has a name for (R21-8)
        if (this.#isBetween) return silence();
        return [{ did: 'digest', position: report.position, digest: `${report.digest}` }];
      case 'diverged': // it has no word of its own: the mode is what there is to see (R21-11)
        return [{ did: 'mode', mode: 'halted' }];
      case 'released': {
        const { ordinal, device } = report.output;
        // a write leaves for the queue of its disk, which nobody sees (R34-11)
        return device === 'disk' ? silence() : [{ did: 'release', ordinal, ...put(report.output) }];
      }
      case 'announced':
        return [{ did: 'announce' }];
      case 'suspected':
        this.#isFrozen = this.#isFollowing;
        return [{ did: 'suspect' }];
      case 'asked':
        return [{ did: 'testAndSet', generation: report.generation }];
      case 'learned':
        // that the storage cannot be reached is no answer (R23-18)
        if (report.outcome === 'unreachable') return silence();
        return [{ did: 'learn', outcome: report.outcome, generation: report.generation }];
      case 'wentLive':
        return this.#wentLive(report);
      default:
        return this.#protected(report);
    }
  }

  /** A backup whose connection is gone, though it has not closed it, says so (R33-11). */
  #disconnected({ connection, because }: Of<'disconnected'>): readonly Said[] {
    if (connection !== this.#connection) return silence();
    this.#connection = null;
    return because === connectionIsGone ? [{ did: 'reset' }] : silence();
  }

  /** A primary that has won is live by that; a backup once its log is drained (R23-8, R23-10). */
  #wentLive({ generation, position }: Of<'wentLive'>): readonly Said[] {
    const live: Said = { did: 'mode', mode: 'live' };
    if (!this.#isFollowing) return [live];
    this.#isFollowing = false;
    this.#isFrozen = false;
    this.#isBetween = false;
    return [{ did: 'goLive', generation, position }, live];
  }

  #protected(report: Report): readonly Said[] {
    switch (report.did) {
      case 'askedForBackup':
        return [{ did: 'requestBackup' }];
      case 'cloning':
        return [{ did: 'place', destination: report.copy, host: report.host }];
      case 'gotImage':
        return [{ did: 'precopy' }];
      case 'cut':
        return [{ did: 'snapshot' }];
      case 'armed':
        this.#isFollowing = true;
        return [{ did: 'arm' }];
      case 'abandoned':
        return [{ did: 'abandon' }];
      case 'halted':
        return report.because === 'discarded'
          ? [{ did: 'discard' }]
          : [{ did: 'mode', mode: 'halted' }];
      default:
        return this.#managed(report);
    }
  }

  #managed(report: Report): readonly Said[] {
    switch (report.did) {
      case 'ordered':
        return [{ did: 'order', operation: this.#operation(report), ...this.#taken() }];
      case 'stopped':
        // a backup that knows of the power-off, and suspects, stops by that (R33-2d)
        return this.#isFrozen ? [{ did: 'mode', mode: 'halted' }] : [{ did: 'stop' }];
      case 'moving':
        this.#destination = report.copy;
        return [{ did: 'migrate', destination: report.copy, host: report.host }];
      case 'quieting':
      case 'quieted':
        return [{ did: 'quiesce', ...this.#taken() }];
      case 'switchedOver':
        // a disk that is quiet for another reason need not be asked for
        return [...this.#names.passesHeard(this.#destination), { did: 'switchOver' }];
      case 'tookUp':
        return [{ did: 'takeUp' }];
      case 'cancelled':
        // one that it has never taken on it has only refused (Q33)
        return report.copy === this.#destination ? [{ did: 'cancel' }] : silence();
      case 'submitted':
        return [{ did: 'submit', io: report.io }];
      default:
        // of time (stalled, limited), of a connection as such, of what the guest replays unseen
        return silence();
    }
  }

  /** An observation knows two shares: that of the beginning, and another, which is called more. */
  #operation({ operation, share }: Of<'ordered'>): string {
    if (operation === 'powerOff') return 'powerOff';
    return share === this.#names.share ? 'lowerShare' : 'raiseShare';
  }
}

import { assert } from '../assert.ts';
import { digestOf } from '../guest/digest.ts';
import type { Need, Operated } from '../guest/guest.ts';
import type { Copy } from './copy.ts';
import type { Devices } from './devices.ts';
import { DueList } from './due.ts';
import type { Draft } from './entry.ts';
import type { Input } from './input.ts';
import { completionPayload, offPayload, readingPayload, sharePayload } from './payload.ts';
import type { Recorder } from './recorder.ts';
import type { Replica } from './replica.ts';
import { trapsMax } from './slice.ts';

const nothing = new Uint8Array(0);

const draftOf = (need: Need, reading: number): Draft => {
  if (need === 'ND') return { kind: 'ND', payload: readingPayload(reading) };
  return { kind: need, payload: need === 'OFF' ? offPayload(true) : nothing };
};

/** A guest that serves: what strikes it and what it executes, logged before it happens (R21-10). */
export class Execution {
  readonly #copy: Copy;
  readonly #replica: Replica;
  readonly #devices: Devices;
  #recorder: Recorder | null = null;
  readonly #due: DueList;
  #isQuiet = false; // no disk operation may be issued (R33-8)
  #waitsForDisk = false;
  #isIdle = false;
  #stalledAt: number | null = null; // as much was free of the log then
  #isNext = false; // the instruction that stalled: what strikes later does not starve it
  #hasSaidStalled = false;

  constructor(copy: Copy, replica: Replica, devices: Devices) {
    this.#copy = copy;
    this.#replica = replica;
    this.#devices = devices;
    this.#due = new DueList(copy);
  }

  get isStalled(): boolean {
    return this.#stalledAt !== null && this.#stalledAt === this.#recorder?.freed;
  }

  /** Something has struck the guest that it does not know of yet. */
  get hasDue(): boolean {
    return this.#due.first !== null;
  }

  /** Something of it is not to be lost where the VM moves, as packets are (R33-10, Q36). */
  get hasToGoAlong(): boolean {
    return this.#due.hasToGoAlong;
  }

  /** From now on all is logged there; `null`: the VM runs alone (R31-7). */
  record(recorder: Recorder | null): void {
    this.#recorder = recorder;
    this.#stalledAt = null;
    this.#isNext = false;
    this.#hasSaidStalled = false;
  }

  /** The disk is to be kept quiet, or not any more (R33-8). */
  keepQuiet(isQuiet: boolean): void {
    this.#isQuiet = isQuiet;
    if (!isQuiet) this.#waitsForDisk = false;
  }

  /** False if that is no matter of a guest's. */
  handle(input: Input): boolean {
    switch (input.type) {
      case 'run':
        this.#run(input.instructionCount, input.reading);
        return true;
      case 'timer':
        this.#due.add({ type: 'timer' });
        return true;
      case 'packets':
        this.#devices.reached();
        for (const packet of input.packets) this.#due.addPacket(packet);
        return true;
      case 'operated':
        this.#due.addOperated(input.input);
        return true;
      case 'ioDone':
        if (this.#devices.arrive(input.completion, input.generation)) {
          this.#due.add({ type: 'completion' });
        }
        return true;
      case 'order':
        if (input.order.operation === 'powerOff') this.#due.add({ type: 'powerOff' });
        else this.#due.add({ type: 'setShare', share: input.order.share });
        return true;
      default:
        return false;
    }
  }

  /** Delivers what is due, in order, as far as the log has room. */
  deliver(): void {
    if (this.#replica.guest.isOff) this.#due.clear();
    if (this.isStalled || this.#isNext) return;
    this.#stalledAt = null;
    while (this.hasDue && this.#deliver()) this.#due.shift();
    this.#waitsForDisk &&= this.#replica.guest.trap()?.issuesIo === true; // or it has other to do
  }

  /** Logs a place in the log that concerns no guest (R33-7). */
  mark(kind: 'QUIESCE'): boolean {
    return this.#log([{ kind, payload: nothing }]) !== null;
  }

  /** When the guest's timer has to strike; `null` also while a strike waits to be delivered. */
  alarmMs(): number | null | undefined {
    const { guest } = this.#replica;
    const isStruck = guest.isOff || this.#due.hasTimer;
    return guest.alarmMs !== undefined && isStruck ? null : guest.alarmMs;
  }

  wantsCpu(): boolean {
    const { isOff } = this.#replica.guest;
    if (isOff || this.#isIdle || this.#waitsForDisk || this.isStalled) return false;
    return (!this.hasDue || this.#isNext) && this.#mayRunOn();
  }

  #run(instructionCount: number, reading: number): void {
    const { guest } = this.#replica;
    let left = instructionCount;
    for (let traps = 0; traps < trapsMax && left > 0 && this.wantsCpu(); traps++) {
      const before = guest.position;
      const stop = guest.run(before + left);
      const to = guest.position;
      if (to > before) this.#copy.say({ did: 'ran', to });
      left -= to - before;
      this.#isIdle = stop === 'idle';
      if (stop !== 'trap' || left === 0) return;
      if (!this.#perform(reading)) return;
      left -= 1;
    }
  }

  #mayRunOn(): boolean {
    return this.#copy.policies.runsOnWithheld(this.#devices.withheldCount);
  }

  #perform(reading: number): boolean {
    const { guest } = this.#replica;
    const { position } = guest;
    const trap = guest.trap();
    assert(trap !== null, `the guest has come to an instruction that traps, at ${position}`);
    const { needs } = trap;
    if (trap.issuesIo && !this.#copy.policies.mayIssue(this.#isQuiet)) {
      this.#waitsForDisk = true;
      this.#isNext = false;
      return false;
    }
    const seq = this.#log(needs.map((need) => draftOf(need, reading)));
    this.#isNext = seq === null;
    if (seq === null) return false;
    const outputs = guest.perform(reading);
    const puts = this.#replica.place(outputs);
    const read = needs.includes('ND') ? reading : null;
    this.#copy.say({ did: 'performed', position, needs, reading: read, outputs: puts });
    if (trap.issuesIo) this.#devices.issue();
    this.#devices.put(outputs, puts, seq);
    return true;
  }

  /** The last entry's number, 0 if nothing is recorded, `null` if there is no room. */
  #log(drafts: readonly Draft[]): number | null {
    if (this.#recorder === null || drafts.length === 0) return 0;
    const seq = this.#recorder.tryLog(this.#replica.guest.position, drafts);
    this.#stalledAt = seq === null ? this.#recorder.freed : null;
    if (seq === null && !this.#hasSaidStalled) this.#copy.say({ did: 'stalled' });
    this.#hasSaidStalled = seq === null;
    return seq;
  }

  #deliver(): boolean {
    const due = this.#due.first;
    if (due === null) return false;
    switch (due.type) {
      case 'timer':
        return this.#interrupt();
      case 'packets':
        return this.#handOver(due.packets);
      case 'operated':
        return this.#operate(due.input);
      case 'completion':
        return this.#complete();
      case 'powerOff':
        return this.#powerOff();
      case 'setShare':
        return this.#setShare(due.share);
    }
  }

  #interrupt(): boolean {
    const { guest } = this.#replica;
    if (this.#log([{ kind: 'TIMER', payload: nothing }]) === null) return false;
    this.#isIdle = false;
    guest.interrupt();
    this.#copy.say({ did: 'interrupted', position: guest.position });
    return true;
  }

  #handOver(packets: readonly Uint8Array[]): boolean {
    const { guest } = this.#replica;
    const received = packets.map((payload): Draft => ({ kind: 'RX', payload }));
    const needed = guest.needsOfReceiving().map((need) => draftOf(need, 0));
    const seq = this.#log([...received, ...needed]);
    if (seq === null) return false;
    this.#isIdle = false;
    const outputs = guest.receive(packets);
    const puts = this.#replica.place(outputs);
    const { position } = guest;
    const digests = packets.map(digestOf);
    this.#copy.say({ did: 'delivered', position, digests, outputs: puts });
    this.#devices.put(outputs, puts, seq);
    return true;
  }

  #operate(input: Operated): boolean {
    const { guest } = this.#replica;
    const { kind } = input;
    if (this.#log([{ kind, payload: input.bytes }]) === null) return false;
    this.#isIdle = false;
    guest.operate(input);
    this.#copy.say({ did: 'fed', position: guest.position, kind });
    return true;
  }

  #complete(): boolean {
    const { guest } = this.#replica;
    const completion = this.#devices.nextArrived();
    if (completion === null) return true; // it was submitted anew meanwhile
    const { io, transferredCount } = completion;
    const seq = this.#log([{ kind: 'DONE', payload: completionPayload(completion) }]);
    if (seq === null) return false;
    this.#isIdle = false;
    const isTaken = guest.complete(completion);
    assert(isTaken, `the guest waits for disk operation ${io}`);
    this.#devices.completed(io, seq);
    this.#copy.say({ did: 'completed', position: guest.position, io, transferredCount });
    return true;
  }

  #powerOff(): boolean {
    if (this.#log([{ kind: 'OFF', payload: offPayload(false) }]) === null) return false;
    this.#replica.guest.powerOff();
    const { share } = this.#replica;
    this.#copy.say({ did: 'ordered', operation: 'powerOff', share });
    this.#due.clear(); // nothing strikes it any more
    return true;
  }

  #setShare(share: number): boolean {
    if (share === this.#replica.share) return true; // nothing changes
    if (this.#log([{ kind: 'SHARE', payload: sharePayload(share) }]) === null) return false;
    this.#replica.share = share;
    this.#copy.say({ did: 'ordered', operation: 'setShare', share });
    return true;
  }
}

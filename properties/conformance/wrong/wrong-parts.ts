import type { Guest, Image } from '../../../impl/guest/guest.ts';
import type { Command } from '../../../impl/hypervisor/command.ts';
import type { CopyOptions } from '../../../impl/hypervisor/hypervisor.ts';
import type { Input } from '../../../impl/hypervisor/input.ts';
import type { Core, Program } from '../../simulation/program.ts';

/** What is another machine about a guest. */
export type Changed = (guest: Guest) => Partial<Guest>;

const delegate = (guest: Guest): Guest => ({
  get position() {
    return guest.position;
  },
  get isOff() {
    return guest.isOff;
  },
  run: (limit) => guest.run(limit),
  trap: () => guest.trap(),
  perform: (reading) => guest.perform(reading),
  interrupt: () => guest.interrupt(),
  needsOfReceiving: () => guest.needsOfReceiving(),
  receive: (packets) => guest.receive(packets),
  operate: (input) => guest.operate(input),
  complete: (completion) => guest.complete(completion),
  outstanding: () => guest.outstanding(),
  powerOff: () => guest.powerOff(),
  snapshot: () => guest.snapshot(),
  memory: guest.memory,
  rest: () => guest.rest(),
  digest: () => guest.digest(),
});

/** Keeps the getters of what is delegated to. */
const overridden = (guest: Guest, changed: Changed): Guest =>
  Object.assign(delegate(guest), changed(guest));

const imageWith = (image: Image, where: 'boot' | 'restore' | 'both', changed: Changed): Image => ({
  ...image,
  boot: () => (where === 'restore' ? image.boot() : overridden(image.boot(), changed)),
  restore: (snapshot) => {
    const guest = image.restore(snapshot);
    return where === 'boot' ? guest : overridden(guest, changed);
  },
  resume: (rest, memory) => {
    const guest = image.resume(rest, memory);
    return where === 'boot' ? guest : overridden(guest, changed);
  },
});

/** A program whose guests, where they boot or are restored, are handled wrongly. */
export const withGuests =
  (where: 'boot' | 'restore' | 'both', changed: Changed) =>
  ({ boot, destination }: Program): Program => ({
    boot: (options) => boot({ ...options, image: imageWith(options.image, where, changed) }),
    destination: (options) =>
      destination({ ...options, image: imageWith(options.image, where, changed) }),
  });

const shell = (core: Core, changed: Partial<Core>): Core => ({
  handle: (input, nowMs) => core.handle(input, nowMs),
  nextDeadlineMs: () => core.nextDeadlineMs(),
  wantsCpu: () => core.wantsCpu(),
  limitPercent: () => core.limitPercent(),
  status: () => core.status(),
  ...changed,
});

/** A program with another shell around each copy: what stands between it and its host. */
export const withCores =
  (changed: (core: Core, options: CopyOptions) => Partial<Core>) =>
  ({ boot, destination }: Program): Program => {
    const wrong = (core: Core, options: CopyOptions): Core => shell(core, changed(core, options));
    return {
      boot: (options) => wrong(boot(options), options),
      destination: (options) => wrong(destination(options), options),
    };
  };

type Wraps = (program: Program) => Program;

/** What is done is another thing than what a copy wants done. */
export const doing = (change: (command: Command) => readonly Command[]): Wraps =>
  withCores((core) => ({
    handle: (input, nowMs) => core.handle(input, nowMs).flatMap(change),
  }));

/** What befalls a copy is told to it in another way. */
export const telling = (change: (input: Input) => readonly Input[]): Wraps =>
  withCores((core) => ({
    handle: (input, nowMs) => change(input).flatMap((one) => core.handle(one, nowMs)),
  }));

// When a guest's timer strikes, as far as the hypervisor says so.

import { expect, it } from 'vitest';
import { foldImage } from '../guest/fold.ts';
import type { Image } from '../guest/guest.ts';
import { guestNamed } from '../host/software.ts';
import { Hypervisor } from './hypervisor.ts';
import { defaultSettings as settings } from './settings.ts';

const boot = (image: Image): Hypervisor =>
  Hypervisor.boot({ copy: 'a', host: 'A', settings, image, nowMs: 0 });

const machine = (): Hypervisor => {
  const image = guestNamed(['riscv', 'timer']);
  if (typeof image === 'string') throw new Error(image);
  return boot(image);
};

it('a guest that says nothing of its timer leaves that to the host', () => {
  expect(boot(foldImage(['compute'])).alarmMs()).toBeUndefined();
});

it('the timer of a machine is due at the reading for which it was set', () => {
  const copy = machine();
  expect(copy.alarmMs()).toBeNull();
  copy.handle({ type: 'run', instructionCount: 2000, reading: 1000 }, 0);
  expect(copy.alarmMs()).toBe(1001); // a millisecond after it was first read
});

it('a timer that has struck is not due until it is set again', () => {
  const copy = machine();
  copy.handle({ type: 'run', instructionCount: 2000, reading: 1000 }, 0);
  copy.handle({ type: 'timer' }, 1);
  expect(copy.alarmMs()).toBeNull();
  copy.handle({ type: 'run', instructionCount: 2000, reading: 1001 }, 1);
  expect(copy.alarmMs()).toBe(1002);
});

it('a machine that is off has no timer', () => {
  const copy = machine();
  copy.handle({ type: 'run', instructionCount: 2000, reading: 1000 }, 0);
  copy.handle({ type: 'order', order: { operation: 'powerOff' } }, 1);
  expect(copy.alarmMs() ?? null).toBeNull();
});

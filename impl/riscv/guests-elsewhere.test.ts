// The guests' files: that their sources give them, and that QEMU runs them to the same effect.

import { spawn, spawnSync } from 'node:child_process';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { guestNamed } from '../host/software.ts';
import { Alone } from './alone.ts';

const folder = mkdtempSync(join(tmpdir(), 'lockstep-guests-'));
afterAll(() => rmSync(folder, { recursive: true }));

const guests = fileURLToPath(new URL('../../guests/', import.meta.url));
const has = (command: string): boolean => spawnSync(command, ['--version']).status === 0;
const qemu = 'qemu-system-riscv32';

describe('the built guests', () => {
  // with another version of the compiler the files differ: Debian 12's is the one
  const isToolchain = spawnSync('riscv64-unknown-elf-gcc', ['-dumpfullversion'], {
    encoding: 'utf8',
  }).stdout?.startsWith('12.2.0');

  it('are what their sources give', ({ skip }) => {
    skip(isToolchain !== true, "there is no riscv64-unknown-elf-gcc 12.2.0 here, Debian 12's");
    const { status, stderr } = spawnSync(join(guests, 'build.sh'), [folder], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const built = readdirSync(join(guests, 'built'));
    expect(readdirSync(folder).filter((name) => name.endsWith('.elf'))).toEqual(built);
    for (const name of built) {
      const [ours, again] = [join(guests, 'built', name), join(folder, name)];
      expect(readFileSync(again).equals(readFileSync(ours)), name).toBe(true);
    }
  });
});

/** What a guest prints first in QEMU, so many lines of it. */
const printedInQemu = async (guest: string, lineCount: number): Promise<string> => {
  const disk = join(folder, 'disk.img');
  writeFileSync(disk, '');
  truncateSync(disk, 1024 * 512);
  const child = spawn(qemu, [
    ...['-M', 'virt', '-bios', 'none', '-m', '16', '-display', 'none', '-monitor', 'none'],
    ...['-global', 'virtio-mmio.force-legacy=false', '-serial', 'stdio'],
    ...['-drive', `file=${disk},format=raw,if=none,id=disk`],
    ...['-device', 'virtio-blk-device,drive=disk,bus=virtio-mmio-bus.0'],
    ...['-netdev', 'user,id=net', '-device', 'virtio-net-device,netdev=net,bus=virtio-mmio-bus.1'],
    ...['-device', 'virtio-keyboard-device,bus=virtio-mmio-bus.2'],
    ...['-device', 'virtio-mouse-device,bus=virtio-mmio-bus.3'],
    ...['-kernel', join(guests, 'built', `${guest}.elf`)],
  ]);
  let text = '';
  for await (const bytes of child.stdout) {
    text += bytes.toString().replaceAll('\r', '');
    if (text.split('\n').length > lineCount) break;
  }
  child.kill('SIGKILL');
  return text;
};

describe('in QEMU', { timeout: 60_000 }, () => {
  const isHere = has(qemu);
  beforeEach(({ skip }) => skip(!isHere, `there is no ${qemu} here`));

  it.each([
    ['compute', 4],
    ['devices', 1],
    ['disk', 4],
    ['echo', 1],
    ['input', 1],
    ['key-value', 1],
    ['timer', 1],
  ])('%s prints what it prints on the machine', async (guest, lineCount) => {
    const image = guestNamed(['riscv', guest]);
    if (typeof image === 'string') throw new Error(image);
    const one = new Alone({ guest: image.boot(), blockBytes: image.blockBytes });
    const lines = (text: string): readonly string[] => text.split('\n').slice(0, lineCount);
    expect(one.until(() => one.console.split('\n').length > lineCount)).toBe(true);
    expect(lines(await printedInQemu(guest, lineCount))).toEqual(lines(one.console));
  });
});

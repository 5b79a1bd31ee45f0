// Linux on the machine alone. These need the Image that `npm run guest:linux` builds, and are left
// out where there is none.

import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { framed } from '../guest/address.ts';
import { replay } from '../guest/drive.ts';
import type { Image } from '../guest/guest.ts';
import { guestNamed, linuxFile } from '../host/software.ts';
import { Alone } from './alone.ts';

const isBuilt = existsSync(linuxFile);
const notBuilt = 'there is no Image of Linux: npm run guest:linux builds it';
const qemu = 'qemu-system-riscv32';
const hasQemu = spawnSync(qemu, ['--version']).status === 0;

const linux = (): Image => {
  const image = guestNamed(['linux']);
  if (typeof image === 'string') throw new Error(image);
  return image;
};

/** A machine whose shell waits. */
const booted = (slice?: number): Alone => {
  const image = linux();
  const options = slice === undefined ? {} : { slice };
  const one = new Alone({ guest: image.boot(), blockBytes: image.blockBytes, ...options });
  expect(one.until(() => one.console.endsWith('\n# '))).toBe(true);
  return one;
};

/** What the shell says to a line. */
const said = (one: Alone, line: string): string => {
  const before = one.console.length;
  one.type(`${line}\n`);
  one.until(() => one.console.length > before + line.length + 2 && one.console.endsWith('\n# '));
  return one.console.slice(before).replaceAll('\r', '');
};

describe('Linux on the machine alone', { timeout: 120_000 }, () => {
  beforeEach(({ skip }) => skip(!isBuilt, notBuilt));

  it('boots to its shell, which obeys, and powers the machine off', () => {
    const one = booted();
    expect(one.guest.position).toBeLessThan(40_000_000);
    expect(said(one, 'uname')).toMatch(/^uname\nLinux \(none\) 6\.12\..* riscv32\n# $/);
    expect(said(one, 'cat /proc/cpuinfo')).toContain('rv32ima');
    expect(said(one, 'cat /proc/partitions')).toContain('4096 vda');
    expect(said(one, 'ls /sys')).toContain('there is no folder /sys');
    expect(said(one, 'count 3')).toBe('count 3\n1\n2\n3\n# ');
    said(one, 'poweroff');
    expect(one.guest.isOff).toBe(true);
  });

  it('reads and writes blocks of its disk, and none that is not there', ({ skip }) => {
    const one = booted();
    const isNewer = said(one, 'help').includes('disk BLOCK WORDS');
    skip(!isNewer, 'the Image of Linux is older than its sources: npm run guest:linux');
    expect(said(one, 'disk 7')).toBe('disk 7\n\n# ');
    expect(said(one, 'disk 7 some words')).toBe('disk 7 some words\n# ');
    const [written, before] = [7, 6].map((place) => one.disk.get(place));
    expect(new TextDecoder().decode(written).replaceAll('\0', '')).toBe('some words');
    expect(before).toBeUndefined();
    one.disk.set(7, new TextEncoder().encode('others'.padEnd(512, '\0')));
    expect(said(one, 'disk 7')).toBe('disk 7\nothers\n# '); // the kernel keeps no copy of it
    expect(said(one, 'disk 8191 last')).toBe('disk 8191 last\n# ');
    expect(said(one, 'disk 8192')).toBe('disk 8192\nblock 8192 is not there\n# ');
  });

  it.each(['127.0.0.1', '127.1.2.3', '10.0.2.2', '203.0.113.9'])(
    'sends a datagram of a client at %s back to him',
    (address) => {
      const one = booted();
      for (const text of ['one', 'x'.repeat(1000)]) {
        const packet = framed({
          client: { address, port: 4711 },
          payload: new TextEncoder().encode(text),
        });
        one.receive(packet);
        expect(one.until(() => one.packets.length > 0)).toBe(true);
        expect(one.packets.splice(0)).toEqual([packet]);
      }
    },
  );

  it('boots in the same way from the record of another, without a clock', () => {
    const one = booted();
    said(one, 'count 3');
    const { guest } = one;
    const again = replay(linux(), one.record, guest.position);
    expect(again.guest.digest()).toBe(guest.digest());
    const printed = again.put.flatMap((it) => (it.device === 'console' ? [...it.bytes] : []));
    expect(String.fromCharCode(...printed)).toBe(one.console);
  });

  it('goes on from a snapshot as if nothing had been', () => {
    const one = booted();
    const snapshot = one.guest.snapshot();
    const guest = linux().restore(snapshot);
    expect(guest.digest()).toBe(one.guest.digest());
    expect(guest.snapshot()).toEqual(snapshot);
    const other = new Alone({ guest, blockBytes: 512 });
    expect(said(other, 'uname')).toBe(said(one, 'uname'));
  });
});

/** Runs the Image in QEMU, types lines at its shell, and gives what it has printed. */
const printedInQemu = async (lines: readonly string[]): Promise<string> => {
  const child = spawn(qemu, [
    ...['-M', 'virt', '-bios', 'none', '-m', '32', '-display', 'none', '-monitor', 'none'],
    ...['-global', 'virtio-mmio.force-legacy=false', '-serial', 'stdio'],
    ...['-kernel', linuxFile, '-append', 'console=ttyS0'],
  ]);
  let text = '';
  const left = [...lines];
  for await (const bytes of child.stdout) {
    text += bytes.toString().replaceAll('\r', '');
    if (!text.endsWith('\n# ')) continue;
    const line = left.shift();
    if (line === undefined) break;
    child.stdin.write(`${line}\n`);
  }
  child.kill('SIGKILL');
  return text;
};

describe('Linux in QEMU', { timeout: 120_000 }, () => {
  it('is the same Image, and says the same', async ({ skip }) => {
    skip(!isBuilt, notBuilt);
    skip(!hasQemu, `there is no ${qemu} here`);
    const lines = ['uname', 'count 3', 'cat /proc/version', 'work 3', 'what'];
    const one = booted();
    const before = one.console.length;
    const ours = lines.map((line) => said(one, line)).join('');
    const theirs = await printedInQemu(lines);
    expect(theirs.slice(theirs.lastIndexOf('help.\n# ') + 8)).toBe(ours);
    expect(one.console.slice(0, before)).toContain('Run /init');
  });
});

import { existsSync } from 'node:fs';
import { linuxFile } from '../impl/host/software.ts';

/** What is counted of a workload: the more of it in a time, the faster. */
export type Unit = 'instructions' | 'answers' | 'disk operations';

/** A guest, and what it is given to do. */
export type Workload = {
  readonly name: string;
  readonly guest: string; // in the words of `lockstep run`
  readonly isUpAt: string; // what its console says by then
  readonly typed: string | null; // at its console, once it is up
  readonly first: string | null; // a request that goes before the others
  readonly request: string | null; // asked so often that there are always some on their way
  readonly unit: Unit | null; // none: it does nothing
  readonly moved: Moved | null; // with each request
};

/** Payload on the client network that the log is compared with. */
export type Moved = { readonly byteCount: number; readonly how: 'received' | 'sent' };

const nothing = { typed: null, first: null, request: null, moved: null } as const;

const linux = { ...nothing, guest: 'linux', isUpAt: '\n# ' } as const;

/** Whether there is a Linux to be measured. */
export const hasLinux: boolean = existsSync(linuxFile);

/** Linux that waits at its prompt, with its clock. */
export const linuxIdle: Workload = { ...linux, name: 'idle', unit: null };

/** Linux whose shell computes. */
export const linuxBusy: Workload = {
  ...{ ...linux, name: 'compute in a process' },
  typed: 'work 1000000\n', // it never ends
  unit: 'instructions',
};

/** The compute-bound guest. */
export const computing: Workload = {
  ...{ ...nothing, name: 'compute', guest: 'riscv compute' },
  isUpAt: 'it is up\n',
  unit: 'instructions',
};

const value = 'v'.repeat(400);
const put = `put key ${value}`;
const keyValue = { ...nothing, guest: 'riscv key-value', isUpAt: 'it is up\n' } as const;

/** What is measured beside the paper's workloads, besides Linux. */
export const bareMetal: readonly Workload[] = [
  { ...keyValue, name: 'idle', unit: null },
  computing,
  { ...computing, name: 'timer-driven, 1 kHz', guest: 'riscv timer' },
  {
    ...{ ...keyValue, name: 'network receive', unit: 'answers' },
    request: put,
    moved: { byteCount: put.length, how: 'received' },
  },
  {
    ...{ ...keyValue, name: 'network transmit', unit: 'answers' },
    first: put,
    request: 'get key',
    moved: { byteCount: value.length, how: 'sent' },
  },
  {
    ...{ ...keyValue, name: 'network, both ways', guest: 'riscv echo', unit: 'answers' },
    request: value,
    moved: { byteCount: value.length, how: 'received' },
  },
  { ...computing, name: 'disk', guest: 'riscv disk', unit: 'disk operations' },
];

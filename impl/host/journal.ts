import { closeSync, openSync, writeSync } from 'node:fs';
import type { Report } from '../hypervisor/report.ts';
import { preciseMs, timeOfDayMs } from './clock.ts';
import type { Facts } from './running.ts';

/** One line of the log of a process: when by the time of day, who, what, and the facts. */
export type Told = {
  readonly at: string;
  readonly atMs: number; // by the machine's clock
  readonly by: string; // the process
  readonly event: string;
  readonly facts: Facts;
};

/** Who else is told; a process that was started by another tells that one. */
export type Listening = (told: Told) => unknown;

/** What a process tells people and tools, one JSON document a line. */
export class Journal {
  readonly #by: string;
  readonly #listening: Listening;

  constructor(by: string, listening: Listening) {
    this.#by = by;
    this.#listening = listening;
  }

  tell(event: string, facts: Facts = {}): void {
    const at = new Date(timeOfDayMs()).toISOString();
    this.#listening({ at, atMs: preciseMs(), by: this.#by, event, facts });
  }
}

/**
 * The reports of what the copies on a host did, in a file. A turn's reports are written before what
 * the turn has sent leaves: whatever others have seen is in the file, also if the host is killed.
 */
export class ReportFile {
  readonly #handle: number;
  #lines: string[] = [];

  constructor(file: string) {
    this.#handle = openSync(file, 'a', 0o600);
  }

  add(host: string, copy: string, report: Report): void {
    this.note({ by: 'copy', copy, host, atMs: preciseMs(), report });
  }

  /** Anything else that is to be in the file, in its place. */
  note(line: object): void {
    this.#lines.push(`${JSON.stringify(line)}\n`);
  }

  write(): void {
    if (this.#lines.length === 0) return;
    writeSync(this.#handle, this.#lines.join(''));
    this.#lines = [];
  }

  close(): void {
    this.write();
    closeSync(this.#handle);
  }
}

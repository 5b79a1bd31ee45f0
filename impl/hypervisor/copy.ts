import type { Image } from '../guest/guest.ts';
import type { Command } from './command.ts';
import type { Policies } from './policies.ts';
import type { Report } from './report.ts';
import type { Settings } from './settings.ts';

type Identity = {
  readonly copy: string;
  readonly host: string;
  readonly settings: Settings;
  readonly image: Image;
  readonly nowMs: number;
};

/** One copy of the VM: who it is, what time it is there, and what it wants done. */
export class Copy {
  readonly name: string;
  readonly host: string;
  readonly settings: Settings;
  readonly image: Image;
  readonly policies: Policies;
  #nowMs: number;
  #commands: Command[] = [];

  constructor(options: Identity, policies: Policies) {
    this.name = options.copy;
    this.host = options.host;
    this.settings = options.settings;
    this.image = options.image;
    this.policies = policies;
    this.#nowMs = options.nowMs;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  /** It is later now. */
  setTime(nowMs: number): void {
    this.#nowMs = Math.max(this.#nowMs, nowMs);
  }

  /** This is to be done, after all that was asked for before. */
  want(command: Command): void {
    this.#commands.push(command);
  }

  /** This was done, just now. */
  say(report: Report): void {
    this.#commands.push({ type: 'report', report });
  }

  /** All that is to be done since the last time. */
  take(): readonly Command[] {
    const commands = this.#commands;
    this.#commands = [];
    return commands;
  }
}

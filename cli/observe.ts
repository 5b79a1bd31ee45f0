import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { instructionsNamed } from '../impl/guest/program.ts';
import type { Told } from '../impl/host/journal.ts';
import type { Settings } from '../impl/hypervisor/settings.ts';
import type { Line } from '../impl/observed/line.ts';
import { type Passed, type RealRun, toldOf } from '../impl/observed/real-run.ts';
import type { Reported } from '../impl/observed/reported.ts';
import { instruction } from '../oracle/done.ts';
import type { Header } from '../oracle/header.ts';

/** A run of `lockstep run` that is over, and where it has left its reports. */
export type Ran = {
  readonly folder: string;
  readonly guest: string;
  readonly hosts: readonly string[];
  readonly settings: Settings;
  readonly told: readonly Told[];
};

/** The nodes of a run, each with a file of its own, besides its hosts. */
const others = ['storage', 'world'];

const linesIn = <T>(folder: string, name: string): readonly T[] => {
  const file = join(folder, `${name}.reports.ndjson`);
  if (!existsSync(file)) return [];
  // one that was killed may have left a line unfinished at the end
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line): T => JSON.parse(line));
};

/** The fold machine is the guest of the specification: its program is known. */
const programOf = (guest: string): readonly string[] | null => {
  const [name, ...words] = guest.split(' ');
  const program = name === 'fold' ? instructionsNamed(words) : null;
  return typeof program === 'string' ? null : program;
};

const headerOf = ({ hosts, told, settings, guest }: Ran): Header | null => {
  const isBoot = ({ event, facts: { purpose } }: Told): boolean =>
    event === 'began' && purpose === 'boot';
  const booted = told.find(isBoot);
  if (booted === undefined) return null;
  const { by: host, facts } = booted;
  const { copy } = facts;
  const { ackPoint, connectionLoss, goLiveOutput, arbitration, packetGroupMax } = settings;
  const variants = { ackPoint, connectionLoss, goLiveOutput, arbitration };
  const program = programOf(guest)?.filter((one) => instruction.is(one));
  return {
    lockstep: 'observation',
    version: 1,
    sight: 'white',
    hosts,
    primary: { copy: `${copy}`, host },
    backup: null,
    profile: ['core', 'disk', 'control', 'migration'],
    settings: { ...variants, packetGroup: packetGroupMax },
    ...(program === undefined ? {} : { program }),
  };
};

/** What was done in a run, in the order of the machine's clock; `null` if the VM has not booted. */
export const observationOf = (
  ran: Ran,
): { readonly header: Header; readonly lines: readonly Line[] } | null => {
  const header = headerOf(ran);
  if (header === null) return null;
  const { folder, hosts, told, guest } = ran;
  const program = programOf(guest);
  const does = (position: number): string => program?.[position % program.length] ?? '';
  const run: RealRun = {
    hosts,
    told,
    reports: hosts.flatMap((host) => linesIn<Reported>(folder, host)),
    passed: linesIn<Passed>(folder, 'gateway'),
    does: program === null ? null : does,
  };
  return { header, lines: toldOf(run) };
};

/** Writes what each node did to a file of its own, and gives their names; none if nothing was. */
export const observe = (ran: Ran, to: string): readonly string[] => {
  const observation = observationOf(ran);
  if (observation === null) return [];
  const { header, lines } = observation;
  mkdirSync(to, { recursive: true });
  return [...ran.hosts, ...others].map((node) => {
    const file = join(to, `${node}.ndjson`);
    const own = lines.filter((line) => line.node === node);
    writeFileSync(file, [header, ...own].map((line) => `${JSON.stringify(line)}\n`).join(''));
    return file;
  });
};

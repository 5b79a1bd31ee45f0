import { Command, Option } from 'commander';
import {
  type ElfOptions,
  type HostOptions,
  type RunOptions,
  repeated,
  type StatusOptions,
  wholeNumber,
} from './options.ts';
import { terminal } from './terminal.ts';

type Ended = (code: number) => void;

const runHelp = `
Starts, as processes of their own, a shared storage, a clustering service, a
gateway for clients and three hosts, A, B and C. The guest runs on one host and
is followed on another. It is

  riscv NAME       a RISC-V machine with a guest that comes along: compute,
                   devices, disk, echo, input, key-value (the default) or
                   timer
  riscv FILE       the same with an ELF file of yours
  linux [FILE]     the same with Linux, as npm run guest:linux builds it, or an
                   Image of yours; --linux is short for it
  key-value, fold  small machines of the program's own, fold with a program

  echo 'put colour blue' | nc -u -w1 127.0.0.1 PORT

Kill the primary with kill -9: its backup takes over, and another host gets the
next one. A process that has died is started again. Ctrl-C powers the VM off.

Exit code: 0 the VM was powered off, 2 bad usage or input, 70 a bug.`;

const run = (ended: Ended): Command =>
  new Command('run')
    .summary('run a guest, protected, on three hosts of this machine')
    .description('Run a guest, protected, on three hosts that are processes of this machine.')
    .argument('[guest...]', 'riscv key-value, which it is if none is named, or another; see below')
    .option(
      '--timeout <ms>',
      'silence that counts as a failure',
      wholeNumber('--timeout', 50, 600_000),
      3000,
    )
    .option(
      '--speed <n>',
      'instructions per second, at most (of fold: 1000)',
      wholeNumber('--speed', 1, 1e9),
    )
    .option('--linux', 'Linux on the RISC-V machine; its console is a TCP port')
    .option('--folder <dir>', 'keep the storage, the configurations and the reports there')
    .option('--reports', 'have each host write down there what it does')
    .option('--observe <dir>', 'write an observation of the run there, for `lockstep validate`')
    .option('--json', 'what happens as NDJSON')
    .addHelpText('after', runHelp)
    .action(async (guest: readonly string[], options: RunOptions) => {
      const verb = await import('./run.ts');
      ended(await verb.run(guest, options, terminal()));
    });

const hostHelp = `
The role in the file says what the process is: a host, the storage, the service
or the gateway; docs/three-hosts has an example of each. What happens is printed
as NDJSON. SIGTERM and Ctrl-C power the VM off if it is served here.

Exit code: 0 it was told to end, 2 bad usage or input, 70 a bug.`;

const host = (ended: Ended): Command =>
  new Command('host')
    .summary('run one process of a cluster')
    .description('Run one process of a cluster: a host, the storage, the service or the gateway.')
    .requiredOption('--config <file>', 'what it is and whom it knows')
    .addHelpText('after', hostHelp)
    .action(async ({ config }: HostOptions) => {
      const verb = await import('./host.ts');
      ended(await verb.host(config, terminal()));
    });

const statusHelp = `
Exit code: 0 shown, 2 bad usage or input.`;

const status = (ended: Ended): Command =>
  new Command('status')
    .summary('show how the hosts of a run are')
    .description('Show how the hosts of a run are: that of `lockstep run` in this folder.')
    .option('--watch', 'again and again')
    .addOption(
      new Option('--at <address>', 'host and port of a status; may be repeated')
        .argParser(repeated)
        .default([], 'those of the run'),
    )
    .option('--json', 'one JSON document instead of the table')
    .addHelpText('after', statusHelp)
    .action(async (options: StatusOptions) => {
      const verb = await import('./status.ts');
      ended(await verb.status(options, terminal()));
    });

const elfHelp = `
The processor is RV32IMA with Zicsr and Zifencei, in machine and user mode. The
program is loaded as its segments say and begins in machine mode; it ends when
it writes to its symbol tohost: 1 if all went well, else twice the number of the
case that failed, and 1. The public riscv-tests are built like that.

Exit code: 0 it passes, 1 it fails or says nothing, 2 bad usage or input.`;

const elf = (ended: Ended): Command =>
  new Command('elf')
    .summary('run a test program on the processor of the guest')
    .description('Run an ELF file that tests the processor on which guests run.')
    .argument('<file>', 'an ELF file for RISC-V of 32 bits with a symbol tohost')
    .option('--limit <n>', 'instructions, at most', wholeNumber('--limit', 1, 1e12), 100_000_000)
    .addHelpText('after', elfHelp)
    .action(async (file: string, options: ElfOptions) => {
      const verb = await import('./elf.ts');
      ended(verb.runElf(file, options, terminal()));
    });

/** The commands that run the program itself, not its specification. */
export const programVerbs = (ended: Ended): readonly Command[] => [
  run(ended),
  host(ended),
  status(ended),
  elf(ended),
];

import { BadConfig } from '../impl/host/config.ts';
import { live } from '../impl/host/life.ts';
import { exitCodes } from './options.ts';
import { complain, type Terminal } from './terminal.ts';

/** Runs one process of a cluster, until it is told to end; what happens is printed as NDJSON. */
export const host = async (file: string, terminal: Terminal): Promise<number> => {
  try {
    return await live(file, (told) => terminal.print(JSON.stringify(told)));
  } catch (error) {
    if (!(error instanceof BadConfig || isFileError(error))) throw error;
    complain(terminal, error.message);
    return exitCodes.badInput;
  }
};

const isFileError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'syscall' in error;

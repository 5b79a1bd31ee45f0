// What a process that is started by another one runs: its argument is a configuration.

import { BadConfig } from './config.ts';
import { live } from './life.ts';

const [file = ''] = process.argv.slice(2);

try {
  process.exitCode = await live(file, (told) => process.send?.(told));
} catch (error) {
  console.error(`lockstep: ${error instanceof BadConfig ? error.message : String(error)}`);
  process.exitCode = 1;
}
// what was said last may leave first
setTimeout(() => process.exit(), 1000).unref();

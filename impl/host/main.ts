// What a process that is started by another one runs: its argument is a configuration.

import { live } from './life.ts';

const [file = ''] = process.argv.slice(2);

process.exitCode = await live(file, (told) => process.send?.(told));
// what was said last may leave first
setTimeout(() => process.exit(), 1000).unref();

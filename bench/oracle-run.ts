// Judges the file that is its argument, and says what that took: a process of its own, so that its
// memory is that of nothing else.

import { createReadStream } from 'node:fs';
import { session } from '../oracle/session.ts';

const [path = ''] = process.argv.slice(2);
const judging = session([path]);
const began = process.cpuUsage();
for await (const bytes of createReadStream(path, { highWaterMark: 256 * 1024 })) {
  judging.feed(0, bytes);
}
judging.feed(0, null);
const { user, system } = process.cpuUsage(began);
const concluded = judging.concluded();
const verdict =
  concluded === null || 'sentence' in concluded ? 'bad input' : concluded.verdict.kind;
const megabytes = process.resourceUsage().maxRSS / 1024;
const figures = { lines: judging.lines(), seconds: (user + system) / 1e6, megabytes, verdict };
process.stdout.write(JSON.stringify(figures));

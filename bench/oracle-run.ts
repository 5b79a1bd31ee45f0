// Judges the first file that is its argument, then the second so many times, and says how long that
// took each time. With the first file the code is compiled, which takes as long for a short log as
// for a long one.

import { createReadStream } from 'node:fs';
import { session } from '../oracle/session.ts';

const [first = '', path = '', times = '1'] = process.argv.slice(2);

const judged = async (file: string): Promise<number> => {
  const judging = session([file]);
  for await (const bytes of createReadStream(file)) judging.feed(0, bytes);
  judging.feed(0, null);
  const concluded = judging.concluded();
  const isGood = concluded !== null && 'verdict' in concluded;
  if (!isGood || concluded.verdict.kind !== 'accepted') throw new Error('a good log is accepted');
  return judging.lines();
};

await judged(first);
let lines = 0;
const began = process.cpuUsage();
for (let time = 0; time < Number(times); time++) lines = await judged(path);
const { user, system } = process.cpuUsage(began);
const seconds = (user + system) / 1e6 / Number(times);
process.stdout.write(JSON.stringify({ lines, seconds }));

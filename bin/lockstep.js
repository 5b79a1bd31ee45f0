#!/usr/bin/env node
// Starts Lockstep: the TypeScript source in a checkout, the build in an installed package.
// Node strips types by itself from 22.18 and says nothing about it from 24.12 and 25.2, so an older
// one hands over to the Node that `npm ci` brought. Nothing here may need more than Node 20.

import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = new URL('../cli/main.ts', import.meta.url);
const build = new URL('../dist/cli/main.js', import.meta.url);
const inSilence = '--disable-warning=ExperimentalWarning';
const crashed = 70; // EX_SOFTWARE: 0 to 3 are verdicts

const args = process.argv.slice(2);

const stripsTypesInSilence = () => {
  if (!process.features.typescript) return false;
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const silent = major > 25 || (major === 25 && minor >= 2) || (major === 24 && minor >= 12);
  return silent || process.execArgv.includes(inSilence);
};

/** The Node that strips types: the development dependency, else the one that runs this. */
const nodeForTypes = () => {
  try {
    const manifest = createRequire(import.meta.url).resolve('node/package.json');
    const node = join(dirname(manifest), JSON.parse(readFileSync(manifest, 'utf8')).bin.node);
    if (existsSync(node)) return node;
  } catch {
    // Not installed: a checkout without its development dependencies.
  }
  return process.features.typescript ? process.execPath : null;
};

const run = async (entry) => {
  module.enableCompileCache?.();
  try {
    const { main } = await import(entry.href);
    process.exitCode = await main(args);
  } catch (error) {
    console.error(error);
    process.exitCode = crashed;
  }
};

const runWith = (node) => {
  const child = spawn(node, [inSilence, fileURLToPath(import.meta.url), ...args], {
    stdio: 'inherit',
  });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`lockstep: ${node} cannot be started: ${error.message}`);
    process.exitCode = 2;
  });
  child.on('exit', (code, signal) => {
    for (const name of signals) process.removeAllListeners(name);
    if (signal === null) process.exitCode = code ?? crashed;
    else process.kill(process.pid, signal);
  });
};

const start = () => {
  if (existsSync(source)) {
    if (stripsTypesInSilence()) return run(source);
    const node = nodeForTypes();
    if (node !== null) return runWith(node);
  }
  if (existsSync(build)) return run(build);
  console.error(
    'lockstep: there is no build, and Node ' +
      `${process.versions.node} cannot run the source: run "npm ci" first, or use Node 24.`,
  );
  process.exitCode = 2;
};

await start();

// Real processes, with sockets, files and kill -9: what they say that they did is a run of the
// specification too.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { Cluster } from '../../impl/host/cluster.ts';
import { partyOf } from '../../impl/host/config.ts';
import { Server } from '../../impl/host/dialogue.ts';
import type { Told } from '../../impl/host/journal.ts';
import { networkLanguage } from '../../impl/host/network-language.ts';
import { preciseMs } from '../../impl/host/clock.ts';
import { defaultSettings as durations } from '../../impl/hypervisor/settings.ts';
import { allFeatures, defaultSettings, type Settings } from '../../model/settings.ts';
import { numbered } from '../simulation/outside.ts';
import type { Happening, Reported } from '../simulation/reported.ts';
import { safety } from '../catalogue.ts';
import { conform } from './conform.ts';
import { divergenceText } from './divergence-text.ts';
import { foldDigest } from './trial.ts';

const hosts = ['A', 'B', 'C'];

/** What a scope comes to under the paper. */
export type Counts = readonly [
  distinct: number, // situations
  generated: number, // situations, one again each time that a step leads to it
  depth: number, // levels; the situation in which it begins is the first
  cutOff: number, // steps that lead out of the scope
];

/** By scope, none of which any claim breaks in. */
export const counts: Readonly<Record<string, Counts>> = {
  outputs: [545_867, 1_957_816, 36, 298_488],
  output: [32_790, 114_040, 25, 16_303],
  tight: [9553, 30_921, 32, 4611],
  narrow: [16_783, 43_240, 30, 7898],
  groups: [96_824, 299_945, 39, 68_298],
  'outputs-reconnecting': [1_522_553, 5_220_684, 37, 857_175],
  faults: [159_642, 624_829, 24, 115_542],
  reconnects: [19_692, 55_564, 27, 5835],
  contest: [108_685, 581_340, 24, 85_385],
  variants: [33_813, 132_324, 26, 19_877],
  packets: [16_291, 53_576, 26, 10_916],
  stamps: [16_601, 48_385, 33, 1584],
  requests: [22_812, 65_113, 31, 14_915],
  console: [9373, 25_473, 25, 3579],
  shutdown: [1241, 2604, 18, 445],
  clone: [68_280, 263_635, 25, 25_240],
  'clone-takes-over': [7452, 25_465, 22, 5208],
  'clone-reads': [234, 654, 17, 210],
  generations: [496_524, 2_283_850, 28, 472_045],
  contests: [4842, 18_861, 21, 6886],
  'late-ack': [35_461, 129_847, 27, 33_948],
  disk: [52_164, 224_826, 38, 48_329],
  'lost-writes': [27_485, 85_064, 35, 18_471],
  reads: [89_513, 284_617, 31, 95_607],
  'failed-reads': [910, 2684, 16, 900],
  'short-reads': [6618, 19_832, 20, 4879],
  'power-off': [70_808, 183_225, 30, 24_246],
  'contested-power-off': [61_405, 193_944, 24, 25_157],
  orders: [4449, 11_144, 24, 603],
  'order-alone': [21, 37, 7, 6],
  vmotion: [45_614, 158_165, 34, 9018],
  'vmotion-faults': [46_028, 199_642, 23, 17_364],
  'vmotion-takeover': [28_554, 96_313, 23, 18_055],
  'two-vmotions': [35_635, 155_208, 26, 35_441],
  'vmotion-again': [146_686, 566_322, 39, 28_814],
  'vmotion-alone': [4404, 16_209, 15, 1872],
  'vmotion-reads': [145, 409, 11, 80],
  'vmotion-clone': [9704, 32_782, 27, 5722],
};

/** By scope: the cases that occur in it, each with the length of the shortest way to it. */
export const cases: Readonly<Record<string, string>> = {
  outputs: 'W33:3 W4:4 W31:5 W15:5 W8:6 W6:6 W2:6 W5:7 W12:7 W1:8 W3:12 W16:15',
  output: 'W33:3 W4:4 W31:5 W15:5 W8:6 W6:6 W2:6 W5:7 W12:7 W1:8 W3:12',
  tight: 'W8:3 W33:3 W4:4 W31:5 W15:5 W2:6 W12:7 W1:8 W3:12 W16:14',
  narrow: 'W33:3 W8:4 W4:4 W31:5 W6:6 W2:6 W1:8 W3:12 W16:14',
  groups: 'W33:3 W8:5 W31:5 W6:6 W5:7 W2:8 W1:8 W3:14 W16:17',
  'outputs-reconnecting': 'W33:3 W4:4 W31:5 W15:5 W8:6 W6:6 W2:6 W5:7 W12:7 W1:8 W3:12 W16:15',
  faults: 'W33:4 W4:5 W31:6 W2:7 W6:8 W8:8 W1:9 W5:9 W3:14',
  reconnects: 'W33:3 W8:5 W31:5 W2:8 W1:8 W5:9 W3:14',
  contest: 'W33:3 W4:4 W31:5 W15:5 W2:6 W12:7 W1:8 W3:12',
  variants: 'W33:3 W4:4 W31:5 W15:5 W8:6 W6:7 W2:7 W5:7 W12:7 W3:12 W16:13 W16a:13',
  packets: 'W33:3 W6:7 W5:8 W8:10 W2:10',
  stamps: 'W33:3 W8:5 W6:7 W2:8 W5:8',
  requests: 'W33:4 W31:7 W8:7 W6:7 W14:8 W5:8 W4:9 W1:9 W2:10 W3:17 W16:22',
  console: 'W33:3 W6:7 W8:7 W5:8 W38:10',
  shutdown: 'W33:4 W9a:7 W8:7 W6:7 W9:8 W1:9 W38:10',
  clone: 'W13:6 W33:9 W4:10 W2:12 W6:13 W8:13 W5:14',
  'clone-takes-over': 'W13:6 W31:9 W33:9 W4:10 W3:12 W2:12 W1:14',
  'clone-reads': 'W13:6 W33:12',
  generations: 'W33:3 W4:4 W31:5 W15:5 W2:6 W12:7 W1:8 W13:10 W32:10 W3:12 W10:14',
  contests: 'W15:5 W12:7 W32:10 W10:14',
  'late-ack': 'W33:3 W4:4 W31:5 W8:6 W6:6 W2:6 W5:7 W1:8 W13:10 W32:10 W3:12',
  disk: 'W33:3 W4:4 W31:5 W36:5 W15:5 W2:6 W12:7 W1:8 W7a:11 W3:13 W8:14 W7:14 W7b:15 W7d:21',
  'lost-writes': 'W33:3 W4:4 W31:5 W36:5 W8:6 W6:6 W2:6 W1:8 W7a:11 W3:13 W7:14 W7b:18',
  reads: 'W33:3 W36:5 W7c:8 W1:8 W7b:9 W6:9 W8:9 W7:9 W5:10',
  'failed-reads': 'W33:3 W7c:8 W6:9 W8:9 W5:10',
  'short-reads': 'W33:3 W6:10 W8:10 W7c:10 W5:11',
  'power-off': 'W33:3 W4:4 W9:4 W31:5 W9a:5 W8:6 W6:6 W2:6 W38:6 W5:7 W1:8 W3:12 W16:14',
  'contested-power-off': 'W33:3 W4:4 W9:4 W31:5 W15:5 W9a:5 W2:6 W6:6 W8:6 W38:6 W12:7 W1:8 W3:12',
  orders: 'W33:3 W4:4 W8:6 W6:6 W2:6 W38:6 W5:7',
  'order-alone': '',
  vmotion: 'W33:3 W4:4 W8:6 W6:6 W2:6 W37:7 W11a:21 W11:25',
  'vmotion-faults': 'W33:3 W4:4 W2:6 W37:7 W6:9 W8:9',
  'vmotion-takeover': 'W33:3 W4:4 W31:5 W2:6 W37:7 W1:8 W6:9 W8:9 W3:12',
  'two-vmotions': 'W13a:2 W33:6 W37:7 W6:13 W8:13',
  'vmotion-again': 'W33:3 W13a:3 W4:4 W2:6 W37:7 W6:10 W8:10 W11a:21 W11:28',
  'vmotion-alone': '',
  'vmotion-reads': '',
  'vmotion-clone': 'W13:6 W33:9 W4:10 W2:12 W37:13 W6:15 W8:15',
};

const timed = 'it is about time, which only the timed scopes model';

/** Why a case that must be reached occurs in no scope. */
export const unreached: Readonly<Record<string, string>> = {
  W21: timed,
  W22: timed,
  W23: timed,
  W24: timed,
  W25: timed,
  W26: timed,
  W34: timed,
  W35: timed,
};

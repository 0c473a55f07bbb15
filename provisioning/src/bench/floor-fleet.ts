import type { DeviceId } from '@scanpay/shared/ids.ts';
import { answerQuestions } from './answer-questions.ts';
import { openFloorBox } from './floor-box.ts';
import { type RunOrder, runLoops } from './run-loops.ts';

/**
 * The boxes' side of the floor in one process: bare boxes, each with one sale after the other.
 *
 * Arguments: folder, broker URL, token, number of boxes.
 */
const [, , folder = '', brokerUrl = '', token = '', count = '1'] = process.argv;

const boxes = await Promise.all(
  Array.from({ length: Number(count) }, (_, index) =>
    openFloorBox({ folder, brokerUrl, token, deviceId: `box-floor-${index}` as DeviceId }),
  ),
);
const sellers = boxes.map((box) => ({ sell: async () => (await box.sell()) !== undefined }));
answerQuestions(
  null,
  (order: RunOrder) => runLoops(sellers, order),
  async () => {
    for (const box of boxes) await box.stop();
  },
);

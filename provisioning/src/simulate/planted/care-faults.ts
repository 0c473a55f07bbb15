import type { PlantedFault } from './planted-fault.ts';

/** Faults in how operator and boxes look after alarms, and in the links between the companies. */
export const careFaults: readonly PlantedFault[] = [
  {
    name: 'operator does not end an alarm that its box reports no more',
    file: 'cloud/src/core/alarms/compare-report.ts',
    before: "    if (clearedAtMs !== null || source !== 'box' || reported.has(code)) continue;\n",
    after: "    if (clearedAtMs !== null || source !== 'box' || alarmId !== '' || reported.has(code)) continue;\n",
    why: 'alarms end with their source: staff would look after what is over',
  },
  {
    name: 'operator takes a late report of alarms for news',
    file: 'cloud/src/core/alarms/compare-report.ts',
    before: "  return revision > known.revision ? 'news' : 'stale';\n",
    after: "  return 'news';\n",
    why: 'alarms begin with their source: one that is over is raised once more',
    // A report that is overtaken, and brings back what was over, takes some hundred thousand payments.
    test: 'cloud/src/roles/operator/alarms/alarms.test.ts',
  },
  {
    name: 'operator does not end what it saw itself',
    file: 'cloud/src/roles/operator/alarms/alarm-desk.ts',
    before: '    for (const deviceId of known) if (!holds.has(deviceId)) await clear(deviceId, code);\n',
    after: '',
    why: 'alarms end with their source: a statement is answered, and is said not to be',
  },
  {
    name: 'a company believes an answer that nobody has signed',
    file: 'cloud/src/drivers/peers/sealed-call.ts',
    before: '      if (checked.ok) return parseReply(request, status, got);\n',
    after: "      if (checked.ok || checked.code === 'signature_missing') return parseReply(request, status, got);\n",
    why: '§3: what something in between says of a call is no outcome of it',
  },
];

import { createCertificateAuthenticate } from '@scanpay/cloud/drivers/broker/certificate-authenticate.ts';
import { createEmbeddedBroker } from '@scanpay/cloud/drivers/broker/embedded-broker.ts';
import { accept, refuse } from '@scanpay/shared/errors.ts';
import { systemScheduler } from '@scanpay/shared/system/system-scheduler.ts';
import { answerQuestions } from '../bench/answer-questions.ts';
import { readWorld } from './read-world.ts';

/** The embedded broker alone, so that its memory and its time are its own; whose a certificate is, it knows by heart. */
const { ca, server, link, boxes } = readWorld(process.argv[2] ?? '');
const owners = new Map(boxes.map(({ serial, deviceId }) => [serial, deviceId]));
const broker = createEmbeddedBroker({
  host: '127.0.0.1',
  port: 0,
  tls: { ...server, ca, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.3' },
  authenticate: createCertificateAuthenticate({
    isLink: (serial) => serial === link.serial,
    async identifyBox({ serial }) {
      const owner = owners.get(serial);
      return owner === undefined ? refuse('certificate_invalid') : accept(owner);
    },
  }),
  limits: { maxConnections: boxes.length * 2 + 64, acceptDeadlineMs: 120_000 },
  scheduler: systemScheduler,
  onNotice: ({ detail }) => process.stderr.write(`${detail}\n`),
});
const { port } = await broker.start();
// Any question asks to throw away what is not needed any more, before the memory is looked at.
answerQuestions(
  { port },
  () => {
    globalThis.gc?.();
    return true;
  },
  broker.stop,
);

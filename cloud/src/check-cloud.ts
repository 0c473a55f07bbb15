import type { HealthCheck } from '@scanpay/shared/supervision/service-manager.ts';

/** A service of this process, as it can be asked from within. */
export interface AskedService {
  /** In words, for `systemctl status`. */
  name: string;
  url: string;
  /** An answer that tells of an error of its own is no good answer. Not so for one whose database is elsewhere. */
  mustSucceed: boolean;
  /** The `Authorization` header, where it is asked for. */
  authorization?: string;
}

/** What asking came to: no answer at all, an error of the service's own, or an answer. */
export type Answered = 'silent' | 'failing' | 'good';

/** The cloud is well while each company answers over HTTP out of its books, and the broker takes connections. */
export function createCloudCheck(
  services: readonly AskedService[],
  ask: (url: string, authorization?: string) => Promise<Answered>,
): HealthCheck {
  return async () => {
    const answers = await Promise.all(
      services.map(async (service) => ({ service, answered: await ask(service.url, service.authorization) })),
    );
    const bad = answers.filter(({ service, answered }) => answered === 'silent' || isFailing(service, answered));
    return bad.length === 0
      ? undefined
      : bad.map(({ service, answered }) => `${service.name} is ${answered}`).join(', ');
  };
}

const isFailing = ({ mustSucceed }: AskedService, answered: Answered): boolean => mustSucceed && answered === 'failing';

import type { DeviceId, MerchantId } from '@scanpay/shared/ids.ts';
import type { SettlementState, SettlementStatement } from '@scanpay/shared/wire/messages.ts';
import type { MerchantLink } from './settlement-deps.ts';

type WithoutHeader<M> = M extends unknown ? Omit<M, 'v' | 'messageId' | 'deviceId' | 'sentAtMs'> : never;
/** A message to a box but for its header, which the sender of messages adds as it signs. */
export type SettlementMessage = WithoutHeader<SettlementStatement | SettlementState>;

export interface MerchantLinkDeps {
  listDevices(merchantId: MerchantId): Promise<DeviceId[]>;
  /** Signs and sends; resolves when the broker has the message. */
  sendToDevice(deviceId: DeviceId, message: SettlementMessage): Promise<void>;
}

/** Speaks to every box of a merchant, one after the other, parts in order. */
export function createMerchantLink({ listDevices, sendToDevice }: MerchantLinkDeps): MerchantLink {
  return {
    async present(merchantId, parts) {
      for (const deviceId of await listDevices(merchantId)) {
        for (const part of parts) await sendToDevice(deviceId, { type: 'settlement.statement', ...part });
      }
    },
    async tell(merchantId, news) {
      for (const deviceId of await listDevices(merchantId)) {
        await sendToDevice(deviceId, { type: 'settlement.state', ...news });
      }
    },
  };
}

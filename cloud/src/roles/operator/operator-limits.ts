import { won } from '@scanpay/shared/money.ts';
import type { OfflineLimits } from '@scanpay/shared/redemption/merchant-terms.ts';

/** Bounds of the operator role; every one is in the configuration with its default. */
export interface OperatorLimits {
  /** How long the reply to a pre-registration waits for the barcode to be sent; then it says `handed-over`. */
  issueReplyMs: number;
  /** Coupons being issued at once; each draws a picture. */
  maxConcurrentIssues: number;
  /** For the MMS gateway to take one message. */
  mmsDeadlineMs: number;
  /** For the PG to answer an approval. The terminal gives up after 10 s, so an inquiry must still fit. */
  approvalDeadlineMs: number;
  /** For the PG to answer anything else. */
  inquiryDeadlineMs: number;
  /** Inquiries about one approval before it is reversed. */
  maxInquiries: number;
  /** Approvals and inquiries under way at the PG at once; likewise reversals and cancels. */
  maxConcurrentPgCalls: number;
  /** Payments waiting for the PG; above it new requests are rejected (`rate_limited`). */
  maxUnresolved: number;
  /** First and longest pause between tries; pauses double. */
  firstPauseMs: number;
  longestPauseMs: number;
  /** How often unfinished coupons and payments are looked for. */
  sweepMs: number;
  /** Messages of boxes handled at once, and waiting. */
  maxConcurrentMessages: number;
  maxWaitingMessages: number;
  /** Wrong auth numbers a box may try at once, and how long until it may try one more. */
  authNumberGuesses: number;
  authNumberGuessMs: number;
  /** Times a box may say at once that it is there again, and how long until it is worth one more. */
  birthMessages: number;
  birthMessageMs: number;
  /** `message.rejected` sent to one box at once, and how long until it is worth one more. */
  rejections: number;
  rejectionMs: number;
  /** Days after a payment's business date on which it can still be refunded; 0: on that date only. */
  refundWindowDays: number;
  /** For the issuer of cash receipts to answer. */
  receiptDeadlineMs: number;
  /** Tries of one cash receipt before the staff is to look after it, and the pauses between them. */
  receiptTries: number;
  receiptFirstPauseMs: number;
  receiptLongestPauseMs: number;
  /** Offline cash, as the terms of every merchant say. */
  offline: OfflineLimits;
  /** How long a box may go on by its terms: the longest spell without the operator. */
  termsValidForMs: number;
  /** How long the offers of a merchant are taken as read. */
  termsCacheMs: number;
  /** Commands that wait for one box. */
  maxOpenCommands: number;
  /** How long commands and the files they brought are kept. */
  keepCommandsMs: number;
  keepAttachmentsMs: number;
  /** A box that is gone for so long is an alarm; so is a statement not answered for so long. */
  offlineAfterMs: number;
  statementTardyMs: number;
  /** A merchant that has owed for so many days is an alarm, and how often debts are looked through. */
  debtAlarmDays: number;
  debtLookMs: number;
  /** How long alarms are kept once they are over. */
  keepAlarmsMs: number;
  /** Telemetry kept of each box, and for how long. */
  telemetryHistory: number;
  telemetryKeepMs: number;
  /** How often what is too old is looked for. */
  telemetryPurgeMs: number;
  /** Telemetry and reports of settings that one box may send at once, each, and how long until one more. */
  reports: number;
  reportMs: number;
  /** After the link to the broker is up: boxes that were online and are not confirmed within this are offline. */
  presenceConfirmMs: number;
  /** Groups of boxes at most. */
  maxGroups: number;
  /** Settings on their way to the broker at once. */
  maxConcurrentConfigs: number;
}

export const defaultOperatorLimits: OperatorLimits = {
  issueReplyMs: 4_000,
  maxConcurrentIssues: 2,
  mmsDeadlineMs: 10_000,
  approvalDeadlineMs: 6_000,
  inquiryDeadlineMs: 2_000,
  maxInquiries: 4,
  maxConcurrentPgCalls: 64,
  maxUnresolved: 10_000,
  firstPauseMs: 500,
  longestPauseMs: 60_000,
  sweepMs: 30_000,
  maxConcurrentMessages: 64,
  maxWaitingMessages: 4_096,
  authNumberGuesses: 5,
  authNumberGuessMs: 60_000,
  birthMessages: 3,
  birthMessageMs: 20_000,
  rejections: 20,
  rejectionMs: 3_000,
  refundWindowDays: 30,
  receiptDeadlineMs: 10_000,
  receiptTries: 12,
  receiptFirstPauseMs: 2_000,
  receiptLongestPauseMs: 3_600_000,
  offline: { maxCount: 20, maxTotalWon: won(1_000_000), maxPerCoupon: 1, syncWithinMs: 7 * 86_400_000 },
  termsValidForMs: 86_400_000,
  termsCacheMs: 60_000,
  maxOpenCommands: 50,
  keepCommandsMs: 90 * 86_400_000,
  keepAttachmentsMs: 14 * 86_400_000,
  offlineAfterMs: 10 * 60_000,
  statementTardyMs: 2 * 86_400_000,
  debtAlarmDays: 30,
  debtLookMs: 3_600_000,
  keepAlarmsMs: 90 * 86_400_000,
  telemetryHistory: 288,
  telemetryKeepMs: 7 * 86_400_000,
  telemetryPurgeMs: 3_600_000,
  reports: 20,
  reportMs: 3_000,
  presenceConfirmMs: 60_000,
  maxGroups: 200,
  maxConcurrentConfigs: 16,
};

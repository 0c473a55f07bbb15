import { lineKey } from '@scanpay/shared/settlement/statement.ts';
import type { AuditFinding, AuditReport } from '../core/settle/audit-book.ts';
import type { LedgerEntry } from '../ports/ledger.ts';
import { companyWords, describeDifference, type Words } from './finding-words.ts';

/** One line for a company whose book holds; more for one whose book does not: what to look at, in English and Korean. */
export function formatAudit({ company, entries, statements, sealedDates, finding }: AuditReport): string {
  const counted = `${entries} entries, ${sealedDates} sealed dates, ${statements} statements`;
  if (finding === null) return `ok    ${company.padEnd(9)}${counted}`;
  const { en, ko } = describe(finding);
  const lines = [`FAULT ${company.padEnd(9)}after ${counted}`, `      ${en}`, `      ${companyWords[company]} ${ko}`];
  if (finding.what === 'statement') lines.push(...describeDifference(finding));
  return lines.join('\n');
}

function describe(finding: AuditFinding): Words {
  switch (finding.what) {
    case 'entry': {
      const [name, words] = [nameEntry(finding.entry), entryWords[finding.reason]];
      return {
        en: `entry ${finding.seq} (${name.en}): ${words.en}`,
        ko: `장부 ${finding.seq}번(${name.ko}): ${words.ko}`,
      };
    }
    case 'day-head': {
      const [date, words] = [finding.businessDate, headWords[finding.reason]];
      return { en: `day head of ${date}: ${words.en}`, ko: `${date} 마감 서명: ${words.ko}` };
    }
    case 'statement': {
      const words = statementWords[finding.reason];
      const [id, line] = [finding.statementId, finding.line === undefined ? null : lineKey(finding.line)];
      return {
        en: `statement ${id}${line === null ? '' : `, line ${line}`}: ${words.en}`,
        ko: `정산서 ${id}${line === null ? '' : `, 항목 ${line}`}: ${words.ko}`,
      };
    }
    case 'payout': {
      const id = finding.statementId;
      return {
        en: `money moved for statement ${id}, which is not kept`,
        ko: `보관되어 있지 않은 정산서 ${id}에 대하여 대금이 지급되었습니다`,
      };
    }
  }
}

function nameEntry(entry: LedgerEntry): Words {
  if (entry.kind === 'payout') return { en: `payout for ${entry.statementId}`, ko: `정산서 ${entry.statementId} 지급` };
  if (entry.kind === 'transfer') {
    const { transferId, merchantId } = entry;
    return { en: `transfer ${transferId} to ${merchantId}`, ko: `${merchantId} 이체 ${transferId}` };
  }
  const { kind, paymentId } = entry;
  return { en: `${kind} of payment ${paymentId}`, ko: `결제 ${paymentId}의 ${kindWords[kind]}` };
}

const kindWords = { sale: '매출', cancel: '취소', reversal: '망취소' } as const;

const entryWords: Readonly<Record<Extract<AuditFinding, { what: 'entry' }>['reason'], Words>> = {
  'chain-broken': {
    en: 'does not follow the entry before it: one was taken out, put in or moved',
    ko: '바로 앞 분개와 이어지지 않습니다. 분개가 삭제·추가되었거나 순서가 바뀌었습니다',
  },
  altered: {
    en: 'is not what was booked: its hash belongs to other words',
    ko: '기장한 내용과 다릅니다. 기장 후에 고쳐졌습니다',
  },
  unbalanced: { en: 'debits and credits differ', ko: '차변과 대변이 맞지 않습니다' },
  misfiled: {
    en: 'is booked under a name that is not its own: the same money may have moved twice',
    ko: '다른 건의 이름으로 기장되어 있습니다. 같은 금액이 두 번 지급되었을 수 있습니다',
  },
  'wrong-postings': {
    en: 'its postings are not those of its shares',
    ko: '계정별 금액이 수수료와 가맹점 몫에서 나오는 금액과 다릅니다',
  },
  'not-due': {
    en: 'moves another amount than was due to the merchant',
    ko: '가맹점에 지급할 금액과 다른 금액이 이체되었습니다',
  },
  'no-such-sale': {
    en: 'takes back a sale that is not there, is another, or was taken back before',
    ko: '없는 매출이거나 다른 매출, 또는 이미 취소된 매출을 취소하였습니다',
  },
};

const headWords = {
  signature: { en: 'is not signed by this company', ko: '이 회사의 서명이 아닙니다' },
  'head-differs': {
    en: 'signs another book than this one: it was changed after the close',
    ko: '서명된 장부와 지금 장부가 다릅니다. 마감 후에 고쳐졌습니다',
  },
} as const;

const statementWords: Readonly<Record<Extract<AuditFinding, { what: 'statement' }>['reason'], Words>> = {
  'missing-text': { en: 'its signed text is gone', ko: '서명된 원문이 없습니다' },
  signature: {
    en: 'is not signed by its sender with a key that was its own then, or is another than was signed',
    ko: '보낸 회사가 당시의 키로 서명한 것이 아니거나, 서명된 내용과 다릅니다',
  },
  lines: { en: 'says something else than the book of that date', ko: '그 날짜 장부의 내용과 다릅니다' },
  money: {
    en: 'another amount moved for it than was agreed, to somebody else, or none',
    ko: '합의된 금액과 다른 금액이 지급되었거나, 다른 곳에 지급되었거나, 지급되지 않았습니다',
  },
  transfer: {
    en: 'the transfer it names is not in the book, or went to somebody else',
    ko: '기재된 이체가 장부에 없거나 다른 가맹점으로 나갔습니다',
  },
  'answer-missing': {
    en: 'stands as answered, and no signed answer is there',
    ko: '확인된 것으로 되어 있으나 받은 쪽의 서명된 답변이 없습니다',
  },
  'answer-forged': {
    en: 'its answer is not signed by who received it, with a key that was its own then',
    ko: '답변이 받은 쪽이 당시의 키로 서명한 것이 아닙니다',
  },
  'answer-of-another': {
    en: 'the answer beside it is the answer to another statement',
    ko: '함께 보관된 답변은 다른 정산서에 대한 답변입니다',
  },
  'answer-differs': {
    en: 'stands otherwise than its receiver answered',
    ko: '받은 쪽이 답변한 내용과 다른 상태로 되어 있습니다',
  },
  'act-forged': {
    en: 'this disputed line ended without the signature of the side that gave way',
    ko: '이의 항목이 양보한 쪽의 서명 없이 끝난 것으로 되어 있습니다',
  },
  'act-differs': {
    en: 'this disputed line ended otherwise than was signed',
    ko: '이의 항목이 서명된 내용과 다르게 끝난 것으로 되어 있습니다',
  },
  'advice-missing': {
    en: 'stands as paid, and the signed word of the sender that it paid is not there',
    ko: '지급된 것으로 되어 있으나 보낸 쪽의 서명된 지급 통지가 없습니다',
  },
  'advice-forged': {
    en: 'the word that it is paid is not signed by the sender, with a key that was its own then',
    ko: '지급 통지가 보낸 쪽이 당시의 키로 서명한 것이 아닙니다',
  },
  'advice-differs': {
    en: 'the sender signed that it paid another amount, or another statement',
    ko: '보낸 쪽이 서명한 지급 통지의 금액이나 정산서가 다릅니다',
  },
};

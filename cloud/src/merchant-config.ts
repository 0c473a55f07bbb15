import { ContractSeedSchema } from '@scanpay/shared/api/contract.ts';
import { MerchantIdSchema, strictObject } from '@scanpay/shared/schema.ts';
import Type from 'typebox';

/** Where a merchant is paid. */
const BankAccountSchema = strictObject({
  bankCode: Type.String({ pattern: '^[0-9]{3}$', description: '금융기관 공동코드, such as 004 for KB.' }),
  accountNumber: Type.String({ pattern: '^[0-9]{7,16}$', description: 'Digits only.' }),
  holder: Type.String({ minLength: 1, maxLength: 40, description: '예금주, as the bank has it.' }),
});

/** A merchant as the operator's configuration brings it along. */
export const MerchantSchema = strictObject({
  merchantId: MerchantIdSchema,
  name: Type.String({ minLength: 1, maxLength: 60 }),
  businessNumber: Type.String({ pattern: '^[0-9]{3}-[0-9]{2}-[0-9]{5}$', description: '사업자등록번호.' }),
  bankAccount: Type.Optional(BankAccountSchema),
  selfIssuesCashReceipts: Type.Boolean({
    default: false,
    description: '자진발급: a cash receipt by 010-000-1234 for every cash sale whose customer names nobody.',
  }),
  contracts: Type.Array(ContractSeedSchema, {
    maxItems: 500,
    description: 'Versions agreed before this database; later ones are entered by the staff.',
  }),
});

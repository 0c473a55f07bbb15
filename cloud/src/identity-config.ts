import Type from 'typebox';

/** Claims, enrolment and certificates; only beside an embedded broker that knows boxes by certificate. */
export const IdentitySchema = Type.Object(
  {
    host: Type.String({ default: '127.0.0.1', description: 'Interface the enrolment service (HTTPS) listens on.' }),
    port: Type.Integer({
      default: 8443,
      minimum: 0,
      maximum: 65_535,
      description: 'TCP port; 0 picks a free one.',
    }),
    url: Type.Union([Type.String({ pattern: '^https://' }), Type.Null()], {
      default: null,
      description: 'The enrolment service as boxes reach it, as it stands in claims; null: host and port.',
    }),
    serverNames: Type.Array(Type.String({ pattern: '^[A-Za-z0-9.:-]{1,253}$' }), {
      default: [],
      maxItems: 16,
      description: 'Names and addresses by which boxes reach broker and enrolment, beside the hosts above.',
    }),
    authorities: Type.Array(Type.String({ pattern: '^[a-z0-9-]{1,40}$' }), {
      default: ['authority'],
      minItems: 1,
      maxItems: 3,
      uniqueItems: true,
      description: 'CAs by name, each made when it is not there. The first issues certificates, all are believed.',
    }),
    claimValidMs: Type.Integer({
      default: 3_600_000,
      minimum: 1_000,
      maximum: 86_400_000,
      description: 'Life of a claim.',
    }),
    certificateValidMs: Type.Integer({
      default: 30 * 86_400_000,
      minimum: 3_000,
      maximum: 400 * 86_400_000,
      description: 'Life of a box’s certificate; it is renewed when a third is left.',
    }),
  },
  { default: {}, additionalProperties: false, description: 'The identity of boxes.' },
);

import { INCLUDES } from './body.ts';

/** What a request may carry, as OpenAPI parameters. */
export const PARAMETERS = [
  {
    name: 'token',
    in: 'query',
    required: true,
    description:
      'Portal token. May be left out when it comes as `Authorization: Bearer`; when both are given this one counts.',
    schema: { type: 'string' },
  },
  {
    name: 'include',
    in: 'query',
    description: 'Extras to add to the body: repeated, or one comma-separated list.',
    style: 'form',
    explode: true,
    schema: { type: 'array', items: { type: 'string', enum: INCLUDES } },
  },
  {
    name: 'If-None-Match',
    in: 'header',
    description: 'ETag of an earlier answer: 304 when the answer is still the same.',
    schema: { type: 'string' },
  },
  {
    name: 'X-Request-Id',
    in: 'header',
    description:
      'Taken over into the answer and the log when it looks like this; else one is made up.',
    schema: { type: 'string', pattern: '^[A-Za-z0-9_.-]{1,64}$' },
  },
] as const;

export const AT = {
  name: 'at',
  in: 'query',
  description:
    'The instant to answer for, ISO 8601 with a zone, from 1970-01-01T00:00:00Z to before 2200-01-01T00:00:00Z. Embedded mode only.',
  schema: {
    type: 'string',
    format: 'date-time',
    pattern: '^(19[7-9][0-9]|2[01][0-9]{2})-',
  },
  example: '2026-12-01T00:00:00Z',
} as const;

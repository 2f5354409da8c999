import { METHODS } from 'node:http';
import { fromMillis, type Micros } from '@portal/billing';
import { DASHBOARD_PATH } from '@portal/contracts';
import { type CustomerId } from '@portal/projection';
import fc from 'fast-check';
import { type Operation } from './document.ts';
import { arbitraryToken, type Meaning } from './tokens.ts';

/** One thing in the query, and what it should be taken for. */
export type Part =
  | { readonly name: 'token'; readonly value: string; readonly meaning: Meaning }
  | { readonly name: 'include'; readonly value: string; readonly words: readonly Word[] }
  | { readonly name: 'at'; readonly value: string; readonly good: boolean }
  | { readonly name: 'noise'; readonly raw: string };

export interface Word {
  readonly text: string;
  readonly good: boolean;
}

export interface Case {
  /** What the clock says when it is asked. */
  readonly now: Micros;
  readonly method: string;
  readonly path: string;
  readonly parts: readonly Part[];
  readonly authorization: { readonly value: string; readonly meaning: Meaning | null } | null;
  readonly ifNoneMatch: string | null;
  /** The `If-None-Match` to repeat an answered request with; `ETAG` stands for the answer's own. */
  readonly repeatedAs: string;
  readonly requestId: string | null;
}

/** Requests for an operation, made of what the document says it takes, and of what it does not. */
export function arbitraryCase(
  operation: Operation,
  customers: readonly CustomerId[],
): fc.Arbitrary<Case> {
  const token = arbitraryToken(customers);
  const includes = operation.parameters.find(({ name }) => name === 'include')?.schema.items?.enum;
  const part: fc.Arbitrary<Part> = fc.oneof(
    {
      weight: 3,
      arbitrary: token.map(({ text, meaning }): Part => ({ name: 'token', value: text, meaning })),
    },
    { weight: 3, arbitrary: arbitraryInclude(includes ?? []) },
    { weight: 1, arbitrary: arbitraryAt },
    { weight: 1, arbitrary: arbitraryNoise },
  );
  const authorization = fc.oneof(
    token
      .filter(({ text }) => /^[\w.-]*$/.test(text))
      .map(({ text, meaning }) => ({ value: `Bearer ${text}`, meaning })),
    fc.constantFrom('Basic dTpw', 'Bearerx', 'Token abc', 'ÿ').map((value) => ({
      value,
      meaning: null,
    })),
  );
  return fc.record({
    now: arbitraryNow,
    method: mostly('GET', 'HEAD', 'OPTIONS', ...OTHER_METHODS),
    path: mostly(DASHBOARD_PATH, ...OTHER_PATHS),
    parts: fc.array(part, { maxLength: 4 }),
    authorization: fc.option(authorization, { nil: null, freq: 1 }),
    ifNoneMatch: fc.option(headerText, { nil: null }),
    repeatedAs: fc.constantFrom('ETAG', 'W/ETAG', '"other", ETAG', '*'),
    requestId: fc.option(fc.oneof(fc.stringMatching(/^[\w.-]{1,64}$/), headerText), { nil: null }),
  });
}

/** One that the parser knows, and CONNECT is no request for a resource. */
const OTHER_METHODS = METHODS.filter(
  (method) => !['GET', 'HEAD', 'OPTIONS', 'CONNECT'].includes(method),
);
const OTHER_PATHS = [
  ...['/', '/portal', '/portal/dashboard_summary/x', '/portal/dashboard', '//portal'],
  ...['/%', '/%ff', '/portal/%2e%2e', '/portal/dashboard_summary%00', '/favicon.ico'],
];

const mostly = (usual: string, ...others: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 9, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );

const EDGES = ['2026-11-01T00:00:00Z', '2026-10-31T23:59:59.999Z', '2027-03-28T01:00:00Z'];
const instant = fc.oneof(
  fc.date({ min: new Date('2026-09-01'), max: new Date('2027-03-01'), noInvalidDate: true }),
  fc.date({ min: new Date(0), max: new Date('2199-12-31'), noInvalidDate: true }),
  fc.constantFrom(...EDGES.map((edge) => new Date(edge))),
);
const arbitraryNow = instant.map((date) => fromMillis(date.getTime()));

const arbitraryAt: fc.Arbitrary<Part> = fc.oneof(
  instant.map((date) => ({ name: 'at' as const, value: date.toISOString(), good: true })),
  fc
    .constantFrom('', 'now', '2026-02-30', '2026-11-23T25:00:00Z', '1', '9999-01-01T00:00:00Z', '٣')
    .map((value) => ({ name: 'at' as const, value, good: false })),
);

const arbitraryInclude = (names: readonly string[]): fc.Arbitrary<Part> => {
  const good = fc.constantFrom(...names).map((text): Word => ({ text, good: true }));
  const bad = fc
    .oneof(
      fc.constantFrom(
        'Meta',
        'all',
        '*',
        'meta;details',
        '0',
        'true',
        'x'.repeat(2_000),
        '__proto__',
      ),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }),
    )
    .map((text): Word => ({ text: text.replaceAll(',', '').trim(), good: false }))
    .filter(({ text }) => text !== '' && !names.includes(text));
  const words = fc.array(fc.oneof({ weight: 6, arbitrary: good }, { weight: 1, arbitrary: bad }), {
    maxLength: 3,
  });
  return fc
    .record({ words, glue: fc.constantFrom(',', ', ', ',,') })
    .map(({ words: list, glue }) => ({
      name: 'include',
      value: list.map(({ text }) => text).join(glue),
      words: list,
    }));
};

/** Not in the document, so it must be ignored. */
const arbitraryNoise: fc.Arbitrary<Part> = fc
  .oneof(
    fc.constantFrom(...['', '&', '=', '=x', '%', '%zz=%', '%ff=1', 'Token=x', 'include[]=x']),
    fc.constantFrom(...['token[0]=x', '__proto__=x', 'constructor[prototype]=x', 'at[$gt]=1', '?']),
    fc.string({ maxLength: 12 }).map((text) => `x=${encodeURIComponent(text)}`),
  )
  .map((raw) => ({ name: 'noise', raw }));

/** What a header may hold at all; without a star, which would be every ETag. */
const headerText = fc.oneof(
  fc.constantFrom('', '""', '"x"', 'W/"x", "y"', ',', 'x'.repeat(2_000), '"é"'),
  fc.string({ maxLength: 30 }).map((text) => text.replaceAll('*', '')),
);

import { HEADERS_OF_PREFLIGHT, REFUSALS, RESPONSES } from './openapi-answers.ts';
import { AT, PARAMETERS } from './openapi-parameters.ts';
import { componentSchemas } from './schemas.ts';

export const DASHBOARD_PATH = '/portal/dashboard_summary';

/**
 * The OpenAPI 3.1 document of the reader, generated from the schemas the answers are typed by.
 * `at` documents the parameter that only the embedded mode accepts.
 */
export function openapi({ at = false }: { readonly at?: boolean } = {}) {
  const shared = {
    tags: ['portal'],
    // Either the parameter alone, or the header.
    security: [{}, { portalToken: [] }],
    parameters: at ? [...PARAMETERS, AT] : PARAMETERS,
  };
  return {
    openapi: '3.1.0',
    info: {
      title: 'Portal dashboard',
      version: '1.0.0',
      description: "One customer's whole billing dashboard in one read. Answers may gain fields.",
      license: { name: 'MIT', identifier: 'MIT' },
    },
    paths: {
      [DASHBOARD_PATH]: {
        get: {
          operationId: 'dashboardSummary',
          summary: 'The dashboard of the customer the token was issued for',
          description:
            'Time-relative fields are computed at the moment of the read. Rows are ordered by created_at, then id.',
          ...shared,
          responses: RESPONSES,
        },
        head: {
          operationId: 'dashboardSummaryHead',
          summary: 'The headers of the same answer, without its body',
          ...shared,
          responses: withoutBodies(RESPONSES),
        },
        options: {
          operationId: 'dashboardSummaryOptions',
          summary: 'What may be asked, for browsers too (CORS preflight)',
          tags: shared.tags,
          security: [{}],
          responses: {
            204: { description: 'GET, HEAD and OPTIONS may', headers: HEADERS_OF_PREFLIGHT },
            ...withoutBodies(REFUSALS),
          },
        },
      },
    },
    components: {
      schemas: componentSchemas(),
      securitySchemes: { portalToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  };
}

type Responses = Readonly<
  Record<string, { readonly description: string; readonly headers: object }>
>;

const withoutBodies = (responses: Responses): Responses =>
  Object.fromEntries(
    Object.entries(responses).map(([status, { description, headers }]) => [
      status,
      { description, headers },
    ]),
  );

import { type openapi } from '@portal/contracts';

/** The part of an OpenAPI document that is checked here; read from what is served, not imported. */
export type Served = ReturnType<typeof openapi>;

export interface Operation {
  readonly path: string;
  readonly method: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly schema: { readonly items?: { readonly enum?: readonly string[] } };
  }[];
  readonly responses: Readonly<Record<string, Documented>>;
}

export interface Documented {
  readonly headers: Readonly<Record<string, { readonly required: boolean }>>;
  /** None: the answer has no body. */
  readonly content?: Readonly<Record<string, { readonly schema: { readonly $ref: string } }>>;
}

export const operationsOf = (document: Served): readonly Operation[] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      parameters: [],
      ...(operation as unknown as Pick<Operation, 'responses'>),
      path,
      method: method.toUpperCase(),
    })),
  );

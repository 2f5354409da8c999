/** What `/metrics` tells of the projector's work, counted since it started. */
export interface CountedRecords {
  /** Without those that were folded before and came again, as happens at every rebalance. */
  readonly total: number;
  /** `invoices/parked` and so on, one for each family and outcome. */
  readonly by: ReadonlyMap<string, number>;
  /** Parked records by their code. */
  readonly parked: ReadonlyMap<string, number>;
}

export async function countedRecords(url: string): Promise<CountedRecords> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const by = samplesOf(text, 'portal_projector_records_total', ['family', 'outcome']);
  return {
    total: [...by].reduce(
      (sum, [name, count]) => (name.endsWith('/redelivered') ? sum : sum + count),
      0,
    ),
    by,
    parked: samplesOf(text, 'portal_projector_parked_total', ['code']),
  };
}

/** The samples of one metric in Prometheus' text form, named by the values of their labels. */
function samplesOf(
  text: string,
  metric: string,
  labels: readonly string[],
): ReadonlyMap<string, number> {
  const lines = text.matchAll(new RegExp(`^${metric}\\{([^}]*)\\} (\\S+)$`, 'gm'));
  return new Map(
    [...lines].map(([, given = '', count = '']) => {
      const values = labels.map((label) => new RegExp(`\\b${label}="([^"]*)"`).exec(given)?.[1]);
      return [values.join('/'), Number(count)];
    }),
  );
}

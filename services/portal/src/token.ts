import type { SampleCustomer } from './api.ts';

/** The sample the token belongs to, by the customer it names: a sample may be signed more than once. */
export function sampleOf(
  token: string,
  customers: readonly SampleCustomer[],
): SampleCustomer | null {
  const id = customerId(token);
  return (
    customers.find((sample) => sample.token === token) ??
    customers.find((sample) => id !== null && customerId(sample.token) === id) ??
    null
  );
}

/** Read for display only; whether the token is genuine is for the server to say. */
function customerId(token: string): string | null {
  try {
    const payload = (token.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/');
    const claims = JSON.parse(atob(payload)) as { readonly customer_id?: unknown };
    return typeof claims.customer_id === 'string' ? claims.customer_id : null;
  } catch {
    return null;
  }
}

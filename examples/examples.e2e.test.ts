import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { requireService } from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';

/** An example that no longer runs is worse than none: each is run as its README says. */
const run = (example: string, environment: Readonly<Record<string, string>>) =>
  promisify(execFile)(process.execPath, [resolve(__dirname, example, 'run.mjs')], {
    env: { PATH: process.env['PATH'], ...environment },
  });

describe('01-publish-and-read', () => {
  it('brings events from a file through Kafka and Redis to the dashboard', async () => {
    const { stdout, stderr } = await run('01-publish-and-read', {
      KAFKA_BROKERS: requireService('KAFKA_BROKERS'),
      SCHEMA_REGISTRY_URL: requireService('SCHEMA_REGISTRY_URL'),
      REDIS_URL: requireService('REDIS_URL'),
    });
    expect(stderr).toContain('first answer: usage of this period 0 cents');
    expect(JSON.parse(stdout)).toMatchObject({
      next_billing: [{ subscription_external_id: 'acme-pro', amount_cents: 4900, currency: 'EUR' }],
      upcoming_charges: [
        // 150 calls at 2 cents
        { base_amount_cents: 4900, usage_amount_cents: 300, total_estimated_cents: 5200 },
      ],
      usage_progress: [{ feature_code: 'api_calls', current_usage: '150', usage_percentage: 15 }],
      quick_actions: {
        outstanding_invoice_count: 1,
        outstanding_amount_cents: 3000, // 4900 less the 1900 that were paid
        has_wallet: true,
        wallet_balance_cents: 20_000,
        currency: 'EUR',
      },
    });
  });

  it('says what to do when there is no stack', async () => {
    await expect(run('01-publish-and-read', {})).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('npm run stack') as unknown,
    });
  });
});

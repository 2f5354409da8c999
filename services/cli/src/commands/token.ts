import { fromMillis, type Micros, MICROS_PER_HOUR } from '@portal/billing';
import { checkSecret, signPortalToken } from '@portal/contracts';
import { type CustomerId, type OrganizationId, parseUuid } from '@portal/projection';
import { type Command } from 'commander';
import { createOutput, EXIT } from '../say.ts';

interface TokenOptions {
  readonly hours: string;
  readonly json: boolean;
}

export function addToken(program: Command): void {
  program
    .command('token')
    .description('Sign a portal token for one customer, with PORTAL_JWT_SECRET.')
    .argument('<organization>', 'organization id (uuid)')
    .argument('<customer>', 'customer id (uuid)')
    .option('--hours <n>', 'how long it is valid', '12')
    .option('--json', 'one line of JSON instead of text', false)
    .action(token);
}

function token(organization: string, customer: string, options: TokenOptions): void {
  const output = createOutput(options.json);
  const organizationId = parseUuid(organization);
  const customerId = parseUuid(customer);
  const hours = Number(options.hours);
  if (organizationId === null || customerId === null) {
    const which = organizationId === null ? 'organization' : 'customer';
    output.fail(`${which} is no uuid`, null, EXIT.usage);
    return;
  }
  if (!Number.isFinite(hours) || hours <= 0 || hours > 24 * 365) {
    output.fail('--hours takes a number above 0, at most 8760', null, EXIT.usage);
    return;
  }
  const secret = process.env['PORTAL_JWT_SECRET'] ?? '';
  const check = checkSecret(secret);
  if (check.kind === 'refused') {
    output.fail(`PORTAL_JWT_SECRET is refused: ${check.problem}`, null, EXIT.usage);
    return;
  }
  const lifetime = Math.round(hours * MICROS_PER_HOUR);
  const signed = signPortalToken(secret, {
    organizationId: organizationId as OrganizationId,
    customerId: customerId as CustomerId,
    expiresAt: (fromMillis(Date.now()) + lifetime) as Micros,
  });
  output.result({ token: signed }, signed);
}

import { fromMillis, type Micros, MICROS_PER_HOUR } from '@portal/billing';
import { signPortalToken, TOKEN_LIFETIME_MAX_DAYS } from '@portal/contracts';
import { type CustomerId, type OrganizationId, parseUuid } from '@portal/projection';
import { PORTAL_JWT_SECRET, TOKEN_LIFETIME_MAX } from '@portal/reader';
import { readConfig } from '@portal/runtime';
import { type Command } from 'commander';
import { createOutput, EXIT, readOrFail } from '../say.ts';

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
    .addHelpText('after', TOKEN_HELP)
    .action(token);
}

const TOKEN_HELP = `
Environment:
  PORTAL_JWT_SECRET   what the reader verifies tokens with; make one with: openssl rand -hex 32
                      or PORTAL_JWT_SECRET_FILE, a file that holds it
  TOKEN_LIFETIME_MAX  days from now the reader lets a token be valid [${TOKEN_LIFETIME_MAX_DAYS}]`;

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
  const config = readOrFail(
    output,
    readConfig({ TOKEN_LIFETIME_MAX, PORTAL_JWT_SECRET }, process.env),
  );
  if (config === null) return;
  const hoursMax = 24 * config.TOKEN_LIFETIME_MAX;
  if (!Number.isFinite(hours) || hours <= 0 || hours > hoursMax) {
    const remedy = 'TOKEN_LIFETIME_MAX says in days how long the reader lets a token be valid';
    output.fail(`--hours takes a number above 0, at most ${hoursMax}`, remedy, EXIT.usage);
    return;
  }
  const lifetime = Math.round(hours * MICROS_PER_HOUR);
  const signed = signPortalToken(config.PORTAL_JWT_SECRET, {
    organizationId: organizationId as OrganizationId,
    customerId: customerId as CustomerId,
    expiresAt: (fromMillis(Date.now()) + lifetime) as Micros,
  });
  output.result({ token: signed }, signed);
}

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import kafkajs from 'kafkajs';

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, Kafka } = kafkajs;
const { logLevel, ResourcePatternTypes } = kafkajs;

/** The rights as docs/operations.md lists them: what is tested is what an operator copies. */
function block(name: string): readonly string[] {
  const text = readFileSync(resolve(__dirname, '../../docs/operations.md'), 'utf8');
  const found = new RegExp(`^\`\`\`${name}\n([^\`]+)\`\`\`$`, 'm').exec(text)?.[1];
  if (found === undefined) throw new Error(`docs/operations.md has no block ${name}`);
  return found.trim().split('\n');
}

/** `DescribeConfigs` → `DESCRIBE_CONFIGS` */
const constantOf = (operation: string): string =>
  operation.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();

/** Gives every user of the list its rights in Kafka, by a listener where everything is allowed. */
export async function grantInKafka(brokers: string, prefix: string): Promise<void> {
  const acl = block('kafka-rights').flatMap((line) => {
    const [user, resource, name, ...operations] = line.split(/\s+/);
    return operations.map((operation) => ({
      principal: `User:${user}`,
      host: '*',
      resourceType: resource === 'Topic' ? AclResourceTypes.TOPIC : AclResourceTypes.GROUP,
      resourceName: String(name).replace('billing', prefix),
      resourcePatternType: ResourcePatternTypes.PREFIXED,
      operation: AclOperationTypes[constantOf(operation) as 'READ'],
      permissionType: AclPermissionTypes.ALLOW,
    }));
  });
  const admin = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.createAcls({ acl });
  await admin.disconnect();
}

/** The commands that make both users in Redis, with that password. */
export const redisUsers = (prefix: string, password: string): readonly (readonly string[])[] =>
  block('redis-rights').map((line) =>
    line.replace('PASSWORD', password).replace('~portal:', `~${prefix}:`).split(' '),
  );

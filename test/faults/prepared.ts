import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { type ServiceName } from '@portal/testkit';

const script = (name: string): string =>
  JSON.stringify(pathToFileURL(resolve(__dirname, `../../scripts/lib/native/${name}.mjs`)).href);

/**
 * What a function of the stack's own scripts makes ready for a server to be started. They are ES modules, which do not
 * load inside Jest.
 */
export async function prepared(
  service: ServiceName,
  [file, name]: readonly [file: string, name: string],
  options: object,
): Promise<unknown> {
  const code = `
    import { ${name} } from ${script(file)};
    import { ensurePrograms } from ${script('programs')};
    await ensurePrograms([${JSON.stringify(service)}]);
    process.stdout.write('\\n' + JSON.stringify(await ${name}(${JSON.stringify(options)})));`;
  // A test by hand installs nothing: it names the command. npm test has seen to it before.
  const env = { ...process.env, PORTAL_INSTALL: '0' };
  const args = ['--input-type=module', '--eval', code];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  return JSON.parse(stdout.split('\n').at(-1) ?? '') as unknown;
}

/** Without a UTF-8 locale Java cannot open a file whose path is not plain ASCII. */
export const javaEnvironment = (more: Readonly<Record<string, string>> = {}) => ({
  ...process.env,
  LC_ALL: 'C.UTF-8',
  ...more,
});

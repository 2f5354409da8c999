/**
 * What is decided about programs that are missing: pure, so that every case can be tried.
 *
 * @typedef {'java' | 'maven' | 'redis' | 'chromium'} Program
 *
 * @typedef {object} Machine
 * @property {string} os       ID of /etc/os-release, e.g. "debian"; '' when there is none
 * @property {string} release  its VERSION_ID, e.g. "12" or "22.04"; '' when there is none
 * @property {boolean} apt     apt-get is on the PATH
 * @property {boolean} root    this process may install
 * @property {boolean} person  somebody sits at a terminal and can answer
 * @property {string} wish     PORTAL_INSTALL: '1' install, '0' do not, '' nothing said
 *
 * @typedef {{ kind: 'nothing' }
 *   | { kind: 'install', ask: boolean, what: string, command: string, steps: string[][] }
 *   | { kind: 'refuse', reason: string }} Plan
 */

const NAMES = {
  java: 'Java 17 or newer',
  maven: 'Maven',
  redis: 'Redis 7 or newer',
  chromium: 'Chromium',
};

/** Waits for another apt to end, and tries a broken download again. */
const APT = ['apt-get', '-q', '-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=3'];
const INSTALL = ['install', '-y', '--no-install-recommends'];

/** Ubuntu's package is a stub for a snap, which no container can run; Playwright brings its own. */
const PLAYWRIGHT = ['install', '--with-deps', '--no-shell', 'chromium'];

/**
 * @param {Program[]} missing
 * @param {Machine} machine
 * @returns {Plan}
 */
export function planInstall(missing, machine) {
  if (missing.length === 0) return { kind: 'nothing' };
  const what = missing.map((program) => NAMES[program]).join(', ');
  if (!['', '0', '1'].includes(machine.wish)) {
    return { kind: 'refuse', reason: 'PORTAL_INSTALL takes 1 (install what is missing) or 0.' };
  }
  if (!machine.apt) {
    const how = "Install them with this system's package manager, so that java, mvn, redis-server";
    const then = 'and chromium are on the PATH (CHROMIUM may name the browser), then try again.';
    return { kind: 'refuse', reason: `Missing on this machine: ${what}.\n${how} ${then}\n${ELSE}` };
  }
  const command = commandFor(missing, machine);
  if (!machine.root || machine.wish === '0') {
    return { kind: 'refuse', reason: mend(what, command, machine) };
  }
  const ask = machine.person && machine.wish === '';
  return { kind: 'install', ask, what, command, steps: stepsFor(missing, machine) };
}

/** The words for somebody who has to, or wants to, run the command alone. */
export function mend(what, command, { root, wish }) {
  const why = root && wish === '0' ? ' PORTAL_INSTALL=0 forbids to install it.' : '';
  return `Missing on this machine: ${what}.${why} This command installs it:\n  ${command}\n${ELSE}`;
}

const ELSE =
  'Unit tests (npm run unit) and npm start need none of it. Docker or addresses in the environment\n' +
  'replace servers: see npm test -- --help.';

/** One line to copy; sudo where it is needed. */
function commandFor(missing, machine) {
  const sudo = machine.root ? '' : 'sudo ';
  const packages = packagesFor(missing, machine);
  const apt = `${sudo}apt-get update && ${sudo}apt-get ${INSTALL.join(' ')} ${packages.join(' ')}`;
  // Playwright asks for sudo itself, and keeps the browser in the folder of the one who calls it.
  const browser = `npx playwright-core ${PLAYWRIGHT.join(' ')}`;
  const lines = [
    ...(packages.length > 0 ? [apt] : []),
    ...(bySnap(missing, machine) ? [browser] : []),
  ];
  return lines.join(' && ');
}

function stepsFor(missing, machine) {
  const packages = packagesFor(missing, machine);
  const browser = ['playwright-core', ...PLAYWRIGHT];
  return [
    ...(packages.length > 0
      ? [
          [...APT, 'update'],
          [...APT, ...INSTALL, ...packages],
        ]
      : []),
    ...(bySnap(missing, machine) ? [browser] : []),
  ];
}

const bySnap = (missing, { os }) => os === 'ubuntu' && missing.includes('chromium');

/** @returns {string[]} names of Debian packages */
function packagesFor(missing, machine) {
  const packages = {
    java: [javaPackage(machine)],
    maven: ['maven'],
    redis: ['redis-server'],
    chromium: bySnap(missing, machine) ? [] : ['chromium', 'fonts-liberation'],
  };
  return missing.flatMap((program) => packages[program]);
}

/** The default of Debian 11 and Ubuntu 22.04 is Java 11, which Kafka 4 does not run on. */
function javaPackage({ os, release }) {
  const number = Number.parseFloat(release);
  const old = (os === 'debian' && number < 12) || (os === 'ubuntu' && number < 23);
  return old ? 'openjdk-17-jre-headless' : 'default-jre-headless';
}

import { beforeAll, describe, expect, it } from '@jest/globals';
import { inNode } from './in-node.ts';

const ALL = ['java', 'maven', 'redis', 'chromium'];
const DEBIAN = { os: 'debian', release: '12', apt: true, root: true, person: false, wish: '' };
const UBUNTU = { ...DEBIAN, os: 'ubuntu', release: '24.04' };
const MINT = { ...DEBIAN, os: 'linuxmint', release: '22' };
const FEDORA = { ...DEBIAN, os: 'fedora', release: '42', apt: false };
const MAC = { os: '', release: '', apt: false, root: false, person: true, wish: '' };

const APT = 'apt-get update && apt-get install -y --no-install-recommends';
const SUDO_APT = 'sudo apt-get update && sudo apt-get install -y --no-install-recommends';
const ON_DEBIAN = 'default-jre-headless maven redis-server chromium fonts-liberation';
const PLAYWRIGHT = 'npx playwright-core install --with-deps --no-shell chromium';

interface Plan {
  readonly kind: string;
  readonly ask?: boolean;
  readonly command?: string;
  readonly reason?: string;
  readonly steps?: readonly string[][];
}

/** One row per case: what is missing, on which machine, and what is then decided. */
const CASES = {
  complete: { missing: [], machine: DEBIAN },
  'root on Debian, no terminal': { missing: ALL, machine: DEBIAN },
  'root on Debian at a terminal': { missing: ALL, machine: { ...DEBIAN, person: true } },
  'the same, told to install': { missing: ALL, machine: { ...DEBIAN, person: true, wish: '1' } },
  'root, told not to': { missing: ALL, machine: { ...DEBIAN, wish: '0' } },
  'another user': { missing: ALL, machine: { ...DEBIAN, root: false } },
  'another user at a terminal': { missing: ALL, machine: { ...DEBIAN, root: false, person: true } },
  'another user, told to install': { missing: ALL, machine: { ...DEBIAN, root: false, wish: '1' } },
  'a wish that means nothing': { missing: ALL, machine: { ...DEBIAN, wish: 'yes' } },
  'only Redis': { missing: ['redis'], machine: DEBIAN },
  'Debian 11': { missing: ['java'], machine: { ...DEBIAN, release: '11' } },
  'Debian testing': { missing: ['java'], machine: { ...DEBIAN, release: '' } },
  'Ubuntu 22.04': { missing: ['java'], machine: { ...UBUNTU, release: '22.04' } },
  'Ubuntu 24.04': { missing: ALL, machine: UBUNTU },
  'another user on Ubuntu': { missing: ALL, machine: { ...UBUNTU, root: false } },
  'Ubuntu without Chromium alone': { missing: ['chromium'], machine: UBUNTU },
  'a child of Ubuntu with a package of its own': { missing: ['chromium'], machine: MINT },
  'root on Fedora': { missing: ALL, machine: FEDORA },
  'a Mac': { missing: ['redis'], machine: MAC },
};
type Case = keyof typeof CASES;

describe('the plan for missing programs', () => {
  let plans: Record<Case, Plan>;
  beforeAll(() => {
    const code = `answer(Object.fromEntries(Object.entries(${JSON.stringify(CASES)}).map(
      ([name, { missing, machine }]) => [name, it.planInstall(missing, machine)])))`;
    plans = inNode('lib/native/install-plan.mjs', code) as typeof plans;
  });

  it('does nothing when nothing is missing', () => {
    expect(plans.complete).toEqual({ kind: 'nothing' });
  });

  it.each<[Case, boolean, string]>([
    ['root on Debian, no terminal', false, `${APT} ${ON_DEBIAN}`],
    ['root on Debian at a terminal', true, `${APT} ${ON_DEBIAN}`],
    ['the same, told to install', false, `${APT} ${ON_DEBIAN}`],
    ['only Redis', false, `${APT} redis-server`],
    ['Debian 11', false, `${APT} openjdk-17-jre-headless`],
    ['Debian testing', false, `${APT} default-jre-headless`],
    ['Ubuntu 22.04', false, `${APT} openjdk-17-jre-headless`],
    ['Ubuntu 24.04', false, `${APT} default-jre-headless maven redis-server && ${PLAYWRIGHT}`],
    ['Ubuntu without Chromium alone', false, PLAYWRIGHT],
    ['a child of Ubuntu with a package of its own', false, `${APT} chromium fonts-liberation`],
  ])('installs: %s (asks: %s)', (name, ask, command) => {
    expect(plans[name]).toMatchObject({ kind: 'install', ask, command });
  });

  it('runs what it names: the same programs with the same packages', () => {
    expect(plans['Ubuntu 24.04'].steps?.map((step) => [step[0], step.at(-1)])).toEqual([
      ['apt-get', 'update'],
      ['apt-get', 'redis-server'],
      ['playwright-core', 'chromium'],
    ]);
  });

  it.each<[Case, string]>([
    [
      'root, told not to',
      `PORTAL_INSTALL=0 forbids to install it. This command installs it:\n  ${APT} ${ON_DEBIAN}\n`,
    ],
    ['another user', `This command installs it:\n  ${SUDO_APT} ${ON_DEBIAN}\n`],
    ['another user at a terminal', `\n  ${SUDO_APT} ${ON_DEBIAN}\n`],
    ['another user, told to install', `\n  ${SUDO_APT} ${ON_DEBIAN}\n`],
    [
      'another user on Ubuntu',
      `\n  ${SUDO_APT} default-jre-headless maven redis-server && ${PLAYWRIGHT}\n`,
    ],
    ['a wish that means nothing', 'PORTAL_INSTALL takes 1 (install what is missing) or 0.'],
    [
      'root on Fedora',
      'Missing on this machine: Java 17 or newer, Maven, Redis 7 or newer, Chromium.',
    ],
    ['a Mac', 'Missing on this machine: Redis 7 or newer.\nInstall them with this system'],
  ])('names the way out instead: %s', (name, words) => {
    expect(plans[name].kind).toBe('refuse');
    expect(plans[name].reason).toContain(words);
  });
});

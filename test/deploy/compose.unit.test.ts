import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readCompose } from './compose.ts';

const read = (path: string): string => readFileSync(resolve(__dirname, '../..', path), 'utf8');

describe('docker-compose.yml', () => {
  const { services, volumes, secrets } = readCompose();
  const all = Object.entries(services);

  it('runs what the project is made of', () => {
    expect(Object.keys(services).sort()).toEqual([
      ...['kafka', 'projector', 'reader', 'redis', 'registry', 'setup'],
    ]);
  });

  it.each(all)('%s starts again by itself, until it is stopped', (name, { restart }) => {
    expect(restart).toBe(name === 'setup' ? 'on-failure' : 'unless-stopped');
  });

  it.each(all)('%s has a limit of memory and of its log', (_, { mem_limit, logging }) => {
    expect(mem_limit).toMatch(/^\d+[mg]$/);
    expect(logging).toEqual({
      driver: 'json-file',
      options: { 'max-size': '10m', 'max-file': '3' },
    });
  });

  it.each(['kafka', 'registry', 'redis'])('%s keeps its data in a volume of its name', (name) => {
    const mounted = services[name]?.volumes?.map((volume) => volume.split(':')[0]);
    expect(mounted).toEqual([name]);
    expect(Object.keys(volumes)).toContain(name);
  });

  it('has the log of Kafka and the database of the registry lie in those volumes', () => {
    const places = (name: string) => services[name]?.volumes?.map((it) => it.split(':')[1] ?? '');
    const { kafka, registry } = services;
    expect(places('kafka')).toEqual([kafka?.environment?.['KAFKA_LOG_DIRS']]);
    const [folder = '?'] = places('registry') ?? [];
    expect(registry?.environment?.['REGISTRY_DATASOURCE_URL']).toContain(`:file:${folder}/`);
  });

  it('has a Redis that keeps what it was told, evicts nothing and refuses before it is killed', () => {
    const command = services['redis']?.command ?? [];
    const after = (option: string) => command[command.indexOf(option) + 1];
    expect(after('--appendonly')).toBe('yes');
    expect(after('--maxmemory-policy')).toBe('noeviction');
    const megabytes = (text = '') => Number(/^(\d+)mb?$/.exec(text)?.[1]);
    const limit = megabytes(services['redis']?.mem_limit);
    expect(megabytes(after('--maxmemory'))).toBeLessThan(limit * 0.75);
  });

  it('gives secrets as files, to those alone who need them', () => {
    const holders = all.filter(([, service]) => service.secrets !== undefined);
    expect(holders.map(([name]) => name)).toEqual(['reader']);
    for (const [, { environment = {} }] of all) {
      const words = Object.keys(environment).filter((it) => /SECRET|PASSWORD|TOKEN$/.test(it));
      expect(words.filter((it) => !it.endsWith('_FILE'))).toEqual([]);
    }
    const [secret = '?'] = services['reader']?.secrets ?? [];
    expect(services['reader']?.environment).toMatchObject({
      PORTAL_JWT_SECRET_FILE: `/run/secrets/${secret}`,
    });
    expect(secrets[secret]?.file).toContain('.secrets/');
    for (const file of ['.gitignore', '.dockerignore']) expect(read(file)).toContain('.secrets');
  });

  it.each(all)('%s is reached from this machine alone', (_, { ports = [] }) => {
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });
});

describe('deploy/Dockerfile', () => {
  it('stands on one Node that has long-term support', () => {
    const bases = [...read('deploy/Dockerfile').matchAll(/^FROM (\S+)/gm)].map(([, base]) => base);
    expect(new Set(bases)).toEqual(new Set(['node:24-bookworm-slim']));
  });

  it('gives the heap as much room for what is young as the benchmarks do', () => {
    const [heap = '?'] = /--max-semi-space-size=\d+/.exec(read('deploy/Dockerfile')) ?? [];
    expect(read('bench/process.ts')).toContain(`'${heap}'`);
  });
});

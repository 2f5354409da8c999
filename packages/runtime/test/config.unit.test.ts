import { describe, expect, it } from '@jest/globals';
import { describeConfig, readConfig } from '../src/config.ts';
import { list } from '../src/list.ts';
import { checkedText, VARIABLES, wholeNumber } from '../src/variables.ts';

const SHAPE = {
  PORT: VARIABLES.PORT,
  BROKERS: list('host:port', /^\w+:\d+$/).describe('brokers'),
  PIN: checkedText((text) => (text.length < 8 ? 'is too short' : null)).optional(),
};

const problems = (environment: Record<string, string>) => {
  const read = readConfig(SHAPE, environment);
  return read.kind === 'invalid' ? read.problems : [];
};

describe('readConfig', () => {
  it('turns texts into values and fills in defaults', () => {
    expect(readConfig(SHAPE, { BROKERS: ' a:1, b:2 ,', OTHER: 'x' })).toEqual({
      kind: 'valid',
      config: { PORT: 8080, BROKERS: ['a:1', 'b:2'] },
    });
  });

  it('takes a variable set to nothing for one that is not set', () => {
    expect(readConfig(SHAPE, { PORT: '', BROKERS: 'a:1' })).toMatchObject({
      config: { PORT: 8080 },
    });
    expect(problems({ BROKERS: ' ' })).toEqual(['BROKERS: is not set']);
  });

  it('names every wrong variable and its rule at once, and never a value', () => {
    const read = problems({ PORT: '80a', BROKERS: 'a', PIN: 'hunter2' });
    expect(read).toEqual([
      'PORT: must be a whole number from 0 to 65535',
      'BROKERS: must be a comma list of host:port',
      'PIN: is too short',
    ]);
  });

  it.each(['65536', '-1', '1.5', '0x10', '1e3', ' 80', '99999999999999999999'])(
    'refuses the port %j',
    (PORT) => {
      expect(problems({ PORT, BROKERS: 'a:1' })).toHaveLength(1);
    },
  );

  it.each([
    ['SCHEMA_REGISTRY_URL', 'localhost:8081', 'http://localhost:8081'],
    ['TOPIC_PREFIX', 'a/b', 'a.b'],
    ['REDIS_URL', 'http://localhost', 'rediss://user:pass@localhost:6380/2'],
    ['DEFAULT_TIMEZONE', 'Mars/Olympus', 'Australia/Lord_Howe'],
    ['DEFAULT_CURRENCY', 'eur', 'EUR'],
    ['LOG_LEVEL', 'loud', 'debug'],
    ['KAFKA_BROKERS', 'kafka', 'kafka:9092,kafka-2:9092'],
  ] as const)('%s refuses %j and takes %j', (name, wrong, right) => {
    const shape = { [name]: VARIABLES[name] };
    expect(readConfig(shape, { [name]: wrong }).kind).toBe('invalid');
    expect(readConfig(shape, { [name]: right }).kind).toBe('valid');
  });

  it('reads limits of whole numbers as given', () => {
    const shape = { MS: wholeNumber({ min: 10, max: 20, fallback: 15 }) };
    const read = (MS: string) => readConfig(shape, { MS }).kind;
    expect([read('9'), read('10'), read('20'), read('21')]).toEqual([
      ...['invalid', 'valid', 'valid', 'invalid'],
    ]);
  });
});

describe('describeConfig', () => {
  it('lists name, meaning and default, one variable per line', () => {
    expect(describeConfig(SHAPE).split('\n')).toEqual([
      '  PORT     port to listen on; 0 picks a free one [8080]',
      '  BROKERS  brokers',
      '  PIN      ',
    ]);
  });
});
